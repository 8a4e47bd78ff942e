"""What became of an autoscaler and its target, change by change."""
from __future__ import annotations

import http.client
import threading
from typing import Any

from harness.waiting import PATIENCE, eventually

from cluster.api import Api, ApiError

WATCH = 600  # seconds
ACTIVE = 60.0  # seconds: the controller may back off after failures
PAUSE = 0.2  # seconds, before the next try


class AutoscalerWatch:
    """Thread safe. Starts when the autoscaler has read its metric; while the API server is away nothing is seen."""

    def __init__(self, api: Api, namespace: str, name: str) -> None:
        self.name = f"{namespace}/{name}"
        self._api = api
        self._collection = f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers"
        self._object_name = name
        self._lock = threading.Lock()
        self._seen: list[Any] = []  # status of each change, from the first with a metric on
        threading.Thread(target=self._run, name=f"watch of {self.name}", daemon=True).start()
        self.wait_active()

    def conditions(self) -> set[tuple[str, str, str, str]]:
        """Each (type, status, reason, message) that a condition ever had."""
        with self._lock:
            return {(item["type"], item["status"], item["reason"], item["message"])
                    for status in self._seen for item in status.get("conditions", [])}

    def counts(self) -> list[int]:
        """desiredReplicas, each change of it."""
        with self._lock:
            counts = [status["desiredReplicas"] for status in self._seen]
        return [count for index, count in enumerate(counts) if index == 0 or counts[index - 1] != count]

    def wait_active(self) -> None:
        """Until its last sync has read its metric."""
        eventually(f"{self.name} is active", self._active, ACTIVE)

    def wait_count(self, what: str, expected: range, timeout: float = PATIENCE) -> int:
        """Until it wants a number of replicas in this range, which it returns."""
        (count,) = eventually(f"{self.name}: {what}; {expected}", lambda: [last for last in self.counts()[-1:] if last in expected], timeout)
        return count

    def failures(self) -> set[tuple[str, str, str, str]]:
        """Conditions that told of a sync that failed."""
        return {condition for condition in self.conditions() if condition[0] in ("AbleToScale", "ScalingActive") and condition[1] != "True"}

    def _active(self) -> bool:
        with self._lock:
            return bool(self._seen) and _is_active(self._seen[-1])

    def _run(self) -> None:
        while True:
            try:
                self._follow()
            except (OSError, http.client.HTTPException, ApiError, ValueError):
                threading.Event().wait(PAUSE)

    def _follow(self) -> None:
        listed = self._api.get(self._collection)
        for item in listed["items"]:
            self._note(item)
        for kind, item in self._api.watch(self._collection, listed["metadata"]["resourceVersion"], WATCH):
            if kind == "ERROR":
                return
            self._note(item)

    def _note(self, item: Any) -> None:
        status = item.get("status", {})
        if item["metadata"]["name"] == self._object_name:
            with self._lock:
                if self._seen or _is_active(status):
                    self._seen.append(status)


def _is_active(status: Any) -> bool:
    return any(condition["type"] == "ScalingActive" and condition["status"] == "True" for condition in status.get("conditions", []))
