"""Pod names as Kubernetes makes them: <deployment>-<pod template hash>-<random suffix>."""
from __future__ import annotations

import random

# The alphabet of k8s.io/apimachinery/pkg/util/rand: no vowels, no digit that looks like a letter.
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


class PodNames:
    """Names for the pods of one Deployment: one ReplicaSet hash, a fresh suffix each. The same seed gives the same names."""

    def __init__(self, deployment: str, seed: int) -> None:
        self._random = random.Random(f"{seed}/{deployment}")
        self._replica_set = f"{deployment}-{self._draw(10)}"

    def next(self) -> str:
        return f"{self._replica_set}-{self._draw(5)}"

    def _draw(self, length: int) -> str:
        return "".join(self._random.choice(ALPHABET) for _ in range(length))
