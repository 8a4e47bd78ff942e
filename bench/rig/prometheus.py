"""A real Prometheus that scrapes the made-up fleet every 15 s and already remembers the last minutes of it."""
from __future__ import annotations

import subprocess
import time
import urllib.request
from pathlib import Path

from bench.rig.fleet import SCRAPE_INTERVAL
from bench.rig.scrape_target import ScrapeTarget
from demo.processes import Child, free_port

HISTORY = 720  # seconds; more than the longest retention period of the fleet

CONFIG = f"""\
global:
  scrape_interval: {SCRAPE_INTERVAL}s
  scrape_timeout: 10s
scrape_configs:
  - job_name: fleet
    honor_labels: true
    static_configs:
      - targets: ['127.0.0.1:{{port}}']
"""


class Prometheus:
    def __init__(self, folder: Path, target: ScrapeTarget, history: int = HISTORY) -> None:
        folder.mkdir()
        data = folder / "data"
        self._backfill(folder, data, target, history)
        config = folder / "prometheus.yml"
        config.write_text(CONFIG.format(port=target.port))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.child = Child("prometheus", [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={data}",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ], folder / "prometheus.log")

    @staticmethod
    def _backfill(folder: Path, data: Path, target: ScrapeTarget, history: int) -> None:
        now = int(time.time()) // SCRAPE_INTERVAL * SCRAPE_INTERVAL
        text = folder / "history.txt"
        with text.open("w") as out:
            out.writelines(target.exposition.history(now - history, now))
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", text, data],
                       check=True, stdout=subprocess.DEVNULL)
        text.unlink()

    def wait_scraped(self) -> None:
        """Until the fleet has been scraped twice."""
        self.child.wait_until("two scrapes", self._scraped_twice, 3 * SCRAPE_INTERVAL + 20)

    def _scraped_twice(self) -> bool | None:
        # Not backfilled, so it counts real scrapes only.
        query = f"{self.url}/api/v1/query?query=count_over_time(scrape_samples_scraped[5m])"
        try:
            with urllib.request.urlopen(query, timeout=2) as answer:
                text = answer.read().decode()
        except OSError:
            return None
        return True if text.rstrip().endswith('"2"]}]}}') else None
