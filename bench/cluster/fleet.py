"""Many autoscalers on one adapter: whether their sync period is kept, and what that costs.

The same is observed with a tenth of the autoscalers first: what depends on their number shows.
"""
from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from bench.cluster.population import SYNCS, Population
from bench.cluster.site import SYNC_PERIOD, Site, sleep_until
from bench.rig.fleet import Fleet
from bench.rig.metrics_page import Between, MetricsPage
from bench.rig.table import render
from bench.rig.usage import cpu_seconds, memory_mib

AUTOSCALERS = 1000
OBSERVED = 45.0  # seconds: three sync periods
GROUP = "custom.metrics.k8s.io"

REQUESTS = "inferno_adapter_http_requests_total"
DURATION = "inferno_adapter_http_request_duration_seconds"
PROMETHEUS = "inferno_adapter_prometheus_requests_total"
KUBERNETES = "inferno_adapter_kubernetes_requests_total"
KUBERNETES_DURATION = "inferno_adapter_kubernetes_request_duration_seconds"
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


class _Observer:
    """Readings of what the population costs."""

    def __init__(self, population: Population) -> None:
        self._population = population
        self._client = population.site.client(population.adapter)

    def read(self) -> _Reading:
        population, plane = self._population, self._population.site.plane
        pids = {name: child.pid for name, child in plane.children.items()}
        pids |= {"inferno-adapter": population.adapter.child.pid, "prometheus": population.prometheus.child.pid}
        return _Reading(time.monotonic(), MetricsPage(self._client.get("/metrics").body.decode()), plane.controllers_metrics(),
                        {name: cpu_seconds(pid) for name, pid in pids.items()})

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
        resident, peak = memory_mib(self._population.adapter.child.pid)
        cpu = {name: (used - before.cpu[name]) / minutes for name, used in after.cpu.items()}
        return [
            f"{syncs / minutes:,.0f}", f"{self._population.autoscalers / syncs * minutes * 60:.2f}",
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
        population = Population(site, Fleet(autoscalers))
        observer = _Observer(population)
        counts = [max(1, autoscalers // 10), autoscalers]
        columns = []
        for count in counts:
            population.add_autoscalers(count)
            columns.append(observer.observe())
    table = render(f"{autoscalers:,} models in a cluster, by the number of their autoscalers, {OBSERVED:.0f} s each",
                   ["", *(f"{count:,}" for count in counts)], [[row, *cells] for row, *cells in zip(ROWS, *columns)])
    return f"{table}\n  {NOTE}"
