"""Rounds of one experiment: a model's load changes, and what follows is timed."""
from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Callable, Iterable, Sequence

from fleet.fleet import ModelKey, ObjectKey
from harness.client import Client

from bench.cluster.replica_watch import ReplicaWatch

POLL = 0.1  # seconds between two looks at the answer
LIMIT = 120.0  # seconds
DEPLOYMENT = "model"
VARIANT = f"{DEPLOYMENT}-autoscaler"


@dataclass
class Round:
    model: ModelKey
    replicas: int  # before
    offset: float  # seconds from the start of all rounds
    begin: Callable[[ModelKey], None]
    end: Callable[[ModelKey], None]
    begun: float | None = None
    answered: float | None = None  # seconds from the beginning
    answer: int = 0
    scaled: float | None = None
    scale: int = 0

    @property
    def done(self) -> bool:
        return self.answered is not None and self.scaled is not None

    @property
    def deployment(self) -> ObjectKey:
        return ObjectKey(self.model.namespace, DEPLOYMENT)


def run(rounds: Sequence[Round], client: Client, watch: ReplicaWatch) -> None:
    """Each begins at its offset; returns when all are done."""
    start = time.monotonic()
    while not all(one.done for one in rounds):
        now = time.monotonic()
        for one in rounds:
            if one.begun is None and now >= start + one.offset:
                one.begun = time.monotonic()
                one.begin(one.model)
            elif one.begun is not None and not one.done:
                _look(one, client, watch)
        time.sleep(max(0.0, now + POLL - time.monotonic()))


def _look(one: Round, client: Client, watch: ReplicaWatch) -> None:
    assert one.begun is not None
    if one.answered is None:
        answer = client.metric(one.model.namespace, VARIANT)
        if answer.status == 200 and int(answer.value()) > one.replicas:
            one.answered, one.answer = time.monotonic() - one.begun, int(answer.value())
    change = watch.first_above(one.deployment, one.replicas, one.begun)
    if one.scaled is None and change:
        one.scaled, one.scale = change.at - one.begun, change.replicas
    if one.done:
        one.end(one.model)
    elif time.monotonic() - one.begun > LIMIT:
        raise RuntimeError(f"{one.model}: not more than {one.replicas} replicas within {LIMIT:.0f} s: answered {one.answered}, scaled {one.scaled}")


def cells(rounds: Sequence[Round]) -> list[str]:
    """Of a table: rounds, answers, spec.replicas, and how many replicas the first step was for."""
    return [str(len(rounds)), _spread(one.answered for one in rounds), _spread(one.scaled for one in rounds),
            ", ".join(str(one.scale) for one in rounds)]


def _spread(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{min(known):.1f} / {statistics.median(known):.1f} / {max(known):.1f}"
