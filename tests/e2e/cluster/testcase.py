"""A cluster for a test class: control plane, fleet, Prometheus, the adapter's objects, and as many replicas of it as the class wants."""
from __future__ import annotations

import concurrent.futures
from typing import Any, Callable, Mapping, Sequence, TypeVar

from fleet.fleet import ModelKey
from harness.adapter import Program
from harness.client import metric_path
from harness.prometheus import Prometheus
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

from cluster import objects
from cluster.control_plane import ControlPlane
from cluster.followed_fleet import FollowedFleet
from cluster.installation import Installation
from cluster.kubectl import Kubectl

SCRAPES_BEFORE_START = 4
Result = TypeVar("Result")


class ClusterTestCase(ProcessTestCase):
    """Replicas that were not killed must end with code 0."""

    EXTERNAL = True  # whether the adapter serves external.metrics.k8s.io
    FLAGS: Sequence[str] = ()

    plane: ControlPlane
    kubectl: Kubectl
    fleet: FollowedFleet
    prometheus: Prometheus
    installation: Installation

    @classmethod
    def setUpClass(cls) -> None:
        """Everything but the adapter's processes."""
        super().setUpClass()
        cls.plane = ControlPlane(cls.class_folder)
        cls.addClassCleanup(cls.plane.kill)
        cls.plane.start()
        cls.kubectl = cls.plane.kubectl
        cls.fleet = FollowedFleet(cls.plane.api)
        cls.addClassCleanup(cls.fleet.close)
        cls.installation = Installation(cls.plane, cls.class_folder, cls.EXTERNAL)
        cls.addClassCleanup(cls.installation.service.close)
        cls.prometheus = Prometheus(cls.class_folder, cls.fleet.port, cls.more_scrape_jobs())
        cls.own_by_class(cls.prometheus.child)
        cls.installation.apply()
        cls.plane.start_controllers()
        cls.prometheus.wait_ready()

    @classmethod
    def more_scrape_jobs(cls) -> str:
        return ""

    @classmethod
    def start_replica(cls, name: str = "inferno-adapter", flags: Sequence[str] = ()) -> Program:
        """A replica that has read the cluster; not yet behind the Service."""
        return cls.launch_replica(name, flags).wait_ready()

    @classmethod
    def launch_replica(cls, name: str, flags: Sequence[str] = ()) -> Program:
        replica = cls.installation.adapter(name, cls.prometheus.url, [*cls.FLAGS, *flags])
        cls.own_by_class(replica.child)
        return replica

    def start_own_replica(self, name: str, flags: Sequence[str] = ()) -> Program:
        """One that ends with the test."""
        replica = self.installation.adapter(name, self.prometheus.url, [*self.FLAGS, *flags])
        self.own(replica.child)
        return replica.wait_ready()

    @classmethod
    def serve(cls, *replicas: Program) -> None:
        """Puts these behind the Service, and registers it, unless that was done before."""
        cls.installation.service.set_endpoints([replica.port for replica in replicas])
        cls.installation.register()

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
