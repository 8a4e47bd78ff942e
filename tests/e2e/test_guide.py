"""The scale-to-zero guide, command by command and example by example, in its own words (guide/), on an installation by its own command.

The table at the end says what became of each.
"""
from __future__ import annotations

import base64
import json
import re
import textwrap
from typing import Any

import yaml
from fleet.fleet import ModelKey
from harness.adapter import NAMESPACE
from harness.client import metric_path
from harness.waiting import eventually

from cluster.autoscaler_watch import AutoscalerWatch
from cluster.built import ROOT, built
from cluster.machine.testcase import MachineTestCase

GUIDE = ROOT / "tests/e2e/guide"
ORIGINAL = ROOT.parent / "shared/seed/scale-to-zero.md"  # beside the project where it was given; not part of it
CUSTOM = ("v1beta1.custom.metrics.k8s.io", "v1beta2.custom.metrics.k8s.io")
CONTROLLER = "workload-variant-autoscaler-controller"
POLICY = "model-scale-to-zero-config"
SMALL, LARGE = "meta/llama-3.1-8b", "meta/llama-3.1-70b"
LLM = "llm-inference"
# What the guide's examples are about: namespace, Deployment, model.
MODELS = ((LLM, "llama-8b", SMALL), (LLM, "llama-70b", LARGE), ("production", "llama-8b", SMALL), ("development", "llama-8b", SMALL))

Effective = dict[tuple[str, str], tuple[bool, int]]  # (enabled, retention in seconds) by namespace and Deployment
BUILT_IN = 600  # seconds


def everywhere(enabled: bool, seconds: int) -> Effective:
    return {(namespace, deployment): (enabled, seconds) for namespace, deployment, _ in MODELS}


