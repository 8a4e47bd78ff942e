"""From exec to ready, and to the first good answer."""
from __future__ import annotations

import time

from bench.rig.adapter import Adapter
from bench.rig.https import Https
from bench.rig.rig import Rig
from bench.rig.table import render

STARTS = 3
POLL = 0.002
LIMIT = 30.0


def _time_to(adapter: Adapter, path: str, started: float) -> float:
    client = Https(adapter.port)
    try:
        while time.monotonic() - started < LIMIT:
            adapter.child.check()
            try:
                if client.get(path)[0] == 200:
                    return time.monotonic() - started
            except OSError:
                pass
            time.sleep(POLL)
    finally:
        client.close()
    raise RuntimeError(f"{path} is not answered within {LIMIT:.0f} s; the log: {adapter.child.log}")


def measure(rig: Rig) -> str:
    rows = []
    for number in range(STARTS):
        started = time.monotonic()
        adapter = rig.start_adapter()
        ready = _time_to(adapter, "/readyz", started)
        answered = _time_to(adapter, rig.fleet.metric_path(0), started)
        adapter.child.stop()
        rows.append([f"start {number + 1}", f"{ready * 1e3:.0f}", f"{answered * 1e3:.0f}"])
    return render(f"cold start, {rig.fleet.models:,} variants", ["", "ready ms", "first answer ms"], rows)
