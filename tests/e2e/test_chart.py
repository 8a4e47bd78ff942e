"""The Helm chart, really installed: by helm, with the guide's command, and with the pods that its Deployment describes.

Each test leaves the release as it found it.
"""
from __future__ import annotations

import base64
import concurrent.futures
import json
import re
import threading
from typing import Any

from fleet.fleet import ModelKey
from harness.adapter import NAMESPACE
from harness.client import DESIRED, metric_path
from harness.waiting import eventually

from cluster import objects
from cluster.everything import objects_of
from cluster.machine.machine import probe
from cluster.machine.testcase import MachineTestCase

RELEASE = "workload-variant-autoscaler"
CHART = f"./charts/{RELEASE}"
CONTROLLER = f"{RELEASE}-controller"
INSTALL = f"helm upgrade -i {RELEASE} {CHART} --namespace {NAMESPACE} --create-namespace --set wva.scaleToZero=true"
UPGRADE = f"helm upgrade {RELEASE} {CHART} --namespace {NAMESPACE} --reuse-values"
CUSTOM = ("v1beta1.custom.metrics.k8s.io", "v1beta2.custom.metrics.k8s.io")
EXTERNAL = "v1beta1.external.metrics.k8s.io"
POLICY = "model-scale-to-zero-config"
MODEL = ModelKey("llm-inference", "meta/llama-3.1-8b")
VARIANT = "llama-8b-autoscaler"
# What stays after an uninstallation: deleting a resource definition deletes all its objects, and helm doesn't delete namespaces. The rest is
# what Kubernetes itself adds to these two, and the Lease that the pods made, which means nothing once they are gone.
KEPT = {
    "customresourcedefinitions /variantautoscalings.llmd.ai", f"namespaces /{NAMESPACE}", f"serviceaccounts {NAMESPACE}/default",
    f"configmaps {NAMESPACE}/kube-root-ca.crt", "apiservices /v1alpha1.llmd.ai", f"leases {NAMESPACE}/{RELEASE}",
}


