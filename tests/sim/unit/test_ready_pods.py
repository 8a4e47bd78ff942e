"""A fleet that follows a real cluster has the pods that are ready there."""
import unittest
from typing import Any

from fleet.fleet import ObjectKey
from fleet.ready_pods import ready_pods


def pod(name: str, app: str | None = "llama", ready: str = "True", **metadata: str) -> Any:
    labels = {"app": app} if app else {}
    return {"metadata": {"namespace": "ns", "name": name, "labels": labels, **metadata},
            "status": {"conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": ready}]}}


class ReadyPods(unittest.TestCase):
    def test_by_the_deployment_that_the_label_app_names(self) -> None:
        self.assertEqual(ready_pods([pod("a"), pod("b"), pod("c", app="qwen")]),
                         {ObjectKey("ns", "llama"): {"a", "b"}, ObjectKey("ns", "qwen"): {"c"}})

    def test_neither_starting_nor_leaving_nor_anybody_elses(self) -> None:
        starting = {"metadata": {"namespace": "ns", "name": "new", "labels": {"app": "llama"}}}
        self.assertEqual(ready_pods([pod("a", ready="False"), pod("b", deletionTimestamp="2026-01-01T00:00:00Z"), pod("c", app=None), starting]), {})
