"""What changes in a cluster all day: variants come, change and go, and policy is edited."""
from __future__ import annotations

import threading
from typing import Any

from cluster import objects
from cluster.api import Api, ApiError
from harness.adapter import NAMESPACE

PERIOD = 1.0  # seconds between two changes
VISITORS = 50  # variants that come and go; they have no autoscaler
RETENTIONS = ("10m", "12m", "15m")
POLICY = f"/api/v1/namespaces/{NAMESPACE}/configmaps"
THRESHOLDS = (0.8, 0.85)


class Churn:
    """Changes one thing a second, in turn, until it is stopped. What fails because the API server is away is tried again with the next turn."""

    def __init__(self, api: Api, namespace: str) -> None:
        self.changes, self.failures = 0, 0
        self._api = api
        self._variants = f"/apis/llmd.ai/v1alpha1/namespaces/{namespace}/variantautoscalings"
        self._namespace = namespace
        self._present: set[str] = set()
        self._stopped = threading.Event()
        self._api.create(POLICY, objects.scale_to_zero(_entries(0)))
        self._api.create(POLICY, _saturation(0))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        turn = 0
        while not self._stopped.wait(PERIOD):
            turn += 1
            try:
                self._change(turn)
                self.changes += 1
            except (OSError, ApiError):
                self.failures += 1

    def _change(self, turn: int) -> None:
        if turn % 10 == 0:
            self._api.merge(f"{POLICY}/model-scale-to-zero-config", {"data": _entries(turn)})
        elif turn % 10 == 5:
            self._api.merge(f"{POLICY}/saturation-scaling-config", {"data": _saturation(turn)["data"]})
        else:
            self._visit(f"visitor-{turn * 7 % VISITORS:02}", turn)

    def _visit(self, name: str, turn: int) -> None:
        """Here it comes, or changes, or goes."""
        if name not in self._present:
            self._api.create(self._variants, objects.variant(self._namespace, name, name, f"visiting/{name}"))
            self._present.add(name)
        elif turn % 3 == 0:
            self._api.delete(f"{self._variants}/{name}")
            self._present.discard(name)
        else:
            self._api.merge(f"{self._variants}/{name}", {"spec": {"variantCost": f"{turn % 90 + 1}.0"}})


def _entries(turn: int) -> dict[str, str]:
    return {"default": f"enable_scale_to_zero: true\nretention_period: {RETENTIONS[turn // 10 % len(RETENTIONS)]}\n"}


def _saturation(turn: int) -> Any:
    threshold = THRESHOLDS[turn // 10 % len(THRESHOLDS)]
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "saturation-scaling-config", "namespace": NAMESPACE},
            "data": {"default": f"kvCacheThreshold: {threshold}\n"}}
