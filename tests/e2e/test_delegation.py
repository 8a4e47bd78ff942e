"""Who may ask: what the API server says, asked for by the adapter's own service account, on the adapter's own port and through the API
server."""
from __future__ import annotations

from typing import Mapping

from fleet.fleet import ModelKey
from harness import certificates
from harness.adapter import Program
from harness.certificates import Pair
from harness.client import metric_path
from harness.waiting import eventually

from cluster import service_account
from cluster.api import Api
from cluster.control_plane import AGGREGATOR
from cluster.kubeconfig import Access
from cluster.testcase import ClusterTestCase

LLM = "llm-inference"
MODEL = ModelKey(LLM, "meta/llama-3.1-8b")
METRIC = metric_path(LLM, "llama-8b-autoscaler")
ANY = metric_path(LLM, "*")
READER, SCRAPER, STRANGER = "reader", "scraper", "stranger"
MASTERS = {"X-Remote-User": "mallory", "X-Remote-Group": "system:masters"}


def binding(account: str, role: str) -> object:
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": f"{account}-{role}"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": LLM}]}


# By default the API server's answers are remembered for ten seconds.
FLAGS = ("--authentication-token-webhook-cache-ttl", "1s", "--authorization-webhook-cache-authorized-ttl", "1s",
         "--authorization-webhook-cache-unauthorized-ttl", "1s")


