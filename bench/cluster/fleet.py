"""Many autoscalers on one adapter: whether their sync period is kept, and what that costs.

Every model has a VariantAutoscaling, a Deployment with one (kwok) pod and an autoscaler, and its series in Prometheus; nothing scales, so
what is seen is the steady state. The same is observed with a tenth of the autoscalers first: what depends on their number shows.
"""
from __future__ import annotations

import concurrent.futures
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable

from cluster import objects
from harness.adapter import Program
from harness.waiting import eventually

from bench.cluster.site import SYNC_PERIOD, Site, sleep_until
from bench.rig.fleet import Fleet
from bench.rig.metrics_page import Between, MetricsPage
from bench.rig.prometheus import Prometheus, ScrapeJob
from bench.rig.scrape_target import ScrapeTarget
from bench.rig.table import render
from bench.rig.usage import cpu_seconds, memory_mib

AUTOSCALERS = 1000
CREATORS = 4  # objects created at once
SETTLE_LIMIT = 180.0
OBSERVED = 45.0  # seconds: three sync periods
GROUP = "custom.metrics.k8s.io"

REQUESTS = "inferno_adapter_http_requests_total"
DURATION = "inferno_adapter_http_request_duration_seconds"
PROMETHEUS = "inferno_adapter_prometheus_requests_total"
KUBERNETES = "inferno_adapter_kubernetes_requests_total"
KUBERNETES_DURATION = "inferno_adapter_kubernetes_request_duration_seconds"
SYNCS = "horizontal_pod_autoscaler_controller_reconciliations_total"
SYNC_DURATION = "horizontal_pod_autoscaler_controller_reconciliation_duration_seconds"
QUEUE = "workqueue_queue_duration_seconds"
QUEUE_NAME = "horizontalpodautoscaler"

# The controller manager's defaults (20 and 30) carry 300 autoscalers of one metric: each sync reads one scale and one metric.
NOTE = ("kube-controller-manager: --kube-api-qps=100 --kube-api-burst=200 (20 and 30 where not set), "
        "--concurrent-horizontal-pod-autoscaler-syncs=5 as where not set")


@dataclass(frozen=True)
class _Reading:
    at: float
    adapter: MetricsPage
    controllers: MetricsPage
    cpu: dict[str, float]


