"""The simulated fleet with the pods of a real cluster: kwok says that they run, the simulator is what runs in them."""
from __future__ import annotations

import time
from typing import Sequence

from fleet.clock import WallClock
from fleet.exposition import FleetCollector
from fleet.fleet import Fleet, ModelKey, ModelLoad
from fleet.loop import FleetLoop
from fleet.profile import EngineProfile, PodProfile
from fleet.ready_pods import ReadyPods
from fleet.server import SimulatorServer
from fleet.traffic import Lengths, Segment, SingleRequest, Traffic, piecewise
from prometheus_client import CollectorRegistry

from cluster.api import Api
from cluster.pod_watch import PodWatch

# Full, it runs 16 requests at 36 ms per token: 80 tokens take 2.9 s, so it finishes 5 of them a second.
ENGINE = EngineProfile(max_num_seqs=16, num_gpu_blocks=320, base_latency=0.03, latency_per_request=0.0004)
POD = PodProfile(ENGINE, cold_start=0.0, termination_grace=30.0)
LENGTHS = Lengths(prompt=120, output=80, max_output=200)


class FollowedFleet:
    """Thread safe."""

    def __init__(self, api: Api) -> None:
        self._loop = FleetLoop(Fleet(), None, WallClock())
        registry = CollectorRegistry(auto_describe=False)
        registry.register(FleetCollector(self._loop.borrow, time.time(), gateway_namespaces=True))
        self._server = SimulatorServer(registry, self._add_load)
        self._ready: ReadyPods = {}
        self._loop.start()
        self._watch = PodWatch(api, self._follow)

    @property
    def port(self) -> int:
        """Where Prometheus scrapes it."""
        return self._server.port

    @property
    def scrapes(self) -> int:
        return self._server.scrapes

    def add(self, model: ModelKey, deployments: Sequence[str]) -> None:
        """A model that these Deployments serve. Their pods are told by the value of the label `app`."""
        with self._loop.borrow() as fleet:
            for name in deployments:
                fleet.add_deployment(name, model, POD)
            fleet.follow(self._ready)

    def send(self, model: ModelKey, rate: float) -> None:
        """So many requests a second from now on."""
        with self._loop.borrow() as fleet:
            fleet.set_traffic(model, [Traffic(model.name, piecewise([Segment(fleet.now, rate)]), LENGTHS)])

    def send_one(self, model: ModelKey) -> None:
        with self._loop.borrow() as fleet:
            request = SingleRequest(fleet.now, round(LENGTHS.prompt), round(LENGTHS.output))
            fleet.add_traffic(model, Traffic(model.name, piecewise([]), LENGTHS, [request]))

    def load(self, model: ModelKey) -> ModelLoad:
        self._loop.check()
        with self._loop.borrow() as fleet:
            return fleet.load(model)

    def now(self) -> float:
        """Seconds since it started."""
        with self._loop.borrow() as fleet:
            return fleet.now

    def close(self) -> None:
        self._watch.stop()
        self._loop.stop()
        self._server.stop()
        self._loop.check()

    def _follow(self, ready: ReadyPods) -> None:
        with self._loop.borrow() as fleet:
            self._ready = ready
            fleet.follow(ready)

    def _add_load(self, model: str, rate: float, seconds: float) -> None:
        raise ValueError("not in this test")
