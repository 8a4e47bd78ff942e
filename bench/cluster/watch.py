"""Many objects watched by one adapter, without autoscalers and without Prometheus: what the cluster's state costs by itself."""
from __future__ import annotations

import time
from pathlib import Path

from harness.adapter import Program
from harness.ports import free_port

from bench.cluster.creation import create_all
from bench.cluster.site import Site, sleep_until
from bench.rig.fleet import Fleet
from bench.rig.metrics_page import MetricsPage
from bench.rig.table import render
from bench.rig.usage import cpu_seconds, memory_mib

VARIANTS = 10_000
CHANGES = 2_000
CALM = 3.0  # seconds
RECEIVED = "inferno_adapter_kubernetes_response_bytes_total"


def _measure_start(site: Site, name: str, variants: int) -> tuple[Program, list[str]]:
    began = time.monotonic()
    adapter = site.serve(name, f"http://127.0.0.1:{free_port()}")
    ready = time.monotonic() - began
    sleep_until(time.monotonic() + CALM)
    received = MetricsPage(site.client(adapter).get("/metrics").body.decode()).total(RECEIVED)
    resident, peak = memory_mib(adapter.child.pid)
    cpu = cpu_seconds(adapter.child.pid)
    return adapter, [f"{variants:,}", f"{ready:.2f}", f"{received / 2**20:.1f}", f"{cpu:.2f}", f"{resident:.1f}", f"{peak:.1f}"]


def _cost_of_changes(site: Site, fleet: Fleet, adapter: Program) -> str:
    before = cpu_seconds(adapter.child.pid)
    for number in range(CHANGES):
        index = number % fleet.models
        path = f"/apis/llmd.ai/v1alpha1/namespaces/{fleet.namespace(index)}/variantautoscalings/{fleet.name(index)}"
        site.plane.api.merge(path, {"metadata": {"annotations": {"changed": str(number)}}})
    sleep_until(time.monotonic() + CALM)
    spent = cpu_seconds(adapter.child.pid) - before
    resident, peak = memory_mib(adapter.child.pid)
    return (f"{CHANGES:,} changes, one after the other: {spent / CHANGES * 1e3:.2f} ms of the adapter's CPU each; "
            f"resident then {resident:.1f} MiB, at most {peak:.1f}")


def measure(binary: Path, folder: Path, variants: int) -> str:
    rows = []
    with Site(binary, folder) as site:
        adapter, row = _measure_start(site, "empty", 0)
        rows.append(row)
        adapter.child.end()
        made = 0
        for count in (max(1, variants // 10), variants):
            fleet = Fleet(count)
            create_all(site, fleet, range(made, count), replicas=0)
            made = count
            adapter, row = _measure_start(site, f"with-{count}", count)
            rows.append(row)
            if count < variants:
                adapter.child.end()
        changes = _cost_of_changes(site, Fleet(variants), adapter)
    table = render("VariantAutoscalings and as many Deployments, watched",
                   ["variants", "ready after s", "MiB received", "CPU s", "resident MiB", "peak MiB"], rows)
    return f"{table}\n  {changes}"
