"""A cluster with the adapter's objects, for a test class, and as many replicas of the adapter as it wants."""
from __future__ import annotations

from typing import Sequence

from harness.adapter import Program

from cluster.control_plane_testcase import ControlPlaneTestCase
from cluster.installation import Installation


class ClusterTestCase(ControlPlaneTestCase):
    """Replicas that were not killed must end with code 0."""

    EXTERNAL = True  # whether the adapter serves external.metrics.k8s.io
    FLAGS: Sequence[str] = ()

    installation: Installation

    @classmethod
    def setUpClass(cls) -> None:
        """Everything but the adapter's processes."""
        super().setUpClass()
        cls.installation = Installation(cls.plane, cls.class_folder, cls.EXTERNAL)
        cls.addClassCleanup(cls.installation.service.close)
        cls.start_prometheus(cls.more_scrape_jobs())
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
