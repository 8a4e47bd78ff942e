"""What the adapter does with less than manifests/base gives it."""
from __future__ import annotations

from typing import Any

from fleet.fleet import ModelKey
from harness.adapter import NAMESPACE, Program
from harness.client import metric_path
from harness.waiting import eventually

from cluster.built import ROOT
from cluster.installation import ACCOUNT
from cluster.testcase import ClusterTestCase

OURS = ModelKey("llm-inference", "meta/llama-3.1-8b")
THEIRS = ModelKey("somebody-else", "qwen/qwen3-8b")
VARIANT = "llama-8b-autoscaler"
CRD = "customresourcedefinition/variantautoscalings.llmd.ai"


class Permissions(ClusterTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.add_model(OURS, {"llama-8b": 1})
        cls.add_model(THEIRS, {"qwen": 1})
        cls.wait_scraped()

    def test_one_namespace_needs_no_permission_in_others(self) -> None:
        binding = self.take_cluster_role_binding()
        self.kubectl.run("create", "rolebinding", ACCOUNT, "-n", OURS.namespace, "--clusterrole=inferno-adapter",
                         f"--serviceaccount={NAMESPACE}:{ACCOUNT}")
        self.addCleanup(self.kubectl.run, "delete", "rolebinding", ACCOUNT, "-n", OURS.namespace)
        self.addCleanup(self.kubectl.apply, [binding])
        replica = self.start_own_replica("namespaced", ["--watch-namespace", OURS.namespace])
        self.assertEqual(self.eventually_answered(replica), "1")
        eventually("the status is written", lambda: self.written() == 1)
        with self.installation.direct(replica, self.plane.admin) as client:
            self.assert_status(client.metric(THEIRS.namespace, "qwen-autoscaler"), 404, "NotFound")
        self.assertIsNone(replica.child.find("forbidden"), replica.child.text())

    def test_without_the_permission_to_write_it_serves_all_the_same(self) -> None:
        path = "/apis/rbac.authorization.k8s.io/v1/clusterroles/inferno-adapter"
        rules = self.plane.api.get(path)["rules"]
        self.addCleanup(self.plane.api.merge, path, {"rules": rules})
        self.plane.api.merge(path, {"rules": [rule for rule in rules if not {"patch", "create"} & set(rule["verbs"])]})
        replica = self.start_own_replica("reader")
        self.assertEqual(self.eventually_answered(replica), "1")
        eventually("it says what it lacks", lambda: replica.child.find("variantautoscalings/status"))

    def test_without_the_resource_definition_it_waits_for_it(self) -> None:
        variants = self.kubectl.json("get", "va", "-n", OURS.namespace)["items"]
        self.kubectl.run("delete", CRD)
        replica = self.start_own_replica("early")
        with self.installation.direct(replica, self.plane.admin) as client:
            eventually("it is ready", lambda: client.get("/readyz").status == 200)
            replica.child.wait_for("does not know variantautoscalings.llmd.ai .*is its CRD installed")
            self.assertIn("[+]cluster-state ok: VariantAutoscaling CRD (variantautoscalings.llmd.ai) is not installed",
                          client.get("/readyz?verbose").body.decode())
            self.assert_status(client.metric(OURS.namespace, VARIANT), 404, "NotFound")
        self.kubectl.run("apply", "-k", str(ROOT / "manifests/crd"))
        self.kubectl.run("wait", "--for=condition=Established", CRD)
        self.kubectl.apply([{**item, "metadata": {key: item["metadata"][key] for key in ("name", "namespace", "labels")}, "status": {}}
                            for item in variants])
        self.assertEqual(self.eventually_answered(replica), "1")

    def eventually_answered(self, replica: Program) -> str:
        """Once the replica has an answer: its value."""
        with self.installation.direct(replica, self.plane.admin) as client:
            answer = eventually("there is a decision", lambda: (
                found if (found := client.get(metric_path(OURS.namespace, VARIANT))).status == 200 else None))
            return answer.value()

    def written(self) -> int | None:
        """The count in the status of our variant."""
        found = self.plane.api.get(f"/apis/llmd.ai/v1alpha1/namespaces/{OURS.namespace}/variantautoscalings/{VARIANT}")
        return found.get("status", {}).get("desiredOptimizedAlloc", {}).get("numReplicas")

    def take_cluster_role_binding(self) -> Any:
        """Deletes it; returns what it was."""
        found = self.kubectl.json("get", "clusterrolebinding", ACCOUNT)
        self.kubectl.run("delete", "clusterrolebinding", ACCOUNT)
        return {**found, "metadata": {"name": ACCOUNT}}
