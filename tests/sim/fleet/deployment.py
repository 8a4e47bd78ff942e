"""A Deployment: keeps as many pods as it is told to, as the ReplicaSet controller does, or the very pods that a real one has."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Collection

from fleet.names import PodNames
from fleet.pod import Phase, Pod
from fleet.profile import PodProfile


@dataclass(frozen=True)
class DeploymentStatus:
    """As in apps/v1: terminating pods count in neither."""

    replicas: int
    ready_replicas: int


class SimulatedDeployment:
    """Not thread safe."""

    def __init__(self, name: str, namespace: str, model: str, profile: PodProfile, seed: int = 0) -> None:
        self.name = name
        self.namespace = namespace
        self.model = model
        self.profile = profile
        self.pods: list[Pod] = []
        self._names = PodNames(name, seed)

    def scale(self, replicas: int, now: float, *, already_ready: bool = False) -> None:
        """To shrink, pods that aren't ready go first, then the youngest: the order of the ReplicaSet controller."""
        if replicas < 0:
            raise ValueError(f"deployment {self.name}: replicas must not be negative, is {replicas}")
        active = self.active()
        for _ in range(replicas - len(active)):
            self.pods.append(Pod(self._names.next(), self.profile, now, already_ready=already_ready))
        doomed = sorted(reversed(active), key=lambda pod: (pod.phase is Phase.READY, -pod.created_at))
        for pod in doomed[: max(0, len(active) - replicas)]:
            pod.terminate(now)

    def follow(self, ready: Collection[str], now: float) -> None:
        """Exactly the pods of these names are ready from now on; one that no longer is drains."""
        for pod in self.active():
            if pod.name not in ready:
                pod.terminate(now)
        known = {pod.name for pod in self.active()}
        self.pods += [Pod(name, self.profile, now, already_ready=True) for name in ready if name not in known]

    def active(self) -> list[Pod]:
        return [pod for pod in self.pods if pod.phase in (Phase.STARTING, Phase.READY)]

    def ready(self) -> list[Pod]:
        return [pod for pod in self.pods if pod.phase is Phase.READY]

    def status(self) -> DeploymentStatus:
        return DeploymentStatus(replicas=len(self.active()), ready_replicas=len(self.ready()))

    def forget_gone(self) -> None:
        self.pods = [pod for pod in self.pods if pod.phase is not Phase.GONE]
