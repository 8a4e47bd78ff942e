"""Other programs with Prometheus' API, each on ports of its own, over the fleet that the tests scrape."""
from __future__ import annotations

import contextlib
import http.client
import unittest
from pathlib import Path

from cluster.built import NotBuilt, built
from harness.child import Child
from harness.ports import free_port
from harness.prometheus import Prometheus
from harness.waiting import eventually


def program(part: str, name: str) -> str:
    """What scripts/build-control-plane.sh has built."""
    try:
        return str(built(part) / "bin" / name)
    except NotBuilt as problem:
        raise unittest.SkipTest(str(problem)) from problem


class VictoriaMetrics(Prometheus):
    def _arguments(self) -> list[str]:
        return [f"-promscrape.config={self._configuration}", f"-storageDataPath={self.data}", f"-httpListenAddr=127.0.0.1:{self.port}",
                "-loggerLevel=WARN"]


class Thanos:
    """A component, by the name of its command."""

    def __init__(self, folder: Path, component: str, *flags: str) -> None:
        self.port, self.grpc_port = free_port(), free_port()
        grpc = [] if component == "query-frontend" else [f"--grpc-address=127.0.0.1:{self.grpc_port}"]
        self.child = Child(component, [program("thanos", "thanos"), component, f"--http-address=127.0.0.1:{self.port}", *grpc, *flags,
                                       "--log.level=warn"], folder / f"{component}-{self.port}.log")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_ready(self) -> None:
        eventually(f"{self.child.name} is ready", self._ready)

    def _ready(self) -> bool:
        if not self.child.running():
            raise AssertionError(f"{self.child.name} ended:\n{self.child.text()}")
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)) as connection:
            try:
                connection.request("GET", "/-/ready")
                return connection.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False


def sidecar(folder: Path, prometheus: Prometheus) -> Thanos:
    return Thanos(folder, "sidecar", f"--prometheus.url={prometheus.url}", f"--tsdb.path={prometheus.data}")


def querier(folder: Path, *stores: Thanos) -> Thanos:
    return Thanos(folder, "query", "--query.replica-label=replica", "--store.response-timeout=1s",
                  *(f"--endpoint=127.0.0.1:{store.grpc_port}" for store in stores))
