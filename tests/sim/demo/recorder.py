"""Takes one sample a second of everything: the fleet, the directory, what the HPA stand-in was told, and the adapter's reasons."""
from __future__ import annotations

from typing import Sequence

from demo.explained_metrics import ExplainedMetrics
from demo.scenario import MODELS
from demo.standalone_directory import StandaloneDirectory
from demo.timeline import Completion, ModelSample, Sample, Timeline, VariantSample
from fleet.fleet import Fleet
from fleet.loop import FleetLoop
from hpa.controller import SyncResult


class Recorder:
    """Not thread safe. `origin`: the fleet's time at which the scenario starts."""

    def __init__(self, timeline: Timeline, loop: FleetLoop, directory: StandaloneDirectory, metrics: ExplainedMetrics, origin: float) -> None:
        self._timeline = timeline
        self._loop = loop
        self._directory = directory
        self._metrics = metrics
        self._origin = origin
        with loop.borrow() as fleet:
            self._before = fleet.now
            self._received = {model.name: fleet.load(model.key).received for model in MODELS}
            fleet.take_finished()

    def record(self, synced: Sequence[SyncResult]) -> Sample:
        variants = {result.spec.target: self._variant(result) for result in synced}
        with self._loop.borrow() as fleet:
            sample = Sample(fleet.now - self._origin, self._models(fleet), variants)
            for model, request in fleet.take_finished():
                self._timeline.completions.append(Completion(
                    model.name, request.arrived_at - self._origin, (request.finished_at or 0.0) - self._origin, request.output_tokens))
            self._timeline.interrupted = fleet.interrupted
        self._timeline.samples.append(sample)
        return sample

    def _models(self, fleet: Fleet) -> dict[str, ModelSample]:
        elapsed = max(fleet.tick, fleet.now - self._before)
        self._before = fleet.now
        samples = {}
        for model in MODELS:
            load = fleet.load(model.key)
            rate = (load.received - self._received[model.name]) / elapsed
            self._received[model.name] = load.received
            samples[model.name] = ModelSample(rate, load.queued, load.waiting, load.running)
        return samples

    def _variant(self, result: SyncResult) -> VariantSample:
        spec = result.spec
        ready = self._directory.ready_replicas(spec.namespace, spec.target)
        if result.metric is None:
            return VariantSample(result.replicas, ready, None, result.error)
        return VariantSample(result.replicas, ready, round(result.metric), self._metrics.reason(spec.namespace, spec.described_object))
