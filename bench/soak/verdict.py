"""What an operator would call flat, and whether it was."""
from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Sequence

from bench.cluster.site import SYNC_PERIOD
from bench.soak.record import Record, Sample

GROWTH = 1.05  # of memory, from the second quarter to the last: the first one fills what is kept
SLACK_MIB = 2.0
SLACK_DESCRIPTORS = 8  # connections of the moment
# A sample's edges cut syncs off, and the controller spreads its syncs over the period.
SYNCED = 0.9


@dataclass(frozen=True)
class Finding:
    rule: str
    holds: bool
    seen: str


def judge(record: Record, autoscalers: int, moved: int) -> list[Finding]:
    """`moved`: deployments that no longer have the one replica that they began with."""
    calm = record.calm()
    second, last = _quarter(record.samples, 1), _quarter(record.samples, 3)
    memory = [statistics.median(sample.resident for sample in part) for part in (second, last)]
    descriptors = [max(sample.descriptors for sample in part) for part in (second, last)]
    share = min(sample.syncs / (autoscalers * sample.length / SYNC_PERIOD) for sample in calm)
    return [
        Finding("memory is flat", memory[1] <= memory[0] * GROWTH + SLACK_MIB, f"{memory[0]:.1f} MiB in the second quarter, {memory[1]:.1f} in the last"),
        Finding("descriptors are flat", descriptors[1] <= descriptors[0] + SLACK_DESCRIPTORS, f"{descriptors[0]} at most in the second quarter, {descriptors[1]} in the last"),
        Finding("no sync of an autoscaler is missed while nothing is away", share >= SYNCED and not any(s.failed for s in calm),
                f"at least {share:.0%} of those due in each of {len(calm)} intervals, {sum(s.failed for s in calm):.0f} failed"),
        Finding("every metric request is answered while nothing is away", not any(s.refused for s in calm), f"{sum(s.refused for s in calm):.0f} were not"),
        Finding("no deployment was scaled by mistake", moved == 0, f"{moved} were"),
    ]


def _quarter(samples: Sequence[Sample], number: int) -> Sequence[Sample]:
    length = max(1, len(samples) // 4)
    return samples[number * length:(number + 1) * length]
