"""The same clients ask the adapter for metrics and nginx for a file of the same bytes, in turns."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.rig import nginx as static
from bench.rig import wrk
from bench.rig.adapter import Adapter
from bench.rig.https import Https
from bench.rig.nginx import Nginx
from bench.rig.rig import Rig
from bench.rig.table import render
from bench.rig.usage import cpu_seconds

ROUNDS = 3
LOAD = wrk.Load(threads=2, connections=32, seconds=6)


@dataclass(frozen=True)
class Side:
    """Mean of the rounds."""

    per_second: float
    p50_us: float
    p99_us: float
    cpu_us: float  # of the server, per request


class _Rounds:
    def __init__(self, pid: int, port: int, paths: Path) -> None:
        self._pid, self._port, self._paths = pid, port, paths
        self._results: list[wrk.Result] = []
        self._cpu = 0.0

    def run(self) -> None:
        before = cpu_seconds(self._pid)
        self._results.append(wrk.run(self._port, self._paths, LOAD))
        self._cpu += cpu_seconds(self._pid) - before

    def mean(self) -> Side:
        count = len(self._results)
        return Side(sum(r.per_second for r in self._results) / count, sum(r.p50_us for r in self._results) / count,
                    sum(r.p99_us for r in self._results) / count,
                    self._cpu / sum(r.requests for r in self._results) * 1e6)


def cipher(port: int, path: str) -> str:
    client = Https(port)
    client.get(path)
    found = client.cipher()
    client.close()
    return found


def measure(rig: Rig, adapter: Adapter, nginx: Nginx) -> str:
    nginx_paths = wrk.write_paths(rig.paths.with_name("nginx-paths.txt"), [static.PATH])
    ciphers = [cipher(adapter.port, rig.fleet.metric_path(0)), cipher(nginx.port, static.PATH)]
    if ciphers[0] != ciphers[1]:
        raise RuntimeError(f"not the same TLS: {ciphers}")
    ours = _Rounds(adapter.pid, adapter.port, rig.paths)
    theirs = _Rounds(nginx.pid, nginx.port, nginx_paths)
    for _ in range(ROUNDS):
        ours.run()
        theirs.run()
    a, n = ours.mean(), theirs.mean()
    rows = [["inferno-adapter", f"{a.per_second:,.0f}", f"{a.p50_us:.0f}", f"{a.p99_us:.0f}", f"{a.cpu_us:.1f}"],
            ["nginx, static file", f"{n.per_second:,.0f}", f"{n.p50_us:.0f}", f"{n.p99_us:.0f}", f"{n.cpu_us:.1f}"],
            ["ratio", f"{a.per_second / n.per_second:.2f}", f"{a.p50_us / n.p50_us:.2f}", f"{a.p99_us / n.p99_us:.2f}",
             f"{a.cpu_us / n.cpu_us:.2f}"]]
    return render(f"metric GETs, {rig.fleet.models:,} variants, {ciphers[0]}, {LOAD.connections} connections, "
                  f"{ROUNDS} rounds of {LOAD.seconds} s each in turns",
                  ["", "GETs/s", "p50 us", "p99 us", "server CPU us"], rows)
