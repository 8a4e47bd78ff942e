"""The demo's expectations hold on a good run and fail on each bad one; its files fit together; its directory is written whole."""
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from typing import Callable

import yaml

from demo import expectations as expect
from demo.scenario import DEPLOYMENTS, MODELS, NAMESPACE
from demo.standalone_directory import StandaloneDirectory
from demo.timeline import Completion, ModelSample, Sample, Timeline, VariantSample
from fleet.deployment import DeploymentStatus
from fleet.fleet import ObjectKey
from hpa.spec import parse_autoscaler

DEMO = Path(__file__).parent.parent / "demo"
RETENTION = 20.0
Counts = Callable[[int], int]


def timeline(desired: Counts, in_flight: Counts, completions: tuple[Completion, ...] = (), wake_reason: str = "WakeUp",
             other: Counts = lambda t: 0) -> Timeline:
    """Two minutes of model `m` with variants `v` and `other`; pods follow the desired count at once."""
    result = Timeline(scraped_since=-5.0, completions=list(completions))
    for t in range(121):
        woken = t > 0 and desired(t) > 0 and desired(t - 1) == 0
        result.samples.append(Sample(float(t), {"m": ModelSample(0, 0, 0, in_flight(t))}, {
            "v": VariantSample(desired(t), desired(t), desired(t), wake_reason if woken else "Steady"),
            "other": VariantSample(other(t), other(t), other(t), "Steady"),
        }))
    return result


class GoesToZero(unittest.TestCase):
    def check(self, zero_from: int, last_use: int = 30, end: float = 100) -> expect.Check:
        run = timeline(lambda t: int(t < zero_from), lambda t: int(t <= last_use))
        return expect.goes_to_zero(run, "v", "m", RETENTION, 0, end)

    def test_holds_when_zero_comes_after_the_retention_period(self) -> None:
        self.assertTrue(self.check(zero_from=51).passed)

    def test_fails_when_zero_comes_too_early_too_late_or_never(self) -> None:
        self.assertIn("10 s after the last use", self.check(zero_from=40).seen)
        self.assertFalse(self.check(zero_from=40).passed)
        self.assertFalse(self.check(zero_from=60, end=55).passed)
        self.assertFalse(self.check(zero_from=70).passed)
        self.assertIn("desired never 0", self.check(zero_from=200).seen)

    def test_fails_when_the_pods_stay(self) -> None:
        run = timeline(lambda t: int(t < 51), lambda t: int(t <= 30))
        run.samples = [replace(s, variants={"v": replace(s.variants["v"], ready=1)}) for s in run.samples]
        self.assertFalse(expect.goes_to_zero(run, "v", "m", RETENTION, 0, 100).passed)


class Wakes(unittest.TestCase):
    ANSWER = (Completion("m", 34.0, 41.0, 80),)

    def check(self, wake: int = 36, completions: tuple[Completion, ...] = ANSWER, reason: str = "WakeUp") -> expect.Check:
        run = timeline(lambda t: int(t >= wake), lambda t: 0, completions, reason)
        return expect.wakes_for_a_request(run, "v", "m", 34.0, within=4)

    def test_holds_when_it_wakes_in_time_and_answers(self) -> None:
        self.assertTrue(self.check().passed)

    def test_fails_when_late_unanswered_for_another_reason_or_not_asleep_before(self) -> None:
        self.assertFalse(self.check(wake=39).passed)
        self.assertFalse(self.check(completions=()).passed)
        self.assertFalse(self.check(reason="Saturation").passed)
        self.assertFalse(self.check(wake=33).passed)


class StaysAtLeastOne(unittest.TestCase):
    def check(self, desired: Counts, last_use: int) -> expect.Check:
        return expect.stays_at_least_one(timeline(desired, lambda t: int(t <= last_use)), "v", "m", RETENTION)

    def test_holds_over_a_long_idle_time(self) -> None:
        self.assertTrue(self.check(lambda t: 1, last_use=60).passed)

    def test_fails_at_a_single_zero_or_without_idle_time_to_prove_it(self) -> None:
        self.assertFalse(self.check(lambda t: int(t != 80), last_use=60).passed)
        self.assertFalse(self.check(lambda t: 1, last_use=110).passed)


