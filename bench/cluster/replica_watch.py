"""When spec.replicas of Deployments changed."""
from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass

from cluster.api import Api, ApiError
from fleet.fleet import ObjectKey

DEPLOYMENTS = "/apis/apps/v1/deployments"
WATCH = 600  # seconds
PAUSE = 0.2  # seconds, before the next try


@dataclass(frozen=True)
class Change:
    at: float  # by time.monotonic()
    replicas: int


class ReplicaWatch:
    """Thread safe. A change is as new as the event that told of it."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._changes: dict[ObjectKey, list[Change]] = {}
        self._stop = threading.Event()
        threading.Thread(target=self._run, name="replica-watch", daemon=True).start()

    def replicas(self, deployment: ObjectKey) -> int | None:
        """The newest; None before it was seen."""
        with self._lock:
            changes = self._changes.get(deployment)
            return changes[-1].replicas if changes else None

    def first_above(self, deployment: ObjectKey, replicas: int, since: float) -> Change | None:
        with self._lock:
            return next((change for change in self._changes.get(deployment, []) if change.at >= since and change.replicas > replicas), None)

    def stop(self) -> None:
        """The thread ends with its watch."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (OSError, http.client.HTTPException, ApiError, ValueError):
                self._stop.wait(PAUSE)

    def _follow(self) -> None:
        listed = self._api.get(DEPLOYMENTS)
        for item in listed["items"]:
            self._note(item["metadata"], item["spec"]["replicas"])
        for kind, item in self._api.watch(DEPLOYMENTS, listed["metadata"]["resourceVersion"], WATCH):
            if kind == "ERROR" or self._stop.is_set():
                return
            self._note(item["metadata"], item["spec"]["replicas"])

    def _note(self, metadata: dict[str, str], replicas: int) -> None:
        now = time.monotonic()
        with self._lock:
            changes = self._changes.setdefault(ObjectKey(metadata["namespace"], metadata["name"]), [])
            if not changes or changes[-1].replicas != replicas:
                changes.append(Change(now, replicas))
