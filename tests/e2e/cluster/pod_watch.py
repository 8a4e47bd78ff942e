"""Which pods of a cluster are ready, as they come and go."""
from __future__ import annotations

import http.client
import threading
from typing import Any, Callable

from fleet.ready_pods import ReadyPods, ready_pods

from cluster.api import Api, ApiError

PODS = "/api/v1/pods"
WATCH = 600  # seconds
PAUSE = 0.2  # seconds, before the next try


class PodWatch:
    """Tells `listener`, on a thread of its own, the names of the ready pods of each Deployment whenever they change. A pod belongs to the
    Deployment that its label `app` names. While the API server is away, pods stay as they were."""

    def __init__(self, api: Api, listener: Callable[[ReadyPods], None]) -> None:
        self._api = api
        self._listener = listener
        self._pods: dict[str, Any] = {}  # by uid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pod-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """The thread ends with its watch, without telling anyone any more."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (OSError, http.client.HTTPException, ApiError, ValueError):
                self._stop.wait(PAUSE)

    def _follow(self) -> None:
        listed = self._api.get(PODS)
        self._pods = {pod["metadata"]["uid"]: pod for pod in listed["items"]}
        self._tell()
        for kind, item in self._api.watch(PODS, listed["metadata"]["resourceVersion"], WATCH):
            if kind == "ERROR":
                return
            if kind == "DELETED":
                self._pods.pop(item["metadata"]["uid"], None)
            else:
                self._pods[item["metadata"]["uid"]] = item
            self._tell()

    def _tell(self) -> None:
        if self._stop.is_set():
            return
        self._listener(ready_pods(self._pods.values()))