class Order(unittest.TestCase):
    def test_the_cheap_one_must_grow_strictly_first(self) -> None:
        for cheap_at, dear_at, holds in ((30, 200, True), (30, 40, True), (30, 30, False), (40, 30, False), (200, 200, False)):
            run = timeline(lambda t: 1 + int(t >= cheap_at), lambda t: 1, other=lambda t: 1 + int(t >= dear_at))
            with self.subTest(cheap_at=cheap_at, dear_at=dear_at):
                self.assertEqual(expect.grows_first(run, "v", "other", 25, 60).passed, holds)

    def test_the_dear_one_must_shrink_strictly_first(self) -> None:
        for dear_at, cheap_at, holds in ((70, 200, True), (70, 90, True), (70, 70, False), (90, 70, False), (200, 200, False)):
            run = timeline(lambda t: 2 - int(t >= cheap_at), lambda t: 1, other=lambda t: 1 - int(t >= dear_at))
            with self.subTest(dear_at=dear_at, cheap_at=cheap_at):
                self.assertEqual(expect.shrinks_first(run, "other", "v", 60, 120).passed, holds)


    def test_growth_that_was_asked_for_and_taken_back_is_no_shrinking(self) -> None:
        run = timeline(lambda t: 2, lambda t: 1, other=lambda t: 1 - int(t >= 70))
        run.samples[65].variants["v"] = replace(run.samples[65].variants["v"], desired=3)
        self.assertTrue(expect.shrinks_first(run, "other", "v", 60, 120).passed)


class LongRequest(unittest.TestCase):
    def check(self, desired: Counts, finished: float) -> expect.Check:
        return expect.survives_long_request(timeline(desired, lambda t: 1, (Completion("m", 4.0, finished, 2900),)), "v", "m", RETENTION)

    def test_holds_when_it_outlasts_the_retention_period_on_a_replica(self) -> None:
        self.assertTrue(self.check(lambda t: 1, 50.0).passed)

    def test_fails_when_put_to_zero_meanwhile_or_too_short_to_prove_anything(self) -> None:
        self.assertFalse(self.check(lambda t: int(t != 30), 50.0).passed)
        self.assertFalse(self.check(lambda t: 1, 20.0).passed)
        self.assertFalse(expect.survives_long_request(timeline(lambda t: 1, lambda t: 1), "v", "m", RETENTION).passed)


class Whole(unittest.TestCase):
    def test_one_missing_answer_fails_and_is_named(self) -> None:
        run = timeline(lambda t: 1, lambda t: 0)
        self.assertTrue(expect.every_second_was_answered(run, ["v", "other"]).passed)
        run.samples[7].variants["v"] = VariantSample(1, 1, None, "HTTP 503: down")
        check = expect.every_second_was_answered(run, ["v", "other"])
        self.assertEqual((check.passed, check.seen), (False, "1 without an answer, first at 7 s for v: HTTP 503: down"))

    def test_one_request_cut_off_fails(self) -> None:
        run = timeline(lambda t: 1, lambda t: 0, (Completion("m", 1.0, 2.0, 80),))
        self.assertTrue(expect.nothing_was_cut_off(run).passed)
        run.interrupted = 1
        self.assertFalse(expect.nothing_was_cut_off(run).passed)

    def test_growth_counts_ready_pods(self) -> None:
        run = timeline(lambda t: 3 if 40 <= t < 60 else 1, lambda t: 1)
        self.assertTrue(expect.grows_to(run, "v", 3, 30, 70).passed)
        self.assertFalse(expect.grows_to(run, "v", 3, 60, 70).passed)