class Chart(MachineTestCase):
    before: set[str]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.plane.start_controllers()
        cls.kubectl.apply([objects.namespace(MODEL.namespace)])
        cls.before = objects_of(cls.plane.api)
        cls.install()
        cls.add_model(MODEL, {"llama-8b": 1})
        eventually("there is a decision", lambda: cls.desired(MODEL.namespace, VARIANT) is not None)

    @classmethod
    def install(cls) -> None:
        cls.shell.need(INSTALL)
        cls.wait_available(*CUSTOM)

    def test_every_command_of_the_notes(self) -> None:
        notes = self.shell.need(f"helm get notes {RELEASE} --namespace {NAMESPACE}").text
        commands = re.findall(r"^ {5}(kubectl .*)$", notes, re.MULTILINE)
        self.assertGreaterEqual(len(commands), 5, notes)
        for command in commands:
            with self.subTest(command):
                ran = self.shell.run(command)
                self.assertEqual(ran.code, 0, ran)
                self.assertTrue(ran.text.strip(), ran)

    def test_both_replicas_are_ready_and_every_probe_is_answered(self) -> None:
        self.shell.need(f"kubectl -n {NAMESPACE} rollout status deployment/{CONTROLLER} --timeout=30s")
        pods = eventually("no other pods are left", lambda: two if len(two := self.machine.running()) == 2 else None)
        for pod in pods:
            for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                with self.subTest(kind):
                    self.assertEqual(probe(pod, kind), [200])

    def test_a_pod_may_do_what_it_does_and_nothing_is_missing(self) -> None:
        for child in self.machine.children:
            self.assertIsNone(child.find("forbidden|permission"), child.text())

    def test_no_key_of_the_certificate_authority_is_kept(self) -> None:
        secret = self.kubectl.json("get", "secrets", "-n", NAMESPACE, "--field-selector=type=kubernetes.io/tls")["items"]
        self.assertEqual([set(item["data"]) for item in secret], [{"ca.crt", "tls.crt", "tls.key"}])

    def test_an_upgrade_keeps_edits_and_certificate_and_goes_unnoticed(self) -> None:
        bundles = self.bundles()
        entry = f"model_id: {MODEL.name}\nretention_period: 7m\n"
        self.patch_policy({"edited-by-hand": entry})
        self.addCleanup(self.patch_policy, {"edited-by-hand": None})
        self.addCleanup(self.roll_back)
        pods = {pod.item["metadata"]["name"] for pod in self.machine.running()}
        with Unnoticed(self) as unnoticed:
            self.shell.need(f"{UPGRADE} --set wva.logging.level=debug")
            eventually("other pods answer", lambda: not pods & {pod.item["metadata"]["name"] for pod in self.machine.running()}, 60)
        self.assertEqual(unnoticed.answers, {200})
        self.assertEqual(self.bundles(), bundles)
        policy = self.kubectl.json("get", "configmap", POLICY, "-n", NAMESPACE)["data"]
        self.assertEqual(policy.get("edited-by-hand"), entry)
        self.assertIn("-v=4", self.deployment()["spec"]["template"]["spec"]["containers"][0]["args"])

    def test_one_namespace_external_metrics_and_direct_waking(self) -> None:
        self.addCleanup(self.roll_back)
        count = len(self.machine.children)
        self.shell.need(f"{UPGRADE} --set wva.namespaceScoped=true --set wva.watchNamespace={MODEL.namespace} "
                        "--set apiServices.external.enabled=true --set wva.options.wake-directly=true")
        self.shell.need(f"kubectl -n {NAMESPACE} rollout status deployment/{CONTROLLER} --timeout=60s")
        self.wait_available(*CUSTOM, EXTERNAL)
        selector = f"labelSelector=variantautoscaling_name%3D{VARIANT}"
        path = f"/apis/external.metrics.k8s.io/v1beta1/namespaces/{MODEL.namespace}/{DESIRED}?{selector}"
        eventually("the external metric", lambda: self.get(path).status == 200 and len(self.get(path).json()["items"]) == 1)
        for child in self.machine.children[count:]:
            self.assertIsNone(child.find("forbidden|permission"), child.text())

    def test_a_value_that_does_not_exist_is_refused_by_its_name(self) -> None:
        for value in ("wva.scaleToZer=true", "wva.prometheus.baseUrl=http://prometheus:9090", "certificates.mode=selfsigned"):
            with self.subTest(value):
                ran = self.shell.run(f"{UPGRADE} --set {value}")
                self.assertNotEqual(ran.code, 0)
                self.assertIn(value.partition("=")[0].rpartition(".")[2], ran.errors)

    def test_uninstalled_it_leaves_nothing_and_blocks_nothing_and_can_come_back(self) -> None:
        self.addCleanup(self.install)
        deleted = Deletions(self)
        ran = self.shell.need(f"helm uninstall {RELEASE} --namespace {NAMESPACE}")
        deleted.wait([*CUSTOM, CONTROLLER])
        self.assertLess(max(deleted.order(name) for name in CUSTOM), deleted.order(CONTROLLER), ran)
        self.assertEqual(self.get("/apis/custom.metrics.k8s.io").status, 404)
        try:
            eventually("nothing is left", lambda: not self.left(), 60)
        except AssertionError as late:
            raise AssertionError(f"{late}: {self.left()}") from late
        # With an APIService that leads nowhere this would never end.
        self.kubectl.apply([objects.namespace("short-lived")])
        self.kubectl.run("delete", "namespace", "short-lived", "--timeout=20s")

    def test_somebody_elses_registration_is_left_alone(self) -> None:
        self.addCleanup(self.install)
        self.shell.need(f"helm uninstall {RELEASE} --namespace {NAMESPACE}")
        foreign = {
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": CUSTOM[0]},
            "spec": {"group": "custom.metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
                     "insecureSkipTLSVerify": True, "service": {"name": "prometheus-adapter", "namespace": "monitoring", "port": 443}}}
        self.kubectl.apply([foreign])
        try:
            ran = self.shell.run(INSTALL)
            self.assertNotEqual(ran.code, 0)
            for word in (CUSTOM[0], "monitoring/prometheus-adapter", "apiServices.takeOver"):
                self.assertIn(word, ran.errors)
            self.assertEqual(self.api_service(CUSTOM[0])["spec"]["service"]["name"], "prometheus-adapter")
            self.assertEqual(self.get(f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{CONTROLLER}").status, 404)
        finally:
            self.kubectl.run("delete", "apiservice", CUSTOM[0])

    def left(self) -> set[str]:
        """What there is more than before, but for the test's own model."""
        found = objects_of(self.plane.api) - self.before - KEPT
        return {item for item in found if f" {MODEL.namespace}/" not in item and not re.match(r"(pods|services) (default|monitoring)/", item)}

    def roll_back(self) -> None:
        """As INSTALL left it."""
        self.shell.need(f"{INSTALL} --reset-values")
        self.shell.need(f"kubectl -n {NAMESPACE} rollout status deployment/{CONTROLLER} --timeout=60s")
        self.wait_available(*CUSTOM)

    def bundles(self) -> list[bytes]:
        return [base64.b64decode(self.api_service(name)["spec"]["caBundle"]) for name in CUSTOM]

    def deployment(self) -> Any:
        return self.plane.api.get(f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{CONTROLLER}")

    def patch_policy(self, data: dict[str, str | None]) -> None:
        self.kubectl.run("patch", "configmap", POLICY, "-n", NAMESPACE, "--type=merge", "-p", json.dumps({"data": data}))


class Unnoticed:
    """Asks for the metric through the API server, again and again, while something else happens."""

    def __init__(self, test: Chart) -> None:
        self._test = test
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.answers: set[int] = set()  # codes

    def __enter__(self) -> Unnoticed:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.1):
            self.answers.add(self._test.get(metric_path(MODEL.namespace, VARIANT)).status)


class Deletions:
    """Watches what is deleted, in which order. Versions of one etcd are one sequence."""

    PATHS = ("/apis/apiregistration.k8s.io/v1/apiservices", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments")
    WATCH = 30  # seconds

    def __init__(self, test: Chart) -> None:
        self._api = test.plane.api
        self._versions: dict[str, int] = {}
        self._pool = concurrent.futures.ThreadPoolExecutor(len(self.PATHS))
        for path in self.PATHS:
            self._pool.submit(self._watch, path, self._api.get(path)["metadata"]["resourceVersion"])

    def wait(self, names: list[str]) -> None:
        eventually(f"{names} are deleted", lambda: set(names) <= set(self._versions))
        self._pool.shutdown(wait=False)

    def order(self, name: str) -> int:
        return self._versions[name]

    def _watch(self, path: str, since: str) -> None:
        for kind, item in self._api.watch(path, since, self.WATCH):
            if kind == "DELETED":
                self._versions[item["metadata"]["name"]] = int(item["metadata"]["resourceVersion"])
