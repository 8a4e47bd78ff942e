"""The adapter under demonstration, in standalone mode on a port that it picks itself."""
from __future__ import annotations

import re
from pathlib import Path

from demo.processes import Child

LISTENING = re.compile(r"listening on (https://[\d.]+:\d+)")
CERTIFICATE = re.compile(r"self-signed certificate: (\S+)")


class Adapter:
    """Windows are short because the demo is: a step and a freshness of 1 s, as Prometheus scrapes every second."""

    def __init__(self, binary: Path, cluster: Path, prometheus_url: str, log: Path) -> None:
        self.child = Child("inferno-adapter", [
            str(binary),
            "--standalone-dir", str(cluster),
            "--namespace", "workload-variant-autoscaler-system",
            "--bind-address", "127.0.0.1",
            "--secure-port", "0",
            "--prometheus-url", prometheus_url,
            "--signal-max-age", "1s",
            "--signal-step", "1s",
            "--flow-interval", "3s",
            "--scale-down-window", "10s",
        ], log)
        self.url = ""
        self.ca_file = Path()

    def wait_ready(self, timeout: float = 20.0) -> None:
        self.url = self.child.wait_until("a line 'listening on https://...'", lambda: self._logged(LISTENING), timeout)
        self.ca_file = Path(self.child.wait_until("a line 'self-signed certificate: ...'", lambda: self._logged(CERTIFICATE), timeout))

    def _logged(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.search(self.child.log.read_text(errors="replace"))
        return found.group(1) if found else None