class Guide(MachineTestCase):
    """Step after step, in the guide's order."""

    steps: list[tuple[str, str]]  # what, and what became of it

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.steps = []
        cls.addClassCleanup(cls.print_steps)
        command = cls.text("enable-globally.bash").rstrip()
        without_namespace = cls.shell.run(command)
        cls.shell.need(f"{command} --create-namespace")
        cls.plane.start_controllers()
        cls.wait_available(*CUSTOM)
        if f'namespaces "{NAMESPACE}" not found' not in without_namespace.errors:
            raise AssertionError(without_namespace)
        cls.note("helm upgrade -i, as printed", "works where the namespace exists; else add --create-namespace")
        for namespace, deployment, model in MODELS:
            cls.add_model(ModelKey(namespace, model), {deployment: 1})

    @classmethod
    def print_steps(cls) -> None:
        width = max((len(what) for what, _ in cls.steps), default=0)
        print("\n" + "\n".join(f"{what:{width}}  {result}" for what, result in cls.steps), flush=True)

    def test_01_enable_globally(self) -> None:
        self.expect(everywhere(True, BUILT_IN))
        self.note("  sets WVA_SCALE_TO_ZERO", "works: on for all models, 10 minutes")

    def test_02_values_file(self) -> None:
        self.helm("--set wva.scaleToZero=false")
        self.expect(everywhere(False, BUILT_IN))
        self.note("default values", "works: off, 10 minutes")
        self.helm(f"-f {GUIDE / 'enable-globally.values.yaml'}")
        self.expect(everywhere(True, BUILT_IN))
        self.note("values.yaml: wva.scaleToZero: true", "works")

    def test_03_per_model_configuration(self) -> None:
        self.apply("per-model.yaml")
        self.expect({(LLM, "llama-8b"): (True, 300), (LLM, "llama-70b"): (False, 900), ("production", "llama-8b"): (True, 1800),
                     ("development", "llama-8b"): (True, 300)})
        self.note("ConfigMap: defaults, per model, per namespace", "works, without a restart")

    def test_04_priority(self) -> None:
        """Each level counts where those above it say nothing, field by field."""
        def source(namespace: str, deployment: str) -> tuple[str, str]:
            fields = self.policy(namespace, deployment)
            return fields["enable_scale_to_zero"]["from"], fields["retention_period"]["from"]
        key = f"ConfigMap {POLICY}, key "
        self.assertEqual(source("production", "llama-8b"), (key + "llama-production", key + "llama-production"))
        self.assertEqual(source(LLM, "llama-8b"), (key + "default", key + "llama-8b"))
        self.assertEqual(source(LLM, "llama-70b"), (key + "llama-70b", key + "default"))
        self.kubectl.run("patch", "configmap", POLICY, "-n", NAMESPACE, "--type=merge", "-p", '{"data":{"default":null}}')
        environment, built_in = eventually("the default is gone", lambda: found if key not in (found := (
            self.policy(LLM, "llama-8b")["enable_scale_to_zero"]["from"],
            self.policy(LLM, "llama-70b")["retention_period"]["from"]))[0] else None)
        self.assertEqual((environment, built_in), ("environment WVA_SCALE_TO_ZERO", "built-in default"))
        self.note("priority: model, default, environment, built in", "works, and /debug/decisions says which counted")

    def test_05_example_1(self) -> None:
        """Also: an upgrade takes nothing back of what was applied since."""
        before = self.kubectl.json("get", "configmap", POLICY, "-n", NAMESPACE)["data"]
        self.shell.need(self.text("example-1.bash"))
        self.assertEqual(self.kubectl.json("get", "configmap", POLICY, "-n", NAMESPACE)["data"], before)
        self.kubectl.run("delete", "configmap", POLICY, "-n", NAMESPACE)
        self.expect(everywhere(True, BUILT_IN))
        self.note("example 1: helm upgrade -i", "works, and keeps what kubectl applied")

    def test_06_example_2(self) -> None:
        self.apply("example-2.yaml")
        self.expect(everywhere(True, 1200))
        self.note("example 2: other global defaults", "works")

    def test_07_example_3(self) -> None:
        self.apply("example-3.yaml")
        self.expect({(LLM, "llama-8b"): (True, 300), (LLM, "llama-70b"): (False, 900)})
        self.note("example 3: partial overrides", "works")

    def test_08_example_4(self) -> None:
        self.apply("example-4.yaml")
        self.expect({("production", "llama-8b"): (True, 1800), ("development", "llama-8b"): (True, 120), (LLM, "llama-8b"): (True, BUILT_IN)})
        self.note("example 4: per environment", "works")

    def test_09_feature_gate(self) -> None:
        self.note("sed in /etc/kubernetes/manifests of Kind", "not run: a Kind node up to Kubernetes 1.36 is needed; this is "
                  f"{self.kubectl.raw('/version')['gitVersion']}, where the gate is on (tests/e2e/kind.sh runs in Kind)")
        self.note("managed Kubernetes: alpha features", "not run: the provider's documentation says how")

    def test_10_horizontal_pod_autoscaler(self) -> None:
        self.shell.need(f"kubectl apply -n {LLM} -f {GUIDE / 'horizontalpodautoscaler.yaml'}")
        watch = AutoscalerWatch(self.plane.api, LLM, "llama-8b-hpa")
        self.assertEqual(watch.failures(), set())
        self.note("HorizontalPodAutoscaler, minReplicas: 0", "works: reads our metric. Its 4 minutes to zero: test_scaling.py")

    def test_11_scaled_object(self) -> None:
        self.kubectl.run("apply", "--server-side", "-f", str(built("keda") / "crd/keda.sh_scaledobjects.yaml"))
        self.kubectl.run("wait", "--for=condition=Established", "crd/scaledobjects.keda.sh")
        ran = self.kubectl.run("apply", "-n", LLM, "-f", str(GUIDE / "scaledobject.yaml"))
        self.assertEqual(ran.warnings, "")
        self.note("ScaledObject", "works: KEDA's definition takes it. KEDA runs with it in test_keda.py")

    def test_12_status(self) -> None:
        eventually("the pods before the last upgrade are gone", lambda: len(self.machine.running()) == 2)
        ran = self.shell.need(self.text("status.bash"))
        self.assertIn("llama-prod: |", ran.text)
        self.assertRegex(ran.text, r"decision.* scale_to_zero_enabled=true")
        self.note("kubectl get configmap -o yaml; kubectl logs | grep -i scale.*zero", "works: the decisions, with the policy of each")

    def test_13_requests_in_prometheus(self) -> None:
        proxy = {"http_proxy": self.prometheus.url}  # for the name `prometheus`, which only a pod of that namespace knows
        command = self.text("requests.bash").replace("curl ", "curl -s ")

        def ask(what: str) -> Any:
            return json.loads(self.shell.need(what, proxy).text)

        def values(answer: Any) -> list[str]:
            return [item["value"][1] for item in answer["data"]["result"]]
        self.assertEqual(values(ask(command)), ["0"])
        self.assertEqual(ask(command.replace(SMALL, "never/served")), json.loads(self.text("requests-absent.json")))
        self.fleet.send_one(ModelKey(LLM, SMALL))
        answer = eventually("a request is counted", lambda: found if float(values(found := ask(command))[0]) > 0 else None)
        present = json.loads(self.text("requests-present.json"))
        self.assertEqual((answer["status"], answer["data"]["resultType"]), (present["status"], present["data"]["resultType"]))
        self.assertEqual([set(item) - {"metric"} for item in answer["data"]["result"]], [set(item) for item in present["data"]["result"]])
        self.note("curl: sum(increase(vllm:request_success_total...))", "works. Without requests the value is 0; the guide's empty answer is "
                  "that of a model without any series")

    def test_14_feature_gate_check(self) -> None:
        ran = self.shell.need(self.text("feature-gate-check.bash"))
        self.assertIn('name="HPAScaleToZero"', ran.text)
        self.note("kubectl get --raw /metrics | grep -i scaletozero", f"works: {ran.text.strip()}")

    def test_15_requests_in_log(self) -> None:
        ran = self.shell.need(self.text("requests-in-log.bash"))
        self.assertRegex(ran.text, r"model_request_count=\d+")
        self.note('kubectl logs | grep "model_request_count"', "works")

    def test_16_configuration(self) -> None:
        ran = self.shell.need(self.text("configuration.bash"))
        self.assertEqual(set(json.loads(ran.text)), {"llama-prod", "llama-dev"})
        self.note("kubectl get configmap -o jsonpath={.data}", "works")

    def test_17_faster_scale_up(self) -> None:
        behavior = yaml.safe_load(self.text("faster-scale-up.yaml"))
        self.kubectl.run("patch", "hpa", "llama-8b-hpa", "-n", LLM, "--type=merge", "-p", json.dumps({"spec": behavior}))
        found = self.kubectl.json("get", "hpa", "llama-8b-hpa", "-n", LLM)["spec"]["behavior"]
        self.assertLessEqual(behavior["behavior"]["scaleUp"].items(), found["scaleUp"].items())
        self.note("behavior: scaleUp", "works: accepted; test_scaling.py scales up with one like it")

    def test_18_the_answer(self) -> None:
        """It rests on what Prometheus says, which the pods find by the chart's own default address."""
        def reporting() -> bool:
            newest = self.report(LLM, "llama-8b")["signals"]["newest"]
            return newest is not None and newest["replicasReporting"] == 1
        eventually("the model's pod reports", reporting)
        answer = self.kubectl.raw(metric_path(LLM, "llama-8b-autoscaler"))
        self.assertEqual([item["value"] for item in answer["items"]], ["1"])
        self.note("kubectl get --raw .../inferno_desired_replicas", "works")

    def test_19_nothing_is_left_out(self) -> None:
        if not ORIGINAL.exists():  # skipping a step would make ctest say that all were skipped
            self.note("guide/ against the guide itself", "not run: the guide is not beside the project")
            return
        blocks = re.findall(r"^( *)```\w+\n(.*?)^\1```", ORIGINAL.read_text(), re.MULTILINE | re.DOTALL)
        ours = {file.read_text() for file in GUIDE.iterdir()}
        self.assertEqual({textwrap.dedent(block) for _, block in blocks}, ours)
        self.note("guide/ against the guide itself", "every example and command, word for word")

    def helm(self, arguments: str) -> None:
        self.shell.need("helm upgrade -i workload-variant-autoscaler ./charts/workload-variant-autoscaler "
                        f"--namespace {NAMESPACE} --reset-values {arguments}")
        self.shell.need(f"kubectl -n {NAMESPACE} rollout status deployment/{CONTROLLER} --timeout=60s")

    def apply(self, name: str) -> None:
        self.shell.need(f"kubectl apply -f {GUIDE / name}")

    def expect(self, expected: Effective) -> None:
        def look() -> bool:
            self.last = {key: self.effective(*key) for key in expected}
            return self.last == expected
        try:
            eventually("the policy counts", look)
        except AssertionError as late:
            raise AssertionError(f"{late}: {self.last}, expected {expected}") from late

    def effective(self, namespace: str, deployment: str) -> tuple[bool, int] | None:
        fields = self.policy(namespace, deployment)
        if fields is None:
            return None
        return fields["enable_scale_to_zero"]["value"], int(fields["retention_period"]["value"].rstrip("s"))

    def policy(self, namespace: str, deployment: str) -> Any:
        report = self.report(namespace, deployment)
        return report and report["policy"]["scaleToZero"]

    def report(self, namespace: str, deployment: str) -> Any:
        """As the newest pod explains it; None while it has nothing to explain."""
        ca_file = self.folder / "ca.crt"
        ca_file.write_bytes(base64.b64decode(self.api_service(CUSTOM[0])["spec"]["caBundle"]))
        with self.direct(self.machine.running()[-1], ca_file) as client:
            try:
                answer = client.get(f"/debug/decisions/{namespace}/{deployment}-autoscaler")
            except OSError:
                return None
        return answer.json() if answer.status == 200 else None

    @classmethod
    def text(cls, name: str) -> str:
        return (GUIDE / name).read_text()

    @classmethod
    def note(cls, what: str, result: str) -> None:
        cls.steps.append((what, result))
