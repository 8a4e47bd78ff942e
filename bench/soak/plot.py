"""A record as a picture."""
from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402  (after the choice of backend)

from bench.soak.record import Record  # noqa: E402

COLOURS = {"Prometheus": "#e6a23c", "API server": "#c45656"}


def draw(record: Record, path: Path) -> None:
    minutes = [sample.at / 60 for sample in record.samples]
    figure, (memory, latency, syncs) = pyplot.subplots(3, 1, sharex=True, figsize=(9, 6), constrained_layout=True)
    memory.plot(minutes, [sample.resident for sample in record.samples], color="#337ecc")
    memory.set_ylabel("resident, MiB")
    memory.set_ylim(bottom=0)
    descriptors = memory.twinx()
    descriptors.plot(minutes, [sample.descriptors for sample in record.samples], color="#999999", linewidth=0.8)
    descriptors.set_ylabel("descriptors", color="#777777")
    descriptors.set_ylim(bottom=0)
    latency.plot(minutes, [sample.p50 for sample in record.samples], color="#337ecc", label="p50")
    latency.plot(minutes, [sample.p99 for sample in record.samples], color="#7a3fb0", label="p99")
    latency.set_yscale("log")
    latency.set_ylabel("metric GET, ms")
    latency.legend(loc="upper right")
    syncs.plot(minutes, [sample.syncs * 60 / sample.length for sample in record.samples], color="#337ecc", label="syncs")
    syncs.plot(minutes, [sample.failed * 60 / sample.length for sample in record.samples], color="#c45656", label="failed")
    syncs.set_ylabel("HPA syncs, 1/min")
    syncs.set_ylim(bottom=0)
    syncs.set_xlabel("minutes")
    syncs.legend(loc="center right")
    for sample in record.samples:
        if sample.outage:
            for axes in (memory, latency, syncs):
                axes.axvspan((sample.at - sample.length) / 60, sample.at / 60, color=COLOURS[sample.outage], alpha=0.15, linewidth=0)
    memory.set_title("shaded: Prometheus (yellow) or the API server (red) is away, or has just come back", fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})  # the same record gives the same file
