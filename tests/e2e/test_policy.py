"""Edits of the ConfigMaps with kubectl count from the next answer on."""
from __future__ import annotations

import json

from fleet.fleet import ModelKey
from harness.adapter import NAMESPACE
from harness.waiting import eventually

from cluster import objects
from cluster.testcase import ClusterTestCase

MODEL = "qwen/qwen3-8b"
HERE, ELSEWHERE = ModelKey("production", MODEL), ModelKey("development", MODEL)
CONFIG = "model-scale-to-zero-config"
POLICY = objects.scale_to_zero({"default": "enable_scale_to_zero: true\nretention_period: 1s\n"})
NEXT = 5.0  # seconds: what a watch and a machine that is busy may take


class Policy(ClusterTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        for model in (HERE, ELSEWHERE):
            cls.add_model(model, {"qwen": 1})
        cls.kubectl.apply([POLICY])
        cls.wait_scraped()
        cls.serve(cls.start_replica())
        eventually("both are idle", lambda: cls.answers() == (0, 0))

    def setUp(self) -> None:
        """As at the start; `apply` would leave keys that a test has patched in."""
        self.kubectl.run("delete", "configmap", CONFIG, "-n", NAMESPACE, "--ignore-not-found")
        self.kubectl.apply([POLICY])
        self.expect(0, 0)

    def test_a_key_is_edited(self) -> None:
        self.patch("default", "enable_scale_to_zero: true\nretention_period: 1h\n")
        self.expect(1, 1)
        self.patch("default", "enable_scale_to_zero: true\nretention_period: 1s\n")
        self.expect(0, 0)
        self.patch("default", "enable_scale_to_zero: false\n")
        self.expect(1, 1)

    def test_an_override_for_a_namespace(self) -> None:
        self.patch("qwen", f"model_id: {MODEL}\nnamespace: {HERE.namespace}\nenable_scale_to_zero: false\n")
        self.expect(1, 0)
        self.patch("qwen", None)
        self.expect(0, 0)

    def test_the_configmap_is_deleted_and_comes_back(self) -> None:
        self.kubectl.run("delete", "configmap", CONFIG, "-n", NAMESPACE)
        self.expect(1, 1)
        self.kubectl.apply([POLICY])
        self.expect(0, 0)

    def test_a_key_that_is_broken_takes_nothing_else_down(self) -> None:
        self.patch("qwen", "model_id: [\n")
        self.patch("other", f"model_id: {MODEL}\nnamespace: {HERE.namespace}\nenable_scale_to_zero: false\n")
        self.expect(1, 0)

    def test_a_configmap_of_another_namespace_is_none_of_ours(self) -> None:
        foreign = objects.scale_to_zero({"default": "enable_scale_to_zero: false\n"})
        foreign["metadata"]["namespace"] = HERE.namespace
        self.kubectl.apply([foreign])
        self.addCleanup(self.kubectl.run, "delete", "configmap", CONFIG, "-n", HERE.namespace)
        self.patch("qwen", f"model_id: {MODEL}\nnamespace: {ELSEWHERE.namespace}\nenable_scale_to_zero: false\n")
        self.expect(0, 1)

    def test_a_namespace_has_a_configmap_of_its_own(self) -> None:
        name = "wva-model-scale-to-zero-config"
        own = objects.scale_to_zero({"default": "enable_scale_to_zero: false\n"})
        own["metadata"] |= {"name": name, "namespace": HERE.namespace}
        self.kubectl.apply([own])
        self.addCleanup(self.kubectl.run, "delete", "configmap", name, "-n", HERE.namespace, "--ignore-not-found")
        self.expect(1, 0)
        self.kubectl.run("delete", "configmap", name, "-n", HERE.namespace)
        self.expect(0, 0)

    @classmethod
    def answers(cls) -> tuple[int | None, int | None]:
        return cls.desired(HERE.namespace, "qwen-autoscaler"), cls.desired(ELSEWHERE.namespace, "qwen-autoscaler")

    def expect(self, here: int, elsewhere: int) -> None:
        eventually(f"{here} here, {elsewhere} elsewhere", lambda: self.answers() == (here, elsewhere), NEXT)

    def patch(self, key: str, text: str | None) -> None:
        self.kubectl.run("patch", "configmap", CONFIG, "-n", NAMESPACE, "--type=merge", "-p", json.dumps({"data": {key: text}}))
