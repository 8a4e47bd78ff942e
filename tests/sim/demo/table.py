"""Shows the run: on a terminal a table redrawn in place, otherwise a line per change."""
from __future__ import annotations

import shutil
from typing import Protocol, TextIO

from demo.scenario import MODELS, scene
from demo.timeline import Sample

HEADER = f"{'model':<24} {'requests/s':>10} {'in flight':>9} {'queued':>6}  {'deployment':<13} {'replicas':>8} {'ready':>5} {'desired':>7}  reason"


class Display(Protocol):
    def show(self, sample: Sample) -> None: ...


def display_for(stream: TextIO) -> Display:
    return LiveTable(stream) if stream.isatty() else ChangeLog(stream)


class LiveTable:
    """Lines longer than the terminal are cut: a wrapped line would break the redrawing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lines = 0

    def show(self, sample: Sample) -> None:
        width = shutil.get_terminal_size().columns
        lines = [f"{sample.t:5.0f} s   {scene(sample.t)}", "", HEADER, *table_rows(sample), ""]
        up = f"\x1b[{self._lines}A" if self._lines else ""
        self._stream.write(up + "".join(f"\x1b[2K{line[: width - 1]}\n" for line in lines))
        self._stream.flush()
        self._lines = len(lines)


class ChangeLog:
    """A line when a variant's replicas, ready pods, desired count or reason change, or a new scene begins."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._before: Sample | None = None
        self._scene = ""

    def show(self, sample: Sample) -> None:
        if scene(sample.t) != self._scene:
            self._scene = scene(sample.t)
            self._line(sample.t, f"-- {self._scene}")
        for model in MODELS:
            for variant in model.variants:
                now = sample.variants[variant.deployment]
                if self._before is None or now != self._before.variants[variant.deployment]:
                    load = sample.models[model.name]
                    self._line(sample.t, f"{variant.deployment:<13} {load.rate:5.1f} requests/s, {load.in_flight:3} in flight: "
                                         f"replicas {now.replicas}, ready {now.ready}, desired {_count(now.desired)} ({now.reason})")
        self._before = sample

    def _line(self, t: float, text: str) -> None:
        print(f"{t:5.0f} s  {text}", file=self._stream, flush=True)


def table_rows(sample: Sample) -> list[str]:
    """One row per variant; the model's own columns stand only in the row of its first."""
    rows = []
    for model in MODELS:
        load = sample.models[model.name]
        for index, variant in enumerate(model.variants):
            v = sample.variants[variant.deployment]
            left = f"{model.name:<24} {load.rate:>10.1f} {load.in_flight:>9} {load.queued:>6}" if index == 0 else " " * 52
            rows.append(f"{left}  {variant.deployment:<13} {v.replicas:>8} {v.ready:>5} {_count(v.desired):>7}  {v.reason}")
    return rows


def _count(desired: int | None) -> str:
    return "-" if desired is None else str(desired)
