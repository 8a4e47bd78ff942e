"""Metric GETs at a fixed, moderate load while refreshes, or scrapes of /metrics, are under way.

Prometheus answers the refreshes on the same two cores. What that alone does to a server shows in the rows of nginx, which has no part in
a refresh.
"""
from __future__ import annotations

import threading
import time
from typing import Callable

from bench.rig import nginx as static
from bench.rig import wrk
from bench.rig.adapter import Adapter
from bench.rig.nginx import Nginx
from bench.rig.rig import Rig
from bench.rig.table import render

LOAD = wrk.Load(threads=1, connections=8, seconds=10, pause_ms=6)
QUIET = ["--signal-max-age", "10m", "--decision-max-stale", "20m", "--wake-max-age", "10m"]  # one refresh at the start, then none
SCRAPE_EVERY = 0.5


class _Scraping:
    """Reads /metrics again and again while the context lasts."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.durations: list[float] = []

    def __enter__(self) -> _Scraping:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(SCRAPE_EVERY):
            started = time.monotonic()
            self._adapter.metrics_page()
            self.durations.append(time.monotonic() - started)


def measure(rig: Rig, adapter: Adapter, nginx: Nginx) -> str:
    """`adapter` refreshes at its ordinary pace."""
    nginx_paths = wrk.write_paths(rig.paths.with_name("nginx-paths.txt"), [static.PATH])
    quiet = rig.start_adapter(QUIET)
    quiet.wait_answer(rig.fleet.metric_path(0))
    time.sleep(5)  # history is read
    rows: list[list[str]] = []

    def row(title: str, run: Callable[[], wrk.Result]) -> None:
        result = run()
        rows.append([title, f"{result.per_second:,.0f}", f"{result.p50_us:.0f}", f"{result.p99_us:.0f}"])

    adapter_load = lambda port: lambda: wrk.run(port, rig.paths, LOAD)  # noqa: E731
    nginx_load = lambda: wrk.run(nginx.port, nginx_paths, LOAD)  # noqa: E731
    before = adapter.metrics()
    row("adapter, its refreshes going on", adapter_load(adapter.port))
    row("nginx beside them", nginx_load)
    after = adapter.metrics()
    adapter.child.stop()
    row("adapter, no refresh", adapter_load(quiet.port))
    row("nginx, no refresh", nginx_load)
    with _Scraping(quiet) as scraping:
        row(f"adapter, /metrics read every {SCRAPE_EVERY} s", adapter_load(quiet.port))
    name = "inferno_adapter_signal_refresh_duration_seconds"
    count = after[name + "_count"] - before[name + "_count"]
    took = (after[name + "_sum"] - before[name + "_sum"]) / max(count, 1)
    scrape = sum(scraping.durations) / max(len(scraping.durations), 1)
    return render(f"metric GETs at a fixed load, {rig.fleet.models:,} variants, {LOAD.connections} connections, {LOAD.seconds} s each; "
                  f"{count:.0f} refreshes of {took * 1e3:.0f} ms, scrapes of {scrape * 1e3:.0f} ms",
                  ["", "GETs/s", "p50 us", "p99 us"], rows)
