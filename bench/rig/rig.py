"""A fleet with everything around the adapter: scraped by Prometheus, described by objects in a folder."""
from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Sequence

from bench.rig.adapter import Adapter
from bench.rig.certificate import Certificate
from bench.rig.fleet import Fleet
from bench.rig.nginx import Nginx
from bench.rig.prometheus import Prometheus, ScrapeJob
from bench.rig.scrape_target import ScrapeTarget
from bench.rig.wrk import write_paths


class Rig:
    """A context: everything it started ends with it, newest first."""

    def __init__(self, binary: Path, folder: Path, fleet: Fleet) -> None:
        self.fleet = fleet
        self._binary = binary
        self.folder = folder
        self._stack = ExitStack()

    def __enter__(self) -> Rig:
        try:
            self.folder.mkdir(parents=True)
            self.objects = self.folder / "objects"
            self.fleet.write_objects(self.objects)
            self.paths = write_paths(self.folder / "paths.txt",
                                     (self.fleet.metric_path(i) for i in range(self.fleet.models)))
            self.certificate = Certificate.make(self.folder)
            self.target = ScrapeTarget(self.fleet)
            self._stack.callback(self.target.stop)
            self.prometheus = Prometheus(self.folder / "prometheus", [ScrapeJob(self.target.port)], self.target.exposition)
            self._stack.callback(self.prometheus.child.stop)
            self.prometheus.wait_scraped()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start_adapter(self, options: Sequence[str] = (), under: Sequence[str] = ()) -> Adapter:
        adapter = Adapter(self._binary, self.objects, self.prometheus.url, self.certificate,
                          self.folder / "adapter.log", options, under)
        self._stack.callback(adapter.child.stop)
        return adapter

    def start_nginx(self, body: bytes) -> Nginx:
        nginx = Nginx(self.folder / "nginx", self.certificate, body)
        self._stack.callback(nginx.child.stop)
        nginx.wait_ready()
        return nginx
