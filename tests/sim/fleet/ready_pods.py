"""Which pods of a real cluster serve, for a fleet that follows them."""
from __future__ import annotations

from typing import Any, Iterable

from fleet.fleet import ObjectKey

ReadyPods = dict[ObjectKey, set[str]]


def ready_pods(pods: Iterable[Any]) -> ReadyPods:
    """Of Pod objects: the names of those that are ready and stay, by Deployment, which is told by their label `app`."""
    ready: ReadyPods = {}
    for pod in pods:
        metadata = pod["metadata"]
        app = metadata.get("labels", {}).get("app")
        if app and "deletionTimestamp" not in metadata and _is_ready(pod):
            ready.setdefault(ObjectKey(metadata["namespace"], app), set()).add(metadata["name"])
    return ready


def _is_ready(pod: Any) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)
