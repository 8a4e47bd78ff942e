"""Waiting for a condition that can be observed, never for time to pass."""
from __future__ import annotations

import time
from typing import Callable, TypeVar

POLL = 0.05
# Sanitizer builds on a busy machine start and answer many times slower; a deadline only matters when something is broken.
PATIENCE = 30.0

Found = TypeVar("Found")


def eventually(what: str, find: Callable[[], Found], timeout: float = PATIENCE) -> Found:
    """The first true answer of `find`; AssertionError that names `what` and the last answer when none comes in time."""
    deadline = time.monotonic() + timeout
    while True:
        found = find()
        if found:
            return found
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {timeout:.0f} s: {what}; last seen: {found!r}")
        time.sleep(POLL)
