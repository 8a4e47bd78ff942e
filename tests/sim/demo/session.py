"""One run of the demo: everything that has to be started, kept going for two minutes, and ended again."""
from __future__ import annotations

import contextlib
import math
import shutil
import time
from pathlib import Path

import yaml
from prometheus_client import CollectorRegistry

from demo.adapter import Adapter
from demo.expectations import Check
from demo.explained_metrics import ExplainedMetrics
from demo.processes import Child, StartError
from demo.prometheus import Prometheus
from demo.recorder import Recorder
from demo.scenario import BEFORE, DURATION, LENGTHS, MODELS, NAMESPACE, DemoModel
from demo.standalone_directory import StandaloneDirectory
from demo.table import Display
from demo.timeline import Timeline
from fleet.added_load import add_load
from fleet.clock import WallClock
from fleet.exposition import FleetCollector
from fleet.fleet import Fleet, ObjectKey
from fleet.loop import FleetLoop
from fleet.server import SimulatorServer
from fleet.traffic import Segment, SingleRequest, Traffic, piecewise
from hpa.client import ApiClient
from hpa.controller import HpaController
from hpa.spec import AutoscalerSpec, parse_autoscaler

HERE = Path(__file__).parent
SYNC_PERIOD = 1.0  # a real HPA syncs every 15 s; two minutes would be eight syncs
SCRAPES_BEFORE_START = 5  # so that the adapter's first answer finds a few samples of the load that was there before it


class Session:
    """A context manager: whatever was started is ended on the way out, in reverse order, however that comes about."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.timeline = Timeline()
        self._folder = folder
        self._ending = contextlib.ExitStack()
        self._binary = binary
        self._end_problems: list[str] = []

    def __enter__(self) -> Session:
        try:
            self._start()
        except BaseException:
            self._ending.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def run(self, display: Display, duration: float = DURATION) -> None:
        """At every full second until `duration` seconds of the scenario have passed. May be called again to go on."""
        while (t := self._clock.now() - self._origin) < duration:
            next_sync = math.floor(t / SYNC_PERIOD + 1) * SYNC_PERIOD
            self._clock.sleep(self._origin + next_sync - self._clock.now())
            for child in self._children:
                child.check()
            self._loop.check()
            display.show(self._recorder.record(self._hpa.sync(time.monotonic())))

    def end(self) -> Check:
        """Ends everything now, and says whether the children ended as they should."""
        self._ending.close()
        return Check("every process ends cleanly on SIGTERM", not self._end_problems, "; ".join(self._end_problems) or "exit code 0")

    def curl_lines(self) -> list[str]:
        curl, api = f"curl --cacert {self._adapter.ca_file}", self._adapter.url
        variant = f"namespaces/{NAMESPACE}/variantautoscalings.llmd.ai"
        return [
            f"{curl} {api}/apis/custom.metrics.k8s.io/v1beta2/{variant}/llama-8b-autoscaler/inferno_desired_replicas",
            f"{curl} '{api}/apis/custom.metrics.k8s.io/v1beta2/{variant}/*/inferno_desired_replicas?labelSelector='",
            f"{curl} {api}/debug/decisions/{NAMESPACE}/mixtral-spot-autoscaler",
            f"{curl} {api}/metrics",
            f"curl -X POST 'http://127.0.0.1:{self._simulator.port}/load?model={MODELS[0].name}&rate=50&seconds=30'",
            f"# or edit the objects: {self._folder / 'cluster'}",
        ]

    def _start(self) -> None:
        cluster, scratch = self._folder / "cluster", self._folder / "scratch"
        shutil.copytree(HERE / "cluster", cluster)
        scratch.mkdir()
        directory = StandaloneDirectory(cluster, scratch)

        self._clock, epoch = WallClock(), time.time()
        self._loop = FleetLoop(_fleet(directory), directory, self._clock)
        self._ending.callback(self._loop.stop)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(FleetCollector(self._loop.borrow, epoch))
        self._simulator = SimulatorServer(registry, self._add_load)
        self._ending.callback(self._simulator.stop)
        self._loop.start()

        self._children: list[Child] = []
        prometheus = Prometheus(self._folder / "prometheus", self._simulator.port)
        self._own(prometheus.child)
        prometheus.wait_ready()
        prometheus.child.wait_until(
            "scrapes of the simulator", lambda: self._simulator.scrapes if self._simulator.scrapes >= SCRAPES_BEFORE_START else None, timeout=30)

        self._adapter = Adapter(self._binary, cluster, prometheus.url, self._folder / "inferno-adapter.log")
        self._own(self._adapter.child)
        self._adapter.wait_ready()
        client = ApiClient(self._adapter.url, self._adapter.ca_file)
        self._ending.callback(client.close)
        metrics = ExplainedMetrics(client)
        self._hpa = HpaController(_autoscalers(), metrics, directory)
        self._begin_scenario()
        self._recorder = Recorder(self.timeline, self._loop, directory, metrics, self._origin)

    def _own(self, child: Child) -> None:
        self._children.append(child)
        self._ending.callback(self._stop, child)

    def _stop(self, child: Child) -> None:
        problem = child.stop()
        if problem:
            self._end_problems.append(problem)

    def _begin_scenario(self) -> None:
        with self._loop.borrow() as fleet:
            self._origin = fleet.now
            for model in MODELS:
                fleet.set_traffic(model.key, [_traffic(model, self._origin)])
        first_scrape = self._simulator.first_scrape
        if first_scrape is None:
            raise StartError("prometheus never scraped the simulator")
        self.timeline.scraped_since = first_scrape - time.monotonic()

    def _add_load(self, model: str, rate: float, seconds: float) -> None:
        with self._loop.borrow() as fleet:
            add_load(fleet, {known.name: known.key for known in MODELS}, LENGTHS, model, rate, seconds)


def _fleet(directory: StandaloneDirectory) -> Fleet:
    """The pods that the directory's Deployments ask for serve from the start; load that was there before the scenario is on."""
    fleet = Fleet()
    targets = directory.targets()
    for model in MODELS:
        for variant in model.variants:
            fleet.add_deployment(variant.deployment, model.key, variant.pod, targets[ObjectKey(NAMESPACE, variant.deployment)])
        fleet.set_router(model.key, model.router)
        before = [segment for segment in model.segments if segment.start == BEFORE]
        fleet.set_traffic(model.key, [Traffic(model.name, piecewise(before), LENGTHS)])
    return fleet


def _traffic(model: DemoModel, origin: float) -> Traffic:
    segments = [Segment(origin + segment.start, segment.rate) for segment in model.segments]
    singles = [SingleRequest(origin + single.at, single.prompt_tokens, single.output_tokens) for single in model.singles]
    return Traffic(model.name, piecewise(segments), LENGTHS, singles)


def _autoscalers() -> list[AutoscalerSpec]:
    return [parse_autoscaler(yaml.safe_load(path.read_text())) for path in sorted((HERE / "autoscalers").glob("*.yaml"))]
