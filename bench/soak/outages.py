"""Prometheus and the API server go away for a while, in turn."""
from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable

AWAY = 20.0  # seconds
# After the API server is back, its clients look for it again after up to half a minute, and each of 1,000 autoscalers catches up.
RECOVERY = {"Prometheus": 30.0, "API server": 90.0}


@dataclass(frozen=True)
class Outage:
    what: str
    began: float  # by time.monotonic()
    ended: float


class Outages:
    def __init__(self, prometheus: tuple[Callable[[], object], Callable[[], object]],
                 api_server: tuple[Callable[[], object], Callable[[], object]]) -> None:
        """Each by what stops it and what starts it again."""
        self.past: list[Outage] = []
        self._current: tuple[str, float] | None = None
        self._all = (("Prometheus", *prometheus), ("API server", *api_server))

    def next(self) -> None:
        """Takes AWAY seconds and what the start takes."""
        what, stop, start = self._all[len(self.past) % len(self._all)]
        began = time.monotonic()
        self._current = (what, began)
        stop()
        time.sleep(AWAY)
        start()
        self.past.append(Outage(what, began, time.monotonic()))
        self._current = None

    def since(self, moment: float) -> str | None:
        """What was away since then, or still recovering."""
        if current := self._current:
            return current[0]
        return next((outage.what for outage in self.past if outage.ended + RECOVERY[outage.what] >= moment), None)
