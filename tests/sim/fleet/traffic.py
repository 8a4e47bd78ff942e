"""What clients send to a model: a rate over time, single requests at given moments, and how long requests are. Seeded."""
from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Callable, Sequence

from fleet.request import Request

Rate = Callable[[float], float]


@dataclass(frozen=True)
class Segment:
    """`rate` requests per second from `start` (seconds) until the next segment starts."""

    start: float
    rate: float


def piecewise(segments: Sequence[Segment]) -> Rate:
    """Nothing before the first segment."""
    starts = [segment.start for segment in segments]
    if starts != sorted(starts):
        raise ValueError("traffic segments must be in order of time")

    def rate(t: float) -> float:
        return next((segment.rate for segment in reversed(segments) if t >= segment.start), 0.0)

    return rate


@dataclass(frozen=True)
class Lengths:
    """Means in tokens. Lengths are drawn from a gamma distribution (shape 4: half of them within a third of the mean);
    an output longer than `max_output` is cut there and ends with finished_reason "length"."""

    prompt: float = 400.0
    output: float = 300.0
    max_output: int = 1024


@dataclass(frozen=True)
class SingleRequest:
    at: float
    prompt_tokens: int
    output_tokens: int


class Traffic:
    """Not thread safe. Requests of a rate come evenly spaced, so that a scenario's load is the same in every run."""

    def __init__(self, model: str, rate: Rate, lengths: Lengths, singles: Sequence[SingleRequest] = (), seed: int = 0) -> None:
        self._model = model
        self._rate = rate
        self._lengths = lengths
        self._singles = sorted(singles, key=lambda single: single.at)
        self._random = random.Random(f"{seed}/{model}")
        self._due = 0.0

    def arrivals(self, now: float, dt: float) -> list[Request]:
        """Requests that clients send within [now, now + dt)."""
        self._due += self._rate(now) * dt
        count = int(self._due + 1e-9)
        self._due -= count
        requests = [self._draw(now) for _ in range(count)]
        while self._singles and self._singles[0].at < now + dt:
            single = self._singles.pop(0)
            requests.append(Request(self._model, now, single.prompt_tokens, single.output_tokens))
        return requests

    def _draw(self, now: float) -> Request:
        prompt = max(1, round(self._random.gammavariate(4, self._lengths.prompt / 4)))
        output = max(1, round(self._random.gammavariate(4, self._lengths.output / 4)))
        limit = self._lengths.max_output
        return Request(self._model, now, prompt, min(output, limit), "length" if output > limit else "stop")
