"""Makes the objects of a fleet in a cluster: a Deployment and a VariantAutoscaling for each model."""
from __future__ import annotations

import concurrent.futures
from typing import Any, Iterable

from cluster import objects

from bench.cluster.site import Site
from bench.rig.fleet import Fleet

CREATORS = 4  # objects created at once
Item = tuple[str, Any]  # where, and what


def create(site: Site, items: Iterable[Item]) -> None:
    with concurrent.futures.ThreadPoolExecutor(CREATORS) as pool:
        for _ in pool.map(lambda item: site.plane.api.create(*item), items):
            pass


def create_all(site: Site, fleet: Fleet, indices: Iterable[int], replicas: int) -> None:
    """Namespaces included, where they are missing."""
    chosen = list(indices)
    wanted = {fleet.namespace(index) for index in chosen}
    there = {item["metadata"]["name"] for item in site.plane.api.get("/api/v1/namespaces")["items"]}
    for name in sorted(wanted - there):
        site.plane.api.create("/api/v1/namespaces", objects.namespace(name))
        account = f"/api/v1/namespaces/{name}/serviceaccounts/default"
        site.plane.wait_for("a service account for pods", lambda account=account: site.plane.api.get(account))
    create(site, (item for index in chosen for item in _served(fleet, index, replicas)))


def _served(fleet: Fleet, index: int, replicas: int) -> list[Item]:
    namespace, name = fleet.namespace(index), fleet.name(index)
    return [(f"/apis/apps/v1/namespaces/{namespace}/deployments", objects.deployment(namespace, name, replicas)),
            (f"/apis/llmd.ai/v1alpha1/namespaces/{namespace}/variantautoscalings", objects.variant(namespace, name, name, fleet.model(index)))]
