"""The program under test."""
from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Mapping, Self, Sequence

from harness.child import Child
from harness.client import Client

BINARY = os.environ.get("INFERNO_ADAPTER", "")
NAMESPACE = "workload-variant-autoscaler-system"


class Program:
    """With these flags. `prefix`: a command that executes the program, such as prlimit."""

    def __init__(self, folder: Path, flags: Sequence[str], environment: Mapping[str, str] | None = None, prefix: Sequence[str] = (),
                 name: str = "inferno-adapter") -> None:
        if not BINARY:
            raise RuntimeError("INFERNO_ADAPTER is not set: it names the program to test")
        self.child = Child(name, [*prefix, BINARY, *flags], folder / f"{name}.log", environment)
        self._port = 0
        self.ca_file: Path | None = None  # of the certificate that it made itself

    def wait_ready(self) -> Self:
        self._port = int(self.child.wait_for(r"listening on https://\S+:(\d+)").group(1))
        made = self.child.find(r"self-signed certificate: (\S+)")
        self.ca_file = Path(made.group(1)) if made else None
        return self

    @property
    def port(self) -> int:
        return self._port

    def context(self, ca_file: Path | None = None) -> ssl.SSLContext:
        """Verifies the server as curl --cacert does."""
        return ssl.create_default_context(cafile=str(ca_file or self.ca_file))

    def client(self, ca_file: Path | None = None, context: ssl.SSLContext | None = None) -> Client:
        return Client(self._port, context or self.context(ca_file))


class Adapter(Program):
    """In standalone mode on a port that the system picks. `flags` come after the usual ones."""

    def __init__(self, folder: Path, cluster: Path, prometheus_url: str, flags: Sequence[str] = (),
                 environment: Mapping[str, str] | None = None, prefix: Sequence[str] = (), name: str = "inferno-adapter") -> None:
        usual = ["--standalone-dir", str(cluster), "--secure-port", "0", "--prometheus-url", prometheus_url]
        super().__init__(folder, [*usual, *flags], environment, prefix, name)
