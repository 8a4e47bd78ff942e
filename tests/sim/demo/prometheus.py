"""A real Prometheus on a free port that scrapes the simulator every second."""
from __future__ import annotations

import http.client
from pathlib import Path

from demo.processes import Child, free_port

CONFIG = """\
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: fleet
    honor_labels: true
    static_configs:
      - targets: ['127.0.0.1:{port}']
"""


class Prometheus:
    def __init__(self, folder: Path, scrape_port: int) -> None:
        folder.mkdir()
        config = folder / "prometheus.yml"
        config.write_text(CONFIG.format(port=scrape_port))
        self._port = free_port()
        self.child = Child("prometheus", [
            "prometheus",
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self._port}",
            "--log.level=warn",
        ], folder / "prometheus.log")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def wait_ready(self, timeout: float = 20.0) -> None:
        self.child.wait_until("ready", lambda: self._is_ready() or None, timeout)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=1)
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
