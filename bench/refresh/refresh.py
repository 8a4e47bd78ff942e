"""What refreshes of the signals cost while somebody asks, from the adapter's own metrics and /proc."""
from __future__ import annotations

import time
from dataclasses import dataclass

from bench.rig.adapter import Adapter
from bench.rig.https import Https
from bench.rig.rig import Rig
from bench.rig.table import render
from bench.rig.usage import cpu_seconds, memory_mib

SETTLE = 10.0  # seconds for reading history, and as long again for each thousand models: Prometheus is the slower one
OBSERVED = 30.0  # two flow intervals, so every kind of refresh is in it in its proportion

REQUESTS = "inferno_adapter_prometheus_requests_total"
BYTES = "inferno_adapter_prometheus_response_bytes_total"
DURATION = "inferno_adapter_signal_refresh_duration_seconds"
FAILURES = "inferno_adapter_signal_failures_total"
REBUILD = "inferno_adapter_decision_duration_seconds"

HEADER = ["models x pods", "series", "refreshes", "requests each", "KiB each", "ms each", "adapter CPU ms each",
          "Prometheus CPU s per 15 s", "rebuild ms", "RSS MiB", "peak MiB", "failed"]


@dataclass(frozen=True)
class Cost:
    cells: list[str]


def observe(rig: Rig, adapter: Adapter) -> Cost:
    """Without load, but for a question now and then that keeps the signals fresh."""
    client = Https(adapter.port)
    prometheus = rig.prometheus.child.pid
    _ask_for(client, rig, SETTLE * (1 + rig.fleet.models / 1000))
    before, cpu_before = adapter.metrics(), cpu_seconds(adapter.pid)
    prometheus_before = cpu_seconds(prometheus)
    _ask_for(client, rig, OBSERVED)
    cpu = cpu_seconds(adapter.pid) - cpu_before
    prometheus_cpu = cpu_seconds(prometheus) - prometheus_before  # its scrapes included
    after = adapter.metrics()
    resident, peak = memory_mib(adapter.pid)
    client.close()

    def rise(name: str) -> float:
        return after.get(name, 0.0) - before.get(name, 0.0)

    refreshes = rise(DURATION + "_count")
    if refreshes == 0:
        raise RuntimeError(f"no refresh within {OBSERVED:.0f} s; the log: {adapter.child.log}")
    return Cost([
        rig.fleet.title, f"{rig.target.exposition.series:,}", f"{refreshes:.0f}", f"{rise(REQUESTS) / refreshes:.1f}",
        f"{rise(BYTES) / refreshes / 1024:,.0f}", f"{rise(DURATION + '_sum') / refreshes * 1e3:.0f}",
        f"{cpu / refreshes * 1e3:.0f}", f"{prometheus_cpu / OBSERVED * 15:.2f}", f"{rise(REBUILD + '_sum') / max(rise(REBUILD + '_count'), 1) * 1e3:.1f}",
        f"{resident:.1f}", f"{peak:.1f}", f"{rise(FAILURES):.0f}",
    ])


def _ask_for(client: Https, rig: Rig, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        client.get(rig.fleet.metric_path(0))
        time.sleep(1)


def report(costs: list[Cost]) -> str:
    return render(f"refreshes over {OBSERVED:.0f} s (requests include the wake query, once a second)", HEADER, [cost.cells for cost in costs])
