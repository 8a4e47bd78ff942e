"""A fleet of any size in a cluster, served by the adapter: its series in Prometheus, its objects, and autoscalers for as many models as wanted.

Every model has a VariantAutoscaling and a Deployment with one (kwok) pod; nothing scales, so what is seen is the steady state.
"""
from __future__ import annotations

import concurrent.futures
from typing import Any, Callable, Iterable

from cluster import objects
from harness.adapter import Program
from harness.waiting import eventually

from bench.cluster.site import Site
from bench.rig.fleet import Fleet
from bench.rig.prometheus import Prometheus, ScrapeJob
from bench.rig.scrape_target import ScrapeTarget

CREATORS = 4  # objects created at once
SETTLE_LIMIT = 180.0  # seconds
SYNCS = "horizontal_pod_autoscaler_controller_reconciliations_total"


class Population:
    def __init__(self, site: Site, fleet: Fleet) -> None:
        self.site, self.fleet = site, fleet
        target = ScrapeTarget(fleet)
        site.stack.callback(target.stop)
        self.prometheus = Prometheus(site.folder / "prometheus", [ScrapeJob(target.port)], target.exposition)
        site.stack.callback(lambda: self.prometheus.child.stop())
        api = site.plane.api
        for number in range(min(fleet.models, 20)):
            api.create("/api/v1/namespaces", objects.namespace(fleet.namespace(number)))
            account = f"/api/v1/namespaces/{fleet.namespace(number)}/serviceaccounts/default"
            site.plane.wait_for("a service account for pods", lambda account=account: api.get(account))
        self._create(range(fleet.models), self._served)
        eventually("the pods are ready", self._all_ready, SETTLE_LIMIT)
        self.prometheus.wait_scraped()
        self.adapter: Program = site.serve("adapter", self.prometheus.url)
        self.autoscalers = 0

    def _served(self, index: int) -> list[tuple[str, Any]]:
        namespace, name = self.fleet.namespace(index), self.fleet.name(index)
        return [(f"/apis/apps/v1/namespaces/{namespace}/deployments", objects.deployment(namespace, name, 1)),
                (f"/apis/llmd.ai/v1alpha1/namespaces/{namespace}/variantautoscalings",
                 objects.variant(namespace, name, name, self.fleet.model(index)))]

    def _autoscaler(self, index: int) -> list[tuple[str, Any]]:
        """Bounded to the one replica that there is: every fourth model is full."""
        namespace, name = self.fleet.namespace(index), self.fleet.name(index)
        return [(f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers",
                 objects.autoscaler(namespace, name, name, objects.object_metric(name), minimum=1, maximum=1))]

    def _create(self, indices: Iterable[int], made: Callable[[int], list[tuple[str, Any]]]) -> None:
        with concurrent.futures.ThreadPoolExecutor(CREATORS) as pool:
            items = [item for index in indices for item in made(index)]
            for _ in pool.map(lambda item: self.site.plane.api.create(*item), items):
                pass

    def _all_ready(self) -> bool:
        ready = self.site.plane.api.get("/apis/apps/v1/deployments")["items"]
        return sum(item["status"].get("readyReplicas", 0) for item in ready) >= self.fleet.models

    def add_autoscalers(self, count: int) -> None:
        """Until there are so many, and each has synced."""
        before = self.syncs()
        self._create(range(self.autoscalers, count), self._autoscaler)
        self.autoscalers = count
        eventually(f"{count} autoscalers sync", lambda: self.syncs() >= before + count, SETTLE_LIMIT)

    def syncs(self) -> float:
        return self.site.plane.controllers_metrics().total(SYNCS)
