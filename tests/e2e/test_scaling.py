"""The stock HPA scales real Deployments on the adapter's answers: to zero, from zero, up, and down again.

All of it goes on at the same time, because most of it is waiting: the guide's autoscaler alone needs four minutes before it takes the last
replica away.
"""
from __future__ import annotations

from dataclasses import dataclass

from fleet.fleet import ModelKey
from harness.waiting import eventually

from cluster import objects
from cluster.autoscaler_watch import AutoscalerWatch
from cluster.built import ROOT
from cluster.testcase import ClusterTestCase

RETENTION = 8  # seconds
GUIDE = ModelKey("llm-inference", "meta/llama-3.1-8b")
GUIDE_STABILIZATION = 240.0  # seconds, guide/horizontalpodautoscaler.yaml
BY_OBJECT = ModelKey("by-object", "mistralai/mistral-7b")
BY_EXTERNAL = ModelKey("by-external", "mistralai/mistral-7b")
KEPT, LEFT = ModelKey("production", "qwen/qwen3-8b"), ModelKey("development", "qwen/qwen3-8b")
SEVERAL = ModelKey("several", "mistralai/mixtral-8x7b")
CHEAP_MAXIMUM = 2

POLICY = objects.scale_to_zero({
    "default": f"enable_scale_to_zero: true\nretention_period: {RETENTION}s\n",
    "qwen-production": f"model_id: {KEPT.name}\nnamespace: {KEPT.namespace}\nretention_period: 1h\n",
    "mixtral": f"model_id: {SEVERAL.name}\nenable_scale_to_zero: false\n",
})


@dataclass
class Life:
    autoscaler: AutoscalerWatch
    peak: int = 0
    finished: int = 0


class Scaling(ClusterTestCase):
    lives: dict[str, Life]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.add_model(GUIDE, {"llama-8b": 1})
        cls.add_model(BY_OBJECT, {"mistral": 1})
        cls.add_model(BY_EXTERNAL, {"mistral": 1})
        cls.add_model(KEPT, {"qwen": 1})
        cls.add_model(LEFT, {"qwen": 1})
        cls.add_model(SEVERAL, {"spot": 1, "on-demand": 1}, costs=("5", "40"))
        cls.wait_scraped()
        cls.serve(cls.start_replica())
        cls.kubectl.run("apply", "-n", GUIDE.namespace, "-f", str(ROOT / "tests/e2e/guide/horizontalpodautoscaler.yaml"))
        cls.kubectl.apply([
            objects.autoscaler(BY_OBJECT.namespace, "mistral", "mistral", objects.object_metric("mistral-autoscaler")),
            objects.autoscaler(BY_EXTERNAL.namespace, "mistral", "mistral", objects.external_metric("mistral-autoscaler")),
            objects.autoscaler(KEPT.namespace, "qwen", "qwen", objects.object_metric("qwen-autoscaler")),
            objects.autoscaler(LEFT.namespace, "qwen", "qwen", objects.object_metric("qwen-autoscaler")),
            objects.autoscaler(SEVERAL.namespace, "spot", "spot", objects.object_metric("spot-autoscaler"), maximum=CHEAP_MAXIMUM),
            objects.autoscaler(SEVERAL.namespace, "on-demand", "on-demand", objects.object_metric("on-demand-autoscaler")),
        ])
        watch = {
            name: AutoscalerWatch(cls.plane.api, model.namespace, autoscaler) for name, model, autoscaler in (
                ("guide", GUIDE, "llama-8b-hpa"), ("object", BY_OBJECT, "mistral"), ("external", BY_EXTERNAL, "mistral"),
                ("left", LEFT, "qwen"), ("cheap", SEVERAL, "spot"), ("dear", SEVERAL, "on-demand"))}
        # Only now, so that all of them see the way to zero.
        cls.kubectl.apply([POLICY])
        cls.lives = cls.at_once({
            "guide": lambda: cls.to_zero_and_back(watch["guide"], GUIDE, "llama-8b", GUIDE_STABILIZATION),
            "object": lambda: cls.through_a_burst(watch["object"], BY_OBJECT, "mistral"),
            "external": lambda: cls.through_a_burst(watch["external"], BY_EXTERNAL, "mistral"),
            "left": lambda: cls.to_zero_and_back(watch["left"], LEFT, "qwen", 0.0),
            "several": lambda: cls.beyond_one_variant(watch["cheap"], watch["dear"]),
        })

    @classmethod
    def to_zero_and_back(cls, autoscaler: AutoscalerWatch, model: ModelKey, deployment: str, stabilization: float) -> Life:
        """Nobody uses it; then somebody does."""
        life = Life(autoscaler)
        autoscaler.wait_count("idle", range(1), RETENTION + stabilization + 30)
        eventually(f"{model}: no replica", lambda: cls.replicas(model.namespace, deployment) == 0)
        cls.fleet.send_one(model)
        autoscaler.wait_count("woken", range(1, 2))
        life.finished = eventually(f"{model}: its request is answered", lambda: cls.fleet.load(model).finished)
        return life

    @classmethod
    def through_a_burst(cls, autoscaler: AutoscalerWatch, model: ModelKey, deployment: str) -> Life:
        """From zero to several replicas, and to zero again."""
        life = cls.to_zero_and_back(autoscaler, model, deployment, 0.0)
        cls.fleet.send(model, 14.0)
        life.peak = autoscaler.wait_count("growth", range(3, 11), 60)
        cls.fleet.send(model, 0.0)
        autoscaler.wait_count("idle again", range(1), 60)
        return life

    @classmethod
    def beyond_one_variant(cls, cheap: AutoscalerWatch, dear: AutoscalerWatch) -> Life:
        """More load than the cheap variant may take."""
        life = Life(dear)
        cls.fleet.send(SEVERAL, 18.0)
        dear.wait_count("what the cheap variant can't take", range(2, 11), 60)
        life.peak = cheap.wait_count("its maximum", range(CHEAP_MAXIMUM, CHEAP_MAXIMUM + 1))
        cls.fleet.send(SEVERAL, 0.5)
        dear.wait_count("the dear variant first", range(1), 60)
        return life

    def test_the_guides_autoscaler_goes_to_zero_and_back(self) -> None:
        life = self.lives["guide"]
        self.assertEqual(life.autoscaler.counts(), [1, 0, 1])
        self.assertEqual(life.finished, 1)

    def test_a_burst_by_object_and_by_external_metric(self) -> None:
        for name in ("object", "external"):
            with self.subTest(name):
                life = self.lives[name]
                counts = life.autoscaler.counts()
                self.assertEqual((counts[:3], counts[-1]), ([1, 0, 1], 0), counts)
                self.assertGreaterEqual(life.peak, 3)
        self.assertEqual(self.fleet.load(BY_OBJECT).queued + self.fleet.load(BY_EXTERNAL).queued, 0)

    def test_an_override_counts_in_its_namespace_only(self) -> None:
        self.assertEqual(self.lives["left"].autoscaler.counts()[:2], [1, 0])
        self.assertEqual(self.replicas(KEPT.namespace, "qwen"), 1)

    def test_what_exceeds_a_variants_maximum_goes_to_the_next(self) -> None:
        counts = self.lives["several"].autoscaler.counts()
        self.assertGreaterEqual(max(counts), 2)
        self.assertEqual(self.lives["several"].peak, CHEAP_MAXIMUM)

    def test_conditions_are_healthy_throughout(self) -> None:
        for name, life in self.lives.items():
            with self.subTest(name):
                self.assertEqual(life.autoscaler.failures(), set())