class Files(unittest.TestCase):
    """The objects in cluster/ and autoscalers/ say the same as the scenario."""

    def setUp(self) -> None:
        documents = [d for path in sorted((DEMO / "cluster").glob("*.yaml")) for d in yaml.safe_load_all(path.read_text())]
        self.by_kind = {kind: {d["metadata"]["name"]: d for d in documents if d["kind"] == kind}
                        for kind in ("Deployment", "VariantAutoscaling", "ConfigMap")}

    def test_every_variant_has_its_deployment_autoscaling_and_hpa(self) -> None:
        hpas = {s.target: s for s in (parse_autoscaler(yaml.safe_load(p.read_text())) for p in (DEMO / "autoscalers").glob("*.yaml"))}
        self.assertEqual(set(self.by_kind["Deployment"]), set(DEPLOYMENTS))
        self.assertEqual(set(hpas), set(DEPLOYMENTS))
        for model in MODELS:
            for variant in model.variants:
                autoscaling = self.by_kind["VariantAutoscaling"][hpas[variant.deployment].described_object]
                self.assertEqual(autoscaling["spec"]["scaleTargetRef"]["name"], variant.deployment)
                self.assertEqual((autoscaling["spec"]["modelID"], autoscaling["metadata"]["namespace"]), (model.name, NAMESPACE))

    def test_batch_sizes_are_those_of_the_containers(self) -> None:
        for model in MODELS:
            for variant in model.variants:
                (container,) = self.by_kind["Deployment"][variant.deployment]["spec"]["template"]["spec"]["containers"]
                self.assertTrue(container["args"][-1].endswith(f"={variant.pod.engine.max_num_seqs}"), container["args"])

    def test_policies_are_those_the_expectations_assume(self) -> None:
        data = self.by_kind["ConfigMap"]["model-scale-to-zero-config"]["data"]
        self.assertEqual(yaml.safe_load(data["default"]), {"enable_scale_to_zero": True, "retention_period": "20s"})
        self.assertEqual(yaml.safe_load(data["llama-70b"]), {"model_id": "meta/llama-3.1-70b", "enable_scale_to_zero": False})


class Directory(unittest.TestCase):
    KEY = ObjectKey("ns", "llama")
    TEXT = """\
kind: Deployment
metadata: {name: llama, namespace: ns}
spec: {replicas: 2}
---
kind: VariantAutoscaling
metadata: {name: va, namespace: ns}
"""

    def setUp(self) -> None:
        root = tempfile.TemporaryDirectory()
        self.addCleanup(root.cleanup)
        self.cluster, scratch = Path(root.name, "cluster"), Path(root.name, "scratch")
        self.cluster.mkdir()
        scratch.mkdir()
        self.file = self.cluster / "llama.yaml"
        self.file.write_text(self.TEXT)
        self.directory = StandaloneDirectory(self.cluster, scratch)

    def deployment(self) -> dict:
        return next(iter(yaml.safe_load_all(self.file.read_text())))

    def test_writes_replicas_and_status_beside_what_else_is_in_the_file(self) -> None:
        self.directory.set_replicas("ns", "llama", 5)
        self.directory.report({self.KEY: DeploymentStatus(5, 3)})
        self.assertEqual((self.deployment()["spec"]["replicas"], self.deployment()["status"]), (5, {"replicas": 5, "readyReplicas": 3}))
        self.assertEqual([d["kind"] for d in yaml.safe_load_all(self.file.read_text())], ["Deployment", "VariantAutoscaling"])
        self.assertEqual((self.directory.scale("ns", "llama").status_replicas, self.directory.ready_replicas("ns", "llama")), (5, 3))

    def test_replaces_the_file_by_a_rename_and_leaves_nothing_else_in_the_directory(self) -> None:
        before = self.file.stat().st_ino
        self.directory.set_replicas("ns", "llama", 5)
        self.assertNotEqual(self.file.stat().st_ino, before)
        self.assertEqual(list(self.cluster.iterdir()), [self.file])

    def test_does_not_write_a_status_that_has_not_changed(self) -> None:
        self.directory.report({self.KEY: DeploymentStatus(2, 2)})
        before = self.file.stat().st_ino
        self.directory.report({self.KEY: DeploymentStatus(2, 2)})
        self.assertEqual(self.file.stat().st_ino, before)

    def test_follows_an_edit_and_keeps_the_last_good_content_of_a_broken_one(self) -> None:
        self.file.write_text(self.TEXT.replace("replicas: 2", "replicas: 4"))
        self.assertEqual(self.directory.targets(), {self.KEY: 4})
        self.file.write_text("kind: [broken")
        self.assertEqual(self.directory.targets(), {self.KEY: 4})


if __name__ == "__main__":
    unittest.main()
