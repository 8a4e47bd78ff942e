"""The HPA controller's loop body: at each sync, ask the metrics API for each HPA and set the replicas of its target."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Protocol

from hpa.arithmetic import Autoscaler
from hpa.client import ApiError
from hpa.spec import AutoscalerSpec


@dataclass(frozen=True)
class Scale:
    """As the /scale subresource."""

    spec_replicas: int
    status_replicas: int


class ScaleClient(Protocol):
    def scale(self, namespace: str, name: str) -> Scale: ...

    def set_replicas(self, namespace: str, name: str, replicas: int) -> None: ...


class MetricClient(Protocol):
    def metric(self, namespace: str, name: str, metric: str) -> float:
        """Raises ApiError."""


@dataclass(frozen=True)
class SyncResult:
    """What one HPA saw and did. `metric` is None, and `error` says why, when the metrics API had no answer."""

    spec: AutoscalerSpec
    metric: float | None
    error: str
    replicas: int


class HpaController:
    """Not thread safe. The real controller syncs every 15 seconds; how often this one does is up to its caller."""

    def __init__(self, specs: Iterable[AutoscalerSpec], metrics: MetricClient, scales: ScaleClient) -> None:
        self._autoscalers = [Autoscaler(spec) for spec in specs]
        self._metrics = metrics
        self._scales = scales

    def sync(self, now: float) -> list[SyncResult]:
        return [self._sync(autoscaler, now) for autoscaler in self._autoscalers]

    def _sync(self, autoscaler: Autoscaler, now: float) -> SyncResult:
        spec = autoscaler.spec
        metric, error = None, ""
        try:
            metric = self._metrics.metric(spec.namespace, spec.described_object, spec.metric)
        except ApiError as failure:
            error = str(failure)
        scale = self._scales.scale(spec.namespace, spec.target)
        replicas = autoscaler.sync(now, scale.spec_replicas, scale.status_replicas, metric)
        if replicas != scale.spec_replicas:
            self._scales.set_replicas(spec.namespace, spec.target, replicas)
        return SyncResult(spec, metric, error, replicas)
