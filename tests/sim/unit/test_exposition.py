"""The page that Prometheus scrapes: real series names and labels, valid, and silent about pods that don't serve."""
import contextlib
import shutil
import subprocess
import unittest

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from fleet.exposition import FleetCollector
from fleet.fleet import Fleet, ModelKey, ObjectKey
from fleet.gateway import LLM_D
from fleet.profile import EngineProfile, PodProfile
from fleet.traffic import Lengths, Segment, Traffic, piecewise

MODEL = ModelKey("llm", "meta/llama")
EPOCH = 1.7e9
Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def busy_fleet() -> Fleet:
    fleet = Fleet()
    fleet.add_deployment("llama", MODEL, PodProfile(EngineProfile(max_num_seqs=4, num_gpu_blocks=256), engines=2), ready_replicas=1)
    fleet.set_traffic(MODEL, [Traffic(MODEL.name, piecewise([Segment(0, 30)]), Lengths(prompt=50, output=60))])
    for _ in range(100):
        fleet.step()
    fleet.scale({ObjectKey("llm", "llama"): 2})
    return fleet


def page(fleet: Fleet) -> bytes:
    registry = CollectorRegistry()
    registry.register(FleetCollector(lambda: contextlib.nullcontext(fleet), EPOCH))
    return generate_latest(registry)


def series(fleet: Fleet) -> Series:
    families = text_string_to_metric_families(page(fleet).decode())
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


class Page(unittest.TestCase):
    def setUp(self) -> None:
        self.fleet = busy_fleet()
        self.series = series(self.fleet)
        self.ready, self.starting = self.fleet.pods(MODEL)

    def value(self, name: str, **labels: str) -> float:
        return self.series[name, frozenset(labels.items())]

    def test_gauges_of_each_engine_carry_vllms_labels_and_those_of_service_discovery(self) -> None:
        for index, engine in enumerate(self.ready.engines):
            labels = {"model_name": MODEL.name, "engine": str(index), "namespace": "llm", "pod": self.ready.name}
            self.assertEqual(self.value("vllm:num_requests_running", **labels), 4)
            self.assertEqual(self.value("vllm:num_requests_waiting", **labels), len(engine.waiting))
            self.assertEqual(self.value("vllm:kv_cache_usage_perc", **labels), engine.kv_usage())

    def test_each_server_exports_its_own_series(self) -> None:
        for server, running, labels in (
            ("sglang", "sglang:num_running_reqs", {"model_name": "m", "dp_rank": "0", "engine_type": "unified", "tp_rank": "0", "pp_rank": "0"}),
            ("trtllm-serve", "trtllm_num_requests_running", {"model_name": "m", "engine_type": "trtllm"}),
            ("lmdeploy", "lmdeploy:num_requests_running", {"model_name": "m", "engine": "0"}),
            ("tgi", "tgi_batch_current_size", {}),
        ):
            fleet = Fleet()
            deployment = fleet.add_deployment("d", ModelKey("llm", "m"), PodProfile(server=server), ready_replicas=1)
            fleet.set_router(ModelKey("llm", "m"), LLM_D)
            exported = series(fleet)
            where = {"namespace": "llm", "pod": deployment.pods[0].name}
            self.assertEqual(exported[running, frozenset({**labels, **where}.items())], 0, server)
            self.assertFalse([name for name, _ in exported if name.startswith(("vllm:", "inference_"))], server)
            self.assertIn("llm_d_epp_flow_control_queue_size", {name for name, _ in exported})

    def test_finished_requests_are_counted_by_reason(self) -> None:
        total = sum(v for (name, _), v in self.series.items() if name == "vllm:request_success_total")
        reasons = {dict(labels)["finished_reason"] for name, labels in self.series if name == "vllm:request_success_total"}
        self.assertEqual((total, reasons), (self.fleet.load(MODEL).finished, {"stop", "length", "abort", "error"}))

    def test_cache_config_tells_the_kv_capacity(self) -> None:
        configs = [dict(labels) for name, labels in self.series if name == "vllm:cache_config_info"]
        self.assertEqual([(c["num_gpu_blocks"], c["block_size"]) for c in configs], [("256", "16")] * 2)

    def test_a_pod_that_is_not_ready_exposes_nothing(self) -> None:
        """Beside what others tell about it."""
        names = {name for name, labels in self.series if ("pod", self.starting.name) in labels}
        self.assertEqual(names, {"up", "kube_pod_created"})
        self.assertEqual(self.value("up", namespace="llm", pod=self.starting.name), 0)
        self.assertEqual(self.value("up", namespace="llm", pod=self.ready.name), 1)

    def test_pods_were_created_when_they_were_asked_for(self) -> None:
        self.assertAlmostEqual(self.value("kube_pod_created", namespace="llm", pod=self.starting.name), EPOCH + 10)
        self.assertAlmostEqual(self.value("kube_pod_created", namespace="llm", pod=self.ready.name), EPOCH - PodProfile().cold_start)

    def test_a_pod_that_went_away_leaves_no_series(self) -> None:
        self.fleet.scale({ObjectKey("llm", "llama"): 1})
        self.fleet.step()
        self.assertFalse([labels for _, labels in series(self.fleet) if ("pod", self.starting.name) in labels])

    def test_the_gateway_queue_is_by_model_without_a_namespace(self) -> None:
        fleet = Fleet()
        fleet.add_deployment("llama", MODEL, PodProfile())
        fleet.set_traffic(MODEL, [Traffic(MODEL.name, piecewise([Segment(0, 5)]), Lengths())])
        for _ in range(10):
            fleet.step()
        labels, value = next((dict(l), v) for (n, l), v in series(fleet).items() if n == "inference_extension_flow_control_queue_size")
        self.assertEqual((value, labels["target_model_name"], labels["model_name"], "namespace" in labels), (5, MODEL.name, MODEL.name, False))

    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed")
    def test_promtool_objects_to_nothing_but_vllms_own_naming(self) -> None:
        checked = subprocess.run(["promtool", "check", "metrics"], input=page(self.fleet), capture_output=True, check=False)
        complaints = [line for line in checked.stderr.decode().splitlines() if "metric names should not contain ':'" not in line]
        self.assertEqual(complaints, [])


if __name__ == "__main__":
    unittest.main()
