"""What happened, second by second: the record that the table, the plot and the expectations are made from."""
from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

# Seconds since the scenario started, in all records.


@dataclass(frozen=True)
class ModelSample:
    rate: float  # requests per second that clients sent since the sample before
    queued: int  # at the gateway
    waiting: int
    running: int

    @property
    def in_flight(self) -> int:
        return self.queued + self.waiting + self.running


@dataclass(frozen=True)
class VariantSample:
    replicas: int  # spec.replicas
    ready: int
    desired: int | None  # what the metrics API said; None: it had no answer
    reason: str  # of the decision, or the error


@dataclass(frozen=True)
class Sample:
    t: float
    models: dict[str, ModelSample]
    variants: dict[str, VariantSample]  # by name of the Deployment


@dataclass(frozen=True)
class Completion:
    model: str
    arrived: float
    finished: float
    output_tokens: int


@dataclass
class Timeline:
    """`scraped_since`: when Prometheus first read the fleet, before which nothing can be known about it."""

    scraped_since: float = 0.0
    samples: list[Sample] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    interrupted: int = 0  # attempts that ended because their replica was taken away

    def of_variant(self, name: str, start: float = float("-inf"), end: float = float("inf")) -> Iterator[tuple[float, VariantSample]]:
        """(t, sample) with start <= t <= end."""
        return ((s.t, s.variants[name]) for s in self.samples if start <= s.t <= end)

    def of_model(self, name: str, start: float = float("-inf"), end: float = float("inf")) -> Iterator[tuple[float, ModelSample]]:
        return ((s.t, s.models[name]) for s in self.samples if start <= s.t <= end)

    def write_csv(self, path: Path, model_of: dict[str, str]) -> None:
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["seconds", "model", "requests_per_second", "queued", "waiting", "running",
                           "deployment", "replicas", "ready", "desired", "reason"])
            for sample in self.samples:
                for name, v in sample.variants.items():
                    m = sample.models[model_of[name]]
                    rows.writerow([f"{sample.t:.1f}", model_of[name], f"{m.rate:.2f}", m.queued, m.waiting, m.running,
                                   name, v.replicas, v.ready, "" if v.desired is None else v.desired, v.reason])
