"""The control plane of tests/e2e with Kubernetes' own timing, and the adapter in it with its default flags."""
from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Sequence

import harness.adapter
from cluster import service_account
from cluster.built import ROOT
from cluster.control_plane import ControlPlane
from cluster.installation import ACCOUNT, Installation
from cluster.kubeconfig import Access
from cluster.api import Api
from harness.adapter import NAMESPACE, Program
from harness.client import Client
from harness.ports import free_port

from bench.rig.metrics_page import MetricsPage

SYNC_PERIOD = 15  # seconds, as where nobody sets it


class DefaultTiming(ControlPlane):
    """Its controller manager tells administrators its metrics."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, f"{SYNC_PERIOD}s")
        self._controllers_port = free_port()

    def controllers_metrics(self) -> MetricsPage:
        access = Access(self._controllers_port, self.authority.certificate, self.admin.pair)
        return MetricsPage(Api(access).request("GET", "/metrics").body.decode())

    def _start(self, name: str, flags: list[str]) -> None:
        own = [f"--secure-port={self._controllers_port}", f"--client-ca-file={self.authority.certificate}",
               f"--tls-cert-file={self.server_pair.certificate}", f"--tls-private-key-file={self.server_pair.key}"]
        super()._start(name, [*flags, *own] if name == "kube-controller-manager" else flags)


class DefaultFlags(Installation):
    """The tests shorten the adapter's windows; here they are as users have them."""

    def adapter(self, name: str, prometheus_url: str, flags: Sequence[str] = ()) -> Program:
        access = service_account.access(self._plane, NAMESPACE, ACCOUNT)
        return Program(self._folder, [
            "--kubeconfig", str(access.write(self._folder / f"{name}.kubeconfig")), "--namespace", NAMESPACE,
            "--bind-address", "127.0.0.1", "--secure-port", "0",
            "--tls-cert-file", str(self._serving.certificate), "--tls-private-key-file", str(self._serving.key),
            "--prometheus-url", prometheus_url, *flags], name=name)


class Site:
    """A context: everything it started ends with it, newest first."""

    def __init__(self, binary: Path, folder: Path) -> None:
        harness.adapter.BINARY = str(binary)  # which a test's environment names
        self.folder = folder
        self.stack = ExitStack()

    def __enter__(self) -> Site:
        try:
            self.folder.mkdir(parents=True)
            self.plane = DefaultTiming(self.folder)
            self.stack.callback(self.plane.kill)
            self.plane.start()
            self.installation = DefaultFlags(self.plane, self.folder)
            self.stack.callback(self.installation.service.close)
            self.installation.apply()
            self.plane.start_controllers()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def serve(self, name: str, prometheus_url: str, flags: Sequence[str] = ()) -> Program:
        """An adapter behind the Service, and registered."""
        adapter = self.installation.adapter(name, prometheus_url, flags)
        self.stack.callback(adapter.child.end)
        adapter.wait_ready()
        self.installation.service.set_endpoints([adapter.port])
        self.installation.register()
        return adapter

    def allow_waking(self) -> None:
        """What --wake-directly needs."""
        self.plane.kubectl.run("apply", "-f", str(ROOT / "manifests/components/wake-directly/rbac.yaml"))

    def client(self, adapter: Program) -> Client:
        """As an administrator, past the API server."""
        return self.stack.enter_context(self.installation.direct(adapter, self.plane.admin))


def sleep_until(moment: float) -> None:
    """By time.monotonic()."""
    time.sleep(max(0.0, moment - time.monotonic()))
