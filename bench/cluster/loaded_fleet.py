"""Simulated models that real Deployments serve, with the load of the benchmark instead of the tests'."""
from __future__ import annotations

from typing import Any, Sequence

from cluster import objects
from cluster.api import Api
from cluster.followed_fleet import FollowedFleet
from fleet.fleet import ModelKey
from fleet.profile import PodProfile
from fleet.traffic import Lengths, Segment, SingleRequest, Traffic, piecewise

from bench.cluster.rounds import DEPLOYMENT, VARIANT

# Full, it runs 64 requests at 31 ms per token: 300 tokens take 9.3 s, so it finishes 6.9 of them a second. kwok's pods serve at once; that
# they are shown as created 20 s before that tells the adapter of a cold start of so long.
POD = PodProfile(cold_start=20.0)
LENGTHS = Lengths(prompt=400, output=300)


class LoadedFleet(FollowedFleet):
    def __init__(self, api: Api) -> None:
        super().__init__(api)
        self.models: list[ModelKey] = []

    def add(self, model: ModelKey, deployments: Sequence[str] = (DEPLOYMENT,)) -> None:
        self.models.append(model)
        with self._loop.borrow() as fleet:
            for name in deployments:
                fleet.add_deployment(name, model, POD)
            fleet.follow(self._ready)

    def send(self, model: ModelKey, rate: float) -> None:
        with self._loop.borrow() as fleet:
            fleet.set_traffic(model, [Traffic(model.name, piecewise([Segment(fleet.now, rate)]), LENGTHS)])

    def send_one(self, model: ModelKey) -> None:
        with self._loop.borrow() as fleet:
            request = SingleRequest(fleet.now, round(LENGTHS.prompt), round(LENGTHS.output))
            fleet.add_traffic(model, Traffic(model.name, piecewise([]), LENGTHS, [request]))

    @property
    def metrics_url(self) -> str:
        """The gateway's too are there."""
        return f"http://127.0.0.1:{self.port}/metrics"


def served(model: ModelKey) -> list[Any]:
    """Its objects, but for the autoscaler."""
    deployment = objects.deployment(model.namespace, DEPLOYMENT, 1)
    deployment["spec"]["template"]["spec"]["containers"][0]["args"] = [f"--max-num-seqs={POD.engine.max_num_seqs}"]
    return [objects.namespace(model.namespace), deployment, objects.variant(model.namespace, VARIANT, DEPLOYMENT, model.name)]


def autoscaler(model: ModelKey) -> Any:
    return objects.autoscaler(model.namespace, DEPLOYMENT, DEPLOYMENT, objects.object_metric(VARIANT))
