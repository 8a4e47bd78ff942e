"""A real Prometheus; of a made-up fleet it already remembers the last minutes."""
from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from bench.rig.fleet import SCRAPE_INTERVAL, Exposition
from demo.processes import Child, free_port

HISTORY = 720  # seconds; more than the longest retention period of the fleet

CONFIG = """\
scrape_configs:
"""
JOB = """\
  - job_name: {name}
    honor_labels: true
    scrape_interval: {interval}s
    scrape_timeout: {timeout}s
    static_configs:
      - targets: ['127.0.0.1:{port}']
"""


@dataclass(frozen=True)
class ScrapeJob:
    port: int
    name: str = "fleet"
    interval: int = SCRAPE_INTERVAL  # seconds

    @property
    def yaml(self) -> str:
        return JOB.format(name=self.name, interval=self.interval, timeout=min(self.interval, 10), port=self.port)


class Prometheus:
    def __init__(self, folder: Path, jobs: Sequence[ScrapeJob], remembered: Exposition | None = None) -> None:
        folder.mkdir()
        data = folder / "data"
        if remembered:
            self._backfill(folder, data, remembered)
        config = folder / "prometheus.yml"
        config.write_text(CONFIG + "".join(job.yaml for job in jobs))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._command = ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={data}",
                         f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]
        self._log = folder / "prometheus.log"
        self.start()

    def start(self) -> None:
        """Also again after its child was stopped: on the same port, with the same data; `child` is then another one."""
        self.child = Child("prometheus", self._command, self._log)

    @staticmethod
    def _backfill(folder: Path, data: Path, exposition: Exposition) -> None:
        now = int(time.time()) // SCRAPE_INTERVAL * SCRAPE_INTERVAL
        text = folder / "history.txt"
        with text.open("w") as out:
            out.writelines(exposition.history(now - HISTORY, now))
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", text, data],
                       check=True, stdout=subprocess.DEVNULL)
        text.unlink()

    def wait_scraped(self) -> None:
        """Until the fleet, its only job, has been scraped twice."""
        self.child.wait_until("two scrapes", self._scraped_twice, 3 * SCRAPE_INTERVAL + 20)

    def _scraped_twice(self) -> bool | None:
        # Not backfilled, so it counts real scrapes only.
        query = f"{self.url}/api/v1/query?query=count_over_time(scrape_samples_scraped[5m])"
        try:
            with urllib.request.urlopen(query, timeout=2) as answer:
                counted = json.loads(answer.read())["data"]["result"]
        except OSError:
            return None
        return True if counted and float(counted[0]["value"][1]) >= 2 else None
