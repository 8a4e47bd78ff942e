"""The whole fleet: deployments, gateways and traffic, advanced together in steps of fixed length.

Deterministic: the same deployments, traffic, seeds and calls give the same history. Who decides about replicas is not its concern: it is
told a target per Deployment (`scale`) and tells what became of it (`status`), or follows the pods that a real cluster has (`follow`).
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Iterable, Mapping, NamedTuple, Protocol

from fleet.deployment import DeploymentStatus, SimulatedDeployment
from fleet.gateway import Gateway, Router
from fleet.pod import Pod
from fleet.profile import PodProfile
from fleet.request import Request
from fleet.traffic import Traffic


class ObjectKey(NamedTuple):
    namespace: str
    name: str


class ModelKey(NamedTuple):
    namespace: str
    name: str


class ReplicaSource(Protocol):
    """Who sets the replicas and learns what became of them: a directory of YAML files, a Kubernetes API, a test."""

    def targets(self) -> Mapping[ObjectKey, int]:
        """spec.replicas by Deployment. A Deployment that isn't named keeps what it has."""

    def report(self, status: Mapping[ObjectKey, DeploymentStatus]) -> None:
        """Called after each round with the status of every Deployment."""


@dataclass(frozen=True)
class ModelLoad:
    """Where the requests of a model are. received == queued + waiting + running + finished."""

    received: int
    queued: int  # at the gateway
    waiting: int
    running: int
    finished: int


class Fleet:
    """Not thread safe. `now` is simulated seconds since the start."""

    def __init__(self, tick: float = 0.1, seed: int = 0) -> None:
        if tick <= 0:
            raise ValueError(f"tick must be positive, is {tick}")
        self.tick = tick
        self.deployments: dict[ObjectKey, SimulatedDeployment] = {}
        self.gateways: dict[ModelKey, Gateway] = {}
        self.interrupted = 0  # attempts that ended because their replica went away; the gateway retries each
        self._seed = seed
        self._steps = 0
        self._traffic: dict[ModelKey, list[Traffic]] = {}
        self._finished: dict[ModelKey, int] = {}
        self._newly_finished: list[tuple[ModelKey, Request]] = []

    @property
    def now(self) -> float:
        return self._steps * self.tick

    def add_deployment(self, name: str, model: ModelKey, profile: PodProfile, ready_replicas: int = 0) -> SimulatedDeployment:
        """`ready_replicas` serve from the first step on, as if they had been there for long."""
        deployment = SimulatedDeployment(name, model.namespace, model.name, profile, self._seed)
        deployment.scale(ready_replicas, self.now, already_ready=True)
        self.deployments[ObjectKey(model.namespace, name)] = deployment
        if model not in self.gateways:
            self.gateways[model] = Gateway(model.name)
            self._traffic[model] = []
            self._finished[model] = 0
        return deployment

    def set_router(self, model: ModelKey, router: Router) -> None:
        """Whose series tell of the model's gateway."""
        self.gateways[model].router = router

    def set_traffic(self, model: ModelKey, sources: Iterable[Traffic]) -> None:
        """Replaces all traffic of a model; what is already under way stays."""
        self._traffic[model] = list(sources)

    def add_traffic(self, model: ModelKey, source: Traffic) -> None:
        self._traffic[model].append(source)

    def scale(self, targets: Mapping[ObjectKey, int]) -> None:
        for key, replicas in targets.items():
            if key in self.deployments:
                self.deployments[key].scale(replicas, self.now)

    def follow(self, ready: Mapping[ObjectKey, Collection[str]]) -> None:
        """Names of the pods that are ready, by Deployment; none of one that isn't named."""
        for key, deployment in self.deployments.items():
            deployment.follow(ready.get(key, ()), self.now)

    def status(self) -> dict[ObjectKey, DeploymentStatus]:
        return {key: deployment.status() for key, deployment in self.deployments.items()}

    def step(self) -> None:
        for model, gateway in self.gateways.items():
            for source in self._traffic[model]:
                for request in source.arrivals(self.now, self.tick):
                    gateway.receive(request)
            deployments = self._of(model)
            gateway.dispatch([pod for deployment in deployments for pod in deployment.ready()])
            for deployment in deployments:
                self._step_pods(model, deployment)
        self._steps += 1

    def crash(self, deployment: ObjectKey, pod_name: str) -> None:
        """Fault injection: the container of that pod restarts."""
        owner = self.deployments[deployment]
        pod = next(pod for pod in owner.pods if pod.name == pod_name)
        self._retry(ModelKey(owner.namespace, owner.model), pod.crash(self.now))

    def load(self, model: ModelKey) -> ModelLoad:
        engines = [engine for pod in self.pods(model) for engine in pod.engines]
        gateway = self.gateways[model]
        return ModelLoad(
            received=gateway.received,
            queued=len(gateway.queue),
            waiting=sum(len(engine.waiting) for engine in engines),
            running=sum(len(engine.running) for engine in engines),
            finished=self._finished[model],
        )

    def pods(self, model: ModelKey) -> list[Pod]:
        return [pod for deployment in self._of(model) for pod in deployment.pods]

    def take_finished(self) -> list[tuple[ModelKey, Request]]:
        """The requests that finished since the last call."""
        taken, self._newly_finished = self._newly_finished, []
        return taken

    def _of(self, model: ModelKey) -> list[SimulatedDeployment]:
        return [d for d in self.deployments.values() if (d.namespace, d.model) == model]

    def _step_pods(self, model: ModelKey, deployment: SimulatedDeployment) -> None:
        for pod in deployment.pods:
            finished, cut_off = pod.step(self.now, self.tick)
            self._finished[model] += len(finished)
            self._newly_finished += [(model, request) for request in finished]
            self._retry(model, cut_off)
        deployment.forget_gone()

    def _retry(self, model: ModelKey, lost: list[Request]) -> None:
        self.interrupted += len(lost)
        self.gateways[model].retry(lost)
