"""A real Prometheus that scrapes a simulated fleet every second."""
from __future__ import annotations

import contextlib
import http.client
import json
import textwrap
import urllib.parse
from pathlib import Path
from typing import Sequence

from harness.child import Child
from harness.ports import free_port
from harness.waiting import PATIENCE, eventually

CONFIGURATION = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s, external_labels: {external_labels}}}
scrape_configs:
  - job_name: fleet
    honor_labels: true
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""


class Prometheus:
    """`more_jobs`: further items of scrape_configs, as YAML; `external_labels` likewise. `program`: another one than Debian's."""

    def __init__(self, folder: Path, scrape_port: int, more_jobs: str = "", *, external_labels: str = "{}", program: str = "prometheus",
                 flags: Sequence[str] = ()) -> None:
        self._configuration, self.data, self._log = folder / "prometheus.yml", folder / "data", folder / "prometheus.log"
        self._configuration.write_text(
            CONFIGURATION.format(port=scrape_port, external_labels=external_labels) + textwrap.indent(more_jobs, "  "))
        self._program, self._flags = program, flags
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Also again after stop(), on the same port with the same data; `child` is then another one."""
        self.child = Child("prometheus", [self._program, *self._arguments(), *self._flags], self._log)

    def _arguments(self) -> list[str]:
        return [f"--config.file={self._configuration}", f"--storage.tsdb.path={self.data}", f"--web.listen-address=127.0.0.1:{self.port}",
                "--log.level=warn"]

    def stop(self) -> None:
        self.child.end()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_ready(self) -> None:
        eventually("Prometheus is ready", self._ready)

    def query(self, expression: str) -> list[float]:
        """The values of an instant query's series."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", f"/api/v1/query?{urllib.parse.urlencode({'query': expression})}")
            answer = json.loads(connection.getresponse().read())
        return [float(series["value"][1]) for series in answer["data"]["result"]]

    def _ready(self) -> bool:
        if not self.child.running():
            raise AssertionError(f"prometheus ended:\n{self.child.text()}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