class Delegation(ClusterTestCase):
    FLAGS = FLAGS
    replica: Program

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.add_model(MODEL, {"llama-8b": 1})
        for account in (READER, SCRAPER, STRANGER):
            service_account.create(cls.plane, LLM, account)
        cls.kubectl.apply([binding(READER, "inferno-adapter-metrics-reader"), binding(SCRAPER, "inferno-adapter-metrics-scraper")])
        cls.wait_scraped()
        cls.replica = cls.start_replica()
        cls.serve(cls.replica)
        eventually("there is a decision", lambda: cls.desired(LLM, "llama-8b-autoscaler"))

    def code(self, path: str, pair: Pair | None = None, token: str | None = None, headers: Mapping[str, str] | None = None) -> int:
        """Of the answer on the adapter's own port."""
        with self.installation.direct(self.replica, Access(0, self.plane.admin.ca_file, pair, token)) as client:
            answer = client.get(path, headers)
        reason = {401: "Unauthorized", 403: "Forbidden"}.get(answer.status)
        if reason:
            self.assert_status(answer, answer.status, reason)
        return answer.status

    def token(self, account: str) -> str:
        return service_account.token(self.plane, LLM, account)

    def test_the_administrator(self) -> None:
        for path in (METRIC, "/metrics", "/version", "/apis"):
            self.assertEqual(self.code(path, self.plane.admin.pair), 200, path)

    def test_service_accounts_with_and_without_the_role(self) -> None:
        reader, scraper, stranger = self.token(READER), self.token(SCRAPER), self.token(STRANGER)
        for path, codes in {METRIC: (200, 403, 403), "/metrics": (403, 200, 403)}.items():
            with self.subTest(path):
                self.assertEqual((self.code(path, token=reader), self.code(path, token=scraper), self.code(path, token=stranger)), codes)

    def test_the_same_through_the_api_server(self) -> None:
        for account, code in {READER: 200, STRANGER: 403}.items():
            with self.subTest(account):
                api = Api(service_account.access(self.plane, LLM, account))
                self.assertEqual(api.request("GET", METRIC).status, code)

    def test_a_role_that_is_granted_or_taken_counts_soon(self) -> None:
        token = self.token(STRANGER)
        self.kubectl.apply([binding(STRANGER, "inferno-adapter-metrics-reader")])
        eventually("granted", lambda: self.code(METRIC, token=token) == 200)
        self.kubectl.run("delete", "clusterrolebinding", f"{STRANGER}-inferno-adapter-metrics-reader")
        eventually("taken", lambda: self.code(METRIC, token=token) == 403)

    def test_nobody(self) -> None:
        for path in (METRIC, ANY, "/metrics", "/debug/decisions/llm-inference/llama-8b-autoscaler"):
            self.assertEqual(self.code(path), 403, path)
        for path in ("/livez", "/readyz", "/healthz"):
            self.assertEqual(self.code(path), 200, path)

    def test_wrong_tokens(self) -> None:
        for name, token in {
            "expired": service_account.expired(self.plane, LLM, READER),
            "of another cluster": self.token(READER)[:-8] + "AAAAAAAA",
            "garbage": "garbage",
        }.items():
            with self.subTest(name):
                self.assertEqual(self.code(METRIC, token=token), 401)

    def test_client_certificates(self) -> None:
        eve = certificates.signed_by(self.plane.authority, self.folder, "eve", "/O=developers/CN=eve")
        self.assertEqual(self.code(METRIC, eve), 403)
        self.kubectl.run("create", "clusterrolebinding", "eve", "--clusterrole=inferno-adapter-metrics-reader", "--group=developers")
        self.addCleanup(self.kubectl.run, "delete", "clusterrolebinding", "eve")
        eventually("her group may", lambda: self.code(METRIC, eve) == 200)

    def test_headers_count_only_with_the_aggregators_certificate(self) -> None:
        foreign = certificates.self_signed(self.folder, "foreign-ca")
        eve = certificates.signed_by(self.plane.authority, self.folder, "eve", "/CN=eve")
        not_allowed = certificates.signed_by(self.plane.front_proxy_authority, self.folder, "other", "/CN=other-client")
        by_cluster_ca = certificates.signed_by(self.plane.authority, self.folder, "posing", f"/CN={AGGREGATOR}")
        by_foreign_ca = certificates.signed_by(foreign, self.folder, "forged", f"/CN={AGGREGATOR}")
        for name, pair, codes in (
            ("the aggregator's", self.plane.front_proxy, {200}),
            ("none", None, {401, 403}),
            ("a user's", eve, {403}),
            ("an unknown name of the right CA", not_allowed, {401, 403}),
            ("the name, of the cluster's CA", by_cluster_ca, {403}),
            ("the name, of a foreign CA", by_foreign_ca, {401, 403}),
        ):
            with self.subTest(name):
                self.assertIn(self.code(METRIC, pair, headers=MASTERS), codes)

    def test_whom_the_aggregator_names_is_authorized_like_anyone(self) -> None:
        for account, code in {READER: 200, STRANGER: 403}.items():
            user = {"X-Remote-User": f"system:serviceaccount:{LLM}:{account}", "X-Remote-Group": "system:authenticated",
                    "X-Remote-Extra-Authentication.kubernetes.io%2fcredential-Id": "JTI=1"}
            with self.subTest(account):
                self.assertEqual(self.code(METRIC, self.plane.front_proxy, headers=user), code)

    def test_a_rotated_front_proxy_ca_takes_effect(self) -> None:
        successor = certificates.self_signed(self.folder, "successor-ca")
        pair = certificates.signed_by(successor, self.folder, "successor", f"/CN={AGGREGATOR}")
        self.assertIn(self.code(METRIC, pair, headers=MASTERS), (401, 403))
        path = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication"
        key = "requestheader-client-ca-file"
        before = self.plane.api.get(path)["data"][key]
        self.plane.api.merge(path, {"data": {key: before + successor.certificate.read_text()}})
        self.addCleanup(self.plane.api.merge, path, {"data": {key: before}})
        eventually("the new CA is trusted", lambda: self.code(METRIC, pair, headers=MASTERS) == 200)
        self.assertEqual(self.code(METRIC, self.plane.front_proxy, headers=MASTERS), 200)


class DelegationWithoutApiServer(ClusterTestCase):
    def test_whoever_is_not_known_is_refused(self) -> None:
        self.add_model(MODEL, {"llama-8b": 1})
        for account in (READER, STRANGER):
            service_account.create(self.plane, LLM, account)
        self.kubectl.apply([binding(READER, "inferno-adapter-metrics-reader")])
        tokens = {account: service_account.token(self.plane, LLM, account) for account in (READER, STRANGER)}
        self.wait_scraped()
        replica = self.start_replica()
        admin = self.plane.admin
        with self.installation.direct(replica, admin) as client:
            eventually("there is a decision", lambda: client.get(METRIC).status == 200)
            self.plane.kill_api_server()
            self.assertEqual(client.get(METRIC).status, 200)  # system:masters needs no review
            self.assertEqual(client.get("/livez").status, 200)
        for account, token in tokens.items():
            with self.subTest(account), self.installation.direct(replica, Access(0, admin.ca_file, token=token)) as client:
                self.assertIn(client.get(METRIC).status, (401, 500, 503))
        self.plane.start_api_server()
        with self.installation.direct(replica, Access(0, admin.ca_file, token=tokens[READER])) as client:
            eventually("it recovers", lambda: client.get(METRIC).status == 200)
