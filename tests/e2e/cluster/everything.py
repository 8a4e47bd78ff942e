"""All objects of a cluster, to compare before and after."""
from __future__ import annotations

from typing import Any, Iterator

from cluster.api import Api

# What Kubernetes writes by itself, and what comes and goes with it.
OWN_WRITING = {"events", "componentstatuses"}


def objects_of(api: Api) -> set[str]:
    """KIND NAMESPACE/NAME of every object; AssertionError where a kind can't be listed, as those of a dead APIService."""
    return {f"{resource} {item['metadata'].get('namespace', '')}/{item['metadata']['name']}"
            for path, resource in _kinds(api) for item in api.get(path)["items"]}


def _kinds(api: Api) -> Iterator[tuple[str, str]]:
    """Path and name of each resource that can be listed, in one of its versions."""
    yield from _listed("/api/v1", api.get("/api/v1"))
    for group in api.get("/apis")["groups"]:
        path = f"/apis/{group['preferredVersion']['groupVersion']}"
        yield from _listed(path, api.get(path))


def _listed(path: str, found: Any) -> Iterator[tuple[str, str]]:
    for resource in found["resources"]:
        if "list" in resource["verbs"] and resource["name"] not in OWN_WRITING:
            yield f"{path}/{resource['name']}", resource["name"]
