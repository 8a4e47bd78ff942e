"""Runs a fleet in real time on a thread of its own, following whoever sets the replicas; without one it is told by Fleet.follow."""
from __future__ import annotations

import contextlib
import threading
from typing import Iterator

from fleet.clock import Clock
from fleet.fleet import Fleet, ReplicaSource


class FleetLoop:
    """Thread safe. After an exception in the loop, `check` raises it."""

    def __init__(self, fleet: Fleet, source: ReplicaSource | None, clock: Clock) -> None:
        self._fleet = fleet
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Fleet]:
        with self._lock:
            yield self._fleet

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def check(self) -> None:
        if self._failure is not None:
            raise RuntimeError(f"the fleet simulation failed: {self._failure}") from self._failure

    def round(self) -> None:
        """Applies the targets, catches up with the clock, reports. What the thread does again and again."""
        targets = self._source.targets() if self._source else {}
        with self._lock:
            self._fleet.scale(targets)
            while self._fleet.now + self._fleet.tick <= self._clock.now():
                self._fleet.step()
            status = self._fleet.status()
        if self._source:
            self._source.report(status)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self.round()
                self._clock.sleep(self._fleet.tick)
        except Exception as failure:  # shown by check(): a thread has nobody to raise it to
            self._failure = failure
