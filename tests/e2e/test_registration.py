"""The API server serves the adapter's groups as its own, and people see its decisions with kubectl."""
from __future__ import annotations

from typing import Any

from fleet.fleet import ModelKey
from harness.adapter import NAMESPACE, Program
from harness.client import CUSTOM, DESIRED, RESOURCE, metric_path
from harness.waiting import eventually

from cluster import objects
from cluster.testcase import ClusterTestCase

METRICS = ["inferno_desired_replicas", "inferno_current_replicas", "inferno_desired_ratio"]
V1BETA1 = "/apis/custom.metrics.k8s.io/v1beta1"
EXTERNAL = "/apis/external.metrics.k8s.io/v1beta1"
LLM = "llm-inference"
MODEL = ModelKey(LLM, "meta/llama-3.1-8b")
VARIANT = "llama-8b-autoscaler"
OTHER = ModelKey(LLM, "qwen/qwen3-8b")


class Registration(ClusterTestCase):
    replica: Program

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.add_model(MODEL, {"llama-8b": 2})
        cls.add_model(OTHER, {"qwen": 1})
        cls.wait_scraped()
        cls.replica = cls.start_replica()
        cls.serve(cls.replica)
        cls.fleet.send(MODEL, 1.0)
        eventually("there are decisions", lambda: cls.desired(LLM, VARIANT) and cls.desired(LLM, "qwen-autoscaler"))

    def test_every_version_is_available(self) -> None:
        listed = self.kubectl.json("get", "apiservices")["items"]
        ours = {item["metadata"]["name"]: item for item in listed if item["spec"].get("service")}
        self.assertEqual(set(ours), {"v1beta1.custom.metrics.k8s.io", "v1beta2.custom.metrics.k8s.io", "v1beta1.external.metrics.k8s.io"})
        for name, item in ours.items():
            with self.subTest(name):
                self.assertNotIn("insecureSkipTLSVerify", item["spec"])
                self.assertEqual([(c["type"], c["status"]) for c in item["status"]["conditions"]], [("Available", "True")])

    def test_resources_are_discovered_without_a_warning(self) -> None:
        for group, names in {
            "custom.metrics.k8s.io": {f"{RESOURCE}/{metric}" for metric in METRICS},
            "external.metrics.k8s.io": set(METRICS),
        }.items():
            with self.subTest(group):
                found = self.kubectl.run("api-resources", f"--api-group={group}", "--cached=false", "-o", "name")
                # Subresources aren't listed by kubectl; external metrics are resources.
                expected = set() if group.startswith("custom") else {f"{name}.{group}" for name in names}
                self.assertEqual((set(found.text.split()), found.warnings), (expected, ""))
        everything = self.kubectl.run("api-resources", "--cached=false")
        self.assertEqual(everything.warnings, "")
        self.assertIn("variantautoscalings", everything.text)
        self.assertEqual(self.kubectl.run("get", "pods", "--all-namespaces").warnings, "")

    def test_discovery_documents(self) -> None:
        groups = {group["name"]: [version["version"] for version in group["versions"]] for group in self.kubectl.raw("/apis")["groups"]}
        self.assertEqual((groups["custom.metrics.k8s.io"], groups["external.metrics.k8s.io"]), (["v1beta2", "v1beta1"], ["v1beta1"]))
        for path in (V1BETA1, CUSTOM):
            with self.subTest(path):
                resources = self.kubectl.raw(path)["resources"]
                self.assertEqual({(item["name"], item["namespaced"], item["kind"], tuple(item["verbs"])) for item in resources},
                                 {(f"{RESOURCE}/{metric}", True, "MetricValueList", ("get",)) for metric in METRICS})
        self.assertEqual({item["name"] for item in self.kubectl.raw(EXTERNAL)["resources"]}, set(METRICS))

    def test_metrics_of_one_variant(self) -> None:
        for metric, value in {"inferno_desired_replicas": "1", "inferno_current_replicas": "2"}.items():
            with self.subTest(metric):
                answer = eventually(f"{metric} is {value}", lambda: self.only(metric_path(LLM, VARIANT, metric), value))
                described = {"kind": "VariantAutoscaling", "namespace": LLM, "name": VARIANT, "apiVersion": "llmd.ai/v1alpha1"}
                self.assertEqual((answer["describedObject"], answer["metric"]["name"]), (described, metric))
        old = self.kubectl.raw(metric_path(LLM, VARIANT).replace(CUSTOM, V1BETA1))
        self.assertEqual((old["apiVersion"], old["items"][0]["metricName"]), ("custom.metrics.k8s.io/v1beta1", DESIRED))

    def test_metrics_of_all_variants_that_a_selector_finds(self) -> None:
        everyone = self.kubectl.raw(f"{metric_path(LLM, '*')}?labelSelector=inference.optimization%2FacceleratorName%3DL40S")
        self.assertEqual({item["describedObject"]["name"] for item in everyone["items"]}, {VARIANT, "qwen-autoscaler"})
        nobody = self.kubectl.raw(f"{metric_path(LLM, '*')}?labelSelector=inference.optimization%2FacceleratorName%3DH100")
        self.assertEqual(nobody["items"], [])

    def test_external_metric(self) -> None:
        found = self.kubectl.raw(f"{EXTERNAL}/namespaces/{LLM}/{DESIRED}?labelSelector=variantautoscaling_name%3D{VARIANT}")
        self.assertEqual([item["metricName"] for item in found["items"]], [DESIRED])

    def test_what_there_is_not(self) -> None:
        for path in (metric_path(LLM, "nobody"), metric_path(LLM, VARIANT, "no_metric"), f"{CUSTOM}/namespaces/{LLM}/metrics/{DESIRED}"):
            with self.subTest(path):
                self.assert_status(self.plane.api.request("GET", path), 404, "NotFound")

    def test_openapi_has_our_paths(self) -> None:
        for group_version in ("custom.metrics.k8s.io/v1beta1", "custom.metrics.k8s.io/v1beta2", "external.metrics.k8s.io/v1beta1"):
            with self.subTest(group_version):
                paths = eventually(f"OpenAPI of {group_version}", lambda: self.openapi(group_version))
                self.assertTrue(any("{namespace}" in path for path in paths), paths)
        self.assertIn("Kubernetes", self.kubectl.raw("/openapi/v2")["info"]["title"])

    def test_kubectl_shows_the_decision(self) -> None:
        eventually("the status is written", lambda: self.row()[-2:-1] == ["True"])
        header, *_ = self.kubectl.run("get", "va", "-n", LLM).text.splitlines()
        self.assertEqual(header.split(), ["NAME", "TARGET", "MODEL", "OPTIMIZED", "METRICSREADY", "AGE"])
        self.assertEqual(self.row()[:-1], [VARIANT, "llama-8b", MODEL.name, "1", "True"])
        status = self.plane.api.get(f"/apis/llmd.ai/v1alpha1/namespaces/{LLM}/variantautoscalings/{VARIANT}")["status"]
        self.assertEqual((status["desiredOptimizedAlloc"]["numReplicas"], status["desiredOptimizedAlloc"]["accelerator"]), (1, "L40S"))
        self.assertEqual({(c["type"], c["status"], c["reason"]) for c in status["conditions"]} & {
            ("TargetResolved", "True", "TargetFound"), ("MetricsAvailable", "True", "MetricsFound"),
            ("OptimizationReady", "True", "OptimizationSucceeded")}, {
            ("TargetResolved", "True", "TargetFound"), ("MetricsAvailable", "True", "MetricsFound"),
            ("OptimizationReady", "True", "OptimizationSucceeded")})

    def test_a_status_that_does_not_change_is_not_written_again(self) -> None:
        path = f"/apis/llmd.ai/v1alpha1/namespaces/{LLM}/variantautoscalings"
        eventually("the status is written", lambda: self.row()[-2:-1] == ["True"])
        listed = self.plane.api.get(path)
        written = [item for kind, item in self.plane.api.watch(path, listed["metadata"]["resourceVersion"], seconds=10) if kind == "MODIFIED"]
        self.assertLessEqual(len(written), 2, written)  # at most every few seconds, were it to change

    def test_a_target_that_is_missing(self) -> None:
        self.kubectl.apply([objects.variant(LLM, "lost", "nothing", "nobody/nothing")])
        self.addCleanup(self.kubectl.run, "delete", "va", "lost", "-n", LLM)
        eventually("its condition", lambda: ("TargetResolved", "False", "TargetNotFound") in self.conditions("lost"))

    def test_configuration_errors_are_events(self) -> None:
        self.kubectl.apply([objects.scale_to_zero({"broken": f"model_id: {MODEL.name}\nretention_period: 5 minutes\n"})])
        self.addCleanup(self.kubectl.run, "delete", "configmap", "model-scale-to-zero-config", "-n", NAMESPACE)
        found = eventually("an event tells of the mistake", lambda: [
            event for event in self.kubectl.json("get", "events", "-n", LLM)["items"]
            if event["involvedObject"]["name"] == VARIANT and event["type"] == "Warning"])
        self.assertIn("5 minutes", found[0]["message"])
        self.assertIn("broken", found[0]["message"])

    def test_no_permission_is_missing(self) -> None:
        eventually("the status is written", lambda: self.row()[-2:-1] == ["True"])
        self.assertIsNone(self.replica.child.find("forbidden|permission"))

    def only(self, path: str, value: str) -> Any:
        """The one item with this value; nothing when it has another."""
        (item,) = self.kubectl.raw(path)["items"]
        return item if item["value"] == value else None

    def openapi(self, group_version: str) -> Any:
        answer = self.plane.api.request("GET", f"/openapi/v3/apis/{group_version}")
        return answer.json()["paths"] if answer.status == 200 else None

    def row(self) -> list[str]:
        rows = [line.split() for line in self.kubectl.run("get", "va", "-n", LLM, "--no-headers").text.splitlines()]
        return next(row for row in rows if row[0] == VARIANT)

    def conditions(self, variant: str) -> set[tuple[str, str, str]]:
        found = self.plane.api.get(f"/apis/llmd.ai/v1alpha1/namespaces/{LLM}/variantautoscalings/{variant}")
        return {(c["type"], c["status"], c["reason"]) for c in found.get("status", {}).get("conditions", [])}
