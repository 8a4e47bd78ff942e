"""A page in Prometheus' text format, as read once. Counters are compared by two of them."""
from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import Iterator, Mapping

SAMPLE = re.compile(r"^(\w+)(?:\{([^}]*)\})? (\S+)", re.MULTILINE)
LABEL = re.compile(r'(\w+)="([^"]*)"')


class MetricsPage:
    def __init__(self, text: str) -> None:
        self._samples: dict[str, list[tuple[Mapping[str, str], float]]] = defaultdict(list)
        for name, labels, value in SAMPLE.findall(text):
            self._samples[name].append((dict(LABEL.findall(labels)), float(value)))

    def total(self, name: str, /, **labels: str) -> float:
        """Of all series of this name that have these labels; 0 where there is none."""
        return sum(value for _, value in self._of(name, labels))

    def buckets(self, name: str, /, **labels: str) -> dict[float, float]:
        """Of a histogram, cumulative, by upper bound."""
        found: dict[float, float] = defaultdict(float)
        for own, value in self._of(f"{name}_bucket", labels):
            found[float(own["le"])] += value
        return dict(found)

    def _of(self, name: str, labels: Mapping[str, str]) -> Iterator[tuple[Mapping[str, str], float]]:
        return ((own, value) for own, value in self._samples.get(name, []) if labels.items() <= own.items())


class Between:
    """What happened between two readings of the same page."""

    def __init__(self, before: MetricsPage, after: MetricsPage) -> None:
        self._before, self._after = before, after

    def rise(self, name: str, /, **labels: str) -> float:
        return self._after.total(name, **labels) - self._before.total(name, **labels)

    def mean(self, histogram: str, /, **labels: str) -> float:
        return self.rise(f"{histogram}_sum", **labels) / max(self.rise(f"{histogram}_count", **labels), 1.0)

    def quantile(self, share: float, histogram: str, /, **labels: str) -> float:
        """Interpolated within its bucket, as histogram_quantile() does; NaN where nothing was observed."""
        before = self._before.buckets(histogram, **labels)
        rises = sorted((bound, count - before.get(bound, 0.0)) for bound, count in self._after.buckets(histogram, **labels).items())
        if not rises or rises[-1][1] == 0:
            return math.nan
        rank = share * rises[-1][1]
        lower, below = 0.0, 0.0
        for bound, count in rises:
            if count >= rank:
                return lower if math.isinf(bound) else lower + (bound - lower) * (rank - below) / (count - below)
            lower, below = bound, count
        return lower
