"""A fleet of any size in a cluster, served by the adapter: its series in Prometheus, its objects, and autoscalers for as many models as wanted.

Every model has a VariantAutoscaling and a Deployment with one (kwok) pod; nothing scales, so what is seen is the steady state.
"""
from __future__ import annotations

from cluster import objects
from harness.adapter import Program
from harness.waiting import eventually

from bench.cluster.creation import Item, create, create_all
from bench.cluster.site import Site
from bench.rig.fleet import Fleet
from bench.rig.prometheus import Prometheus, ScrapeJob
from bench.rig.scrape_target import ScrapeTarget

SETTLE_LIMIT = 180.0  # seconds
SYNCS = "horizontal_pod_autoscaler_controller_reconciliations_total"


class Population:
    def __init__(self, site: Site, fleet: Fleet) -> None:
        self.site, self.fleet = site, fleet
        target = ScrapeTarget(fleet)
        site.stack.callback(target.stop)
        self.prometheus = Prometheus(site.folder / "prometheus", [ScrapeJob(target.port)], target.exposition)
        site.stack.callback(lambda: self.prometheus.child.stop())
        create_all(site, fleet, range(fleet.models), replicas=1)
        eventually("the pods are ready", self._all_ready, SETTLE_LIMIT)
        self.prometheus.wait_scraped()
        self.adapter: Program = site.serve("adapter", self.prometheus.url)
        self.autoscalers = 0

    def _autoscaler(self, index: int) -> Item:
        """Bounded to the one replica that there is: every fourth model is full."""
        namespace, name = self.fleet.namespace(index), self.fleet.name(index)
        return (f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers",
                objects.autoscaler(namespace, name, name, objects.object_metric(name), minimum=1, maximum=1))

    def _all_ready(self) -> bool:
        ready = self.site.plane.api.get("/apis/apps/v1/deployments")["items"]
        return sum(item["status"].get("readyReplicas", 0) for item in ready) >= self.fleet.models

    def add_autoscalers(self, count: int) -> None:
        """Until there are so many, and each has synced."""
        before = self.syncs()
        create(self.site, map(self._autoscaler, range(self.autoscalers, count)))
        self.autoscalers = count
        eventually(f"{count} autoscalers sync", lambda: self.syncs() >= before + count, SETTLE_LIMIT)

    def syncs(self) -> float:
        return self.site.plane.controllers_metrics().total(SYNCS)
