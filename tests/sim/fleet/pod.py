"""A pod that serves one model: it loads, serves, may crash, and drains when it is taken away."""
from __future__ import annotations

import enum

from fleet.engine import Engine
from fleet.profile import PodProfile
from fleet.request import Request


class Phase(enum.Enum):
    STARTING = "starting"  # image, weights, warm-up: serves and exposes nothing
    READY = "ready"
    TERMINATING = "terminating"  # its server no longer accepts connections, so it exposes nothing; what it runs may finish
    GONE = "gone"


class Pod:
    """Not thread safe. Times in simulated seconds."""

    def __init__(self, name: str, profile: PodProfile, now: float, *, already_ready: bool = False) -> None:
        self.name = name
        self.profile = profile
        # One that is ready at the start of a simulation has its cold start behind it.
        self.created_at = now - profile.cold_start if already_ready else now
        self.phase = Phase.STARTING
        self.engines = self._new_engines()
        self._ready_at = now if already_ready else now + profile.cold_start
        self._gone_at = float("inf")
        if already_ready:
            self.phase = Phase.READY

    def load(self) -> int:
        return sum(engine.load() for engine in self.engines)

    def relative_load(self) -> float:
        """Share of the batch slots taken, above 1 when requests wait: what a load-aware gateway compares."""
        return self.load() / (self.profile.engine.max_num_seqs * len(self.engines))

    def submit(self, request: Request) -> None:
        min(self.engines, key=Engine.load).submit(request)

    def terminate(self, now: float) -> None:
        """SIGTERM. A pod that hasn't started to serve goes at once."""
        if self.phase is Phase.READY:
            self.phase = Phase.TERMINATING
            self._gone_at = now + self.profile.termination_grace
        elif self.phase is Phase.STARTING:
            self.phase = Phase.GONE

    def crash(self, now: float) -> list[Request]:
        """The container dies and is started again in the same pod: counters back to 0, another cold start. Returns what it lost."""
        lost = self._abort_all()
        self.engines = self._new_engines()
        self.phase = Phase.STARTING
        self._ready_at = now + self.profile.cold_start
        return lost

    def step(self, now: float, dt: float) -> tuple[list[Request], list[Request]]:
        """Work of the interval (now, now + dt]: (requests finished, requests cut off because the grace period ended)."""
        if self.phase is Phase.STARTING and now + dt >= self._ready_at:
            self.phase = Phase.READY
            return [], []
        if self.phase not in (Phase.READY, Phase.TERMINATING):
            return [], []
        finished = [request for engine in self.engines for request in engine.step(now, dt)]
        cut_off: list[Request] = []
        if self.phase is Phase.TERMINATING and (self.load() == 0 or now + dt >= self._gone_at):
            cut_off = self._abort_all()
            self.phase = Phase.GONE
        return finished, cut_off

    def _new_engines(self) -> list[Engine]:
        return [Engine(self.profile.engine) for _ in range(self.profile.engines)]

    def _abort_all(self) -> list[Request]:
        return [request for engine in self.engines for request in engine.abort_all()]
