"""A control plane for a test class, and what the product needs besides itself: Prometheus, and a fleet that follows the pods."""
from __future__ import annotations

import concurrent.futures
from typing import Any, Callable, Mapping, Sequence, TypeVar

from fleet.fleet import ModelKey
from harness.client import metric_path
from harness.prometheus import Prometheus
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

from cluster import objects
from cluster.control_plane import ControlPlane
from cluster.followed_fleet import FollowedFleet
from cluster.kubectl import Kubectl

SCRAPES_BEFORE_START = 4
Result = TypeVar("Result")


class ControlPlaneTestCase(ProcessTestCase):
    """Nothing of the product is there yet."""

    CONTROLLERS: Sequence[str] = ()  # besides the usual ones
    API_SERVER_FLAGS: Sequence[str] = ()

    plane: ControlPlane
    kubectl: Kubectl
    fleet: FollowedFleet
    prometheus: Prometheus

    @classmethod
    def setUpClass(cls) -> None:
        """Neither the controllers nor Prometheus run yet."""
        super().setUpClass()
        cls.plane = ControlPlane(cls.class_folder, more_controllers=cls.CONTROLLERS, more_flags=cls.API_SERVER_FLAGS)
        cls.addClassCleanup(cls.plane.kill)
        cls.plane.start()
        cls.kubectl = cls.plane.kubectl
        cls.fleet = FollowedFleet(cls.plane.api)
        cls.addClassCleanup(cls.fleet.close)

    @classmethod
    def start_prometheus(cls, more_scrape_jobs: str = "") -> None:
        """It may not be ready yet."""
        cls.prometheus = Prometheus(cls.class_folder, cls.fleet.port, more_scrape_jobs)
        cls.own_by_class(cls.prometheus.child)

    @classmethod
    def add_model(cls, model: ModelKey, deployments: Mapping[str, int], costs: Sequence[str] = ("10.0",)) -> None:
        """Deployments, by name with their replicas, that serve it, and a VariantAutoscaling for each, named like the guide's."""
        cls.kubectl.apply([objects.namespace(model.namespace)])
        cls.fleet.add(model, list(deployments))
        items: list[Any] = []
        for (name, replicas), cost in zip(deployments.items(), costs, strict=True):
            items += [objects.deployment(model.namespace, name, replicas),
                      objects.variant(model.namespace, f"{name}-autoscaler", name, model.name, cost)]
        cls.kubectl.apply(items)

    @classmethod
    def desired(cls, namespace: str, variant: str) -> int | None:
        """What the API server answers in the adapter's name; None where there is no answer."""
        answer = cls.plane.api.request("GET", metric_path(namespace, variant))
        return int(answer.value()) if answer.status == 200 else None

    @classmethod
    def replicas(cls, namespace: str, deployment: str) -> int:
        return cls.plane.api.get(f"/apis/apps/v1/namespaces/{namespace}/deployments/{deployment}")["spec"]["replicas"]

    @classmethod
    def at_once(cls, acts: Mapping[str, Callable[[], Result]]) -> dict[str, Result]:
        """What each of these came to; they act at the same time, because each is mostly waiting."""
        with concurrent.futures.ThreadPoolExecutor(max(1, len(acts))) as pool:
            acting = {name: pool.submit(act) for name, act in acts.items()}
            return {name: future.result() for name, future in acting.items()}

    @classmethod
    def wait_scraped(cls) -> None:
        """Until the fleet was scraped a few times, so that there are rates."""
        eventually("Prometheus scrapes the fleet", lambda: cls.fleet.scrapes >= SCRAPES_BEFORE_START)