class _Population:
    """The fleet in a cluster, and readings of what it costs."""

    def __init__(self, site: Site, fleet: Fleet) -> None:
        self._site, self._fleet = site, fleet
        target = ScrapeTarget(fleet)
        site.stack.callback(target.stop)
        self._prometheus = Prometheus(site.folder / "prometheus", [ScrapeJob(target.port)], target.exposition)
        site.stack.callback(self._prometheus.child.stop)
        api = site.plane.api
        for number in range(min(fleet.models, 20)):
            api.create("/api/v1/namespaces", objects.namespace(fleet.namespace(number)))
            account = f"/api/v1/namespaces/{fleet.namespace(number)}/serviceaccounts/default"
            site.plane.wait_for("a service account for pods", lambda account=account: api.get(account))
        self._create(range(fleet.models), self._served)
        eventually("the pods are ready", self._all_ready, SETTLE_LIMIT)
        self._prometheus.wait_scraped()
        self._adapter: Program = site.serve("adapter", self._prometheus.url)
        self._client = site.client(self._adapter)
        self._autoscalers = 0

    def _served(self, index: int) -> list[tuple[str, Any]]:
        namespace, name = self._fleet.namespace(index), self._fleet.name(index)
        return [(f"/apis/apps/v1/namespaces/{namespace}/deployments", objects.deployment(namespace, name, 1)),
                (f"/apis/llmd.ai/v1alpha1/namespaces/{namespace}/variantautoscalings",
                 objects.variant(namespace, name, name, self._fleet.model(index)))]

    def _autoscaler(self, index: int) -> list[tuple[str, Any]]:
        """Bounded to the one replica that there is: every fourth model is full."""
        namespace, name = self._fleet.namespace(index), self._fleet.name(index)
        return [(f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers",
                 objects.autoscaler(namespace, name, name, objects.object_metric(name), minimum=1, maximum=1))]

    def _create(self, indices: Iterable[int], made: Callable[[int], list[tuple[str, Any]]]) -> None:
        with concurrent.futures.ThreadPoolExecutor(CREATORS) as pool:
            items = [item for index in indices for item in made(index)]
            for _ in pool.map(lambda item: self._site.plane.api.create(*item), items):
                pass

    def _all_ready(self) -> bool:
        ready = self._site.plane.api.get("/apis/apps/v1/deployments")["items"]
        return sum(item["status"].get("readyReplicas", 0) for item in ready) >= self._fleet.models

    def add_autoscalers(self, count: int) -> None:
        """Until there are so many, and each has synced."""
        before = self._syncs()
        self._create(range(self._autoscalers, count), self._autoscaler)
        self._autoscalers = count
        eventually(f"{count} autoscalers sync", lambda: self._syncs() >= before + count, SETTLE_LIMIT)

    def _syncs(self) -> float:
        return self._site.plane.controllers_metrics().total(SYNCS)

    def read(self) -> _Reading:
        children = {**self._site.plane.children, "inferno-adapter": self._adapter.child, "prometheus": self._prometheus.child}
        return _Reading(time.monotonic(), MetricsPage(self._client.get("/metrics").body.decode()), self._site.plane.controllers_metrics(),
                        {name: cpu_seconds(child.pid) for name, child in children.items()})

    def observe(self) -> list[str]:
        """A column of the table."""
        before = self.read()
        sleep_until(before.at + OBSERVED)
        return self._column(before, self.read())

    def _column(self, before: _Reading, after: _Reading) -> list[str]:
        minutes = (after.at - before.at) / 60
        adapter, controllers = Between(before.adapter, after.adapter), Between(before.controllers, after.controllers)
        syncs = controllers.rise(SYNCS)
        gets = adapter.rise(REQUESTS, group=GROUP, verb="GET")
        resident, peak = memory_mib(self._adapter.child.pid)
        cpu = {name: (used - before.cpu[name]) / minutes for name, used in after.cpu.items()}
        return [
            f"{syncs / minutes:,.0f}", f"{self._autoscalers / syncs * minutes * 60:.2f}",
            f"{syncs - controllers.rise(SYNCS, error='none'):.0f}",
            f"{controllers.mean(SYNC_DURATION) * 1e3:.1f}, {controllers.quantile(0.99, SYNC_DURATION) * 1e3:.1f}",
            f"{controllers.mean(QUEUE, name=QUEUE_NAME) * 1e3:.1f}",
            f"{gets / minutes:,.0f}", f"{gets - adapter.rise(REQUESTS, group=GROUP, verb='GET', code='200'):.0f}",
            f"{adapter.quantile(0.5, DURATION, group=GROUP) * 1e3:.2f}, {adapter.quantile(0.99, DURATION, group=GROUP) * 1e3:.2f}",
            f"{adapter.rise(PROMETHEUS) / minutes:.0f}",
            f"{adapter.rise(KUBERNETES) / minutes:,.0f}", f"{adapter.quantile(0.5, KUBERNETES_DURATION) * 1e3:.2f}", f"{cpu['inferno-adapter']:.2f}",
            f"{resident:.0f}, {peak:.0f}", *(f"{cpu[name]:.1f}" for name in ("kube-apiserver", "etcd", "kube-controller-manager", "prometheus"))]


ROWS = [
    "syncs per minute", f"mean sync period, s (set: {SYNC_PERIOD})", "failed syncs", "a sync, ms: mean, p99", "wait for a worker, ms: mean",
    "metric GETs per minute", "GETs not answered 200", "GET at the adapter, ms: p50, p99", "requests to Prometheus per minute",
    "requests to the API server per minute", "one of them, ms: p50", "adapter CPU, s per minute", "adapter resident, MiB: now, peak",
    *(f"{name} CPU, s per minute" for name in ("kube-apiserver", "etcd", "kube-controller-manager", "prometheus")),
]


def measure(binary: Path, folder: Path, autoscalers: int) -> str:
    with Site(binary, folder) as site:
        population = _Population(site, Fleet(autoscalers))
        counts = [max(1, autoscalers // 10), autoscalers]
        columns = []
        for count in counts:
            population.add_autoscalers(count)
            columns.append(population.observe())
    table = render(f"{autoscalers:,} models in a cluster, by the number of their autoscalers, {OBSERVED:.0f} s each",
                   ["", *(f"{count:,}" for count in counts)], [[row, *cells] for row, *cells in zip(ROWS, *columns)])
    return f"{table}\n  {NOTE}"
