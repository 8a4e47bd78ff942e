"""What was seen over time: memory, descriptors, latency, syncs of the autoscalers."""
from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import Callable

from cluster.api import ApiError

from bench.rig.metrics_page import Between, MetricsPage
from bench.rig.usage import memory_mib

PERIOD = 15.0  # seconds between two samples: the autoscalers' sync period
DURATION = "inferno_adapter_http_request_duration_seconds"
GROUP = "custom.metrics.k8s.io"
SYNCS = "horizontal_pod_autoscaler_controller_reconciliations_total"


@dataclass(frozen=True)
class Sample:
    at: float  # seconds from the start
    length: float  # seconds since the sample before
    resident: float  # MiB
    descriptors: int
    p50: float  # ms, of the metric GETs since the sample before; NaN where there was none
    p99: float
    syncs: float  # since the sample before
    failed: float
    refused: float  # metric GETs that were not answered with 200
    outage: str | None  # what was away at any time since the sample before, or had just come back


@dataclass
class Record:
    samples: list[Sample] = field(default_factory=list)

    def calm(self) -> list[Sample]:
        return [sample for sample in self.samples if sample.outage is None]


class Recorder:
    def __init__(self, pid: int, read_adapter: Callable[[], MetricsPage], read_controllers: Callable[[], MetricsPage],
                 outage: Callable[[float], str | None]) -> None:
        """`outage`: what disturbed the time since that moment of time.monotonic(), if anything."""
        self.record = Record()
        self._pid, self._read_adapter, self._read_controllers, self._outage = pid, read_adapter, read_controllers, outage
        self._began = time.monotonic()
        self._stopped = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> Record:
        self._stopped.set()
        self._thread.join()
        if self._failure:
            raise self._failure
        return self.record

    def _run(self) -> None:
        try:
            before = self._read()
            while not self._stopped.wait(PERIOD):
                after = self._read()
                self.record.samples.append(self._sample(before, after))
                before = after
        except BaseException as failure:  # told by stop()
            self._failure = failure

    def _read(self) -> tuple[float, MetricsPage, MetricsPage]:
        while True:
            try:
                return time.monotonic(), self._read_adapter(), self._read_controllers()
            except (OSError, ApiError):  # who may read is asked of the API server, which may be away
                if self._stopped.wait(1.0):
                    raise

    def _sample(self, before: tuple[float, MetricsPage, MetricsPage], after: tuple[float, MetricsPage, MetricsPage]) -> Sample:
        adapter, controllers = Between(before[1], after[1]), Between(before[2], after[2])
        syncs = controllers.rise(SYNCS)
        gets = adapter.rise("inferno_adapter_http_requests_total", group=GROUP, verb="GET")
        return Sample(
            after[0] - self._began, after[0] - before[0], memory_mib(self._pid)[0], len(os.listdir(f"/proc/{self._pid}/fd")),
            adapter.quantile(0.5, DURATION, group=GROUP) * 1e3, adapter.quantile(0.99, DURATION, group=GROUP) * 1e3,
            syncs, syncs - controllers.rise(SYNCS, error="none"),
            gets - adapter.rise("inferno_adapter_http_requests_total", group=GROUP, verb="GET", code="200"), self._outage(before[0]))
