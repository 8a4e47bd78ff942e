"""The HPA's arithmetic for one Object metric with an AverageValue target (k8s.io/kubernetes pkg/controller/podautoscaler).

Order of the steps, as there: metric to replicas within the tolerance, stabilisation, scaling policies, bounds.
"""
from __future__ import annotations

import math
from dataclasses import dataclass, field

from hpa.spec import AutoscalerSpec, ScalingPolicy, ScalingRules


@dataclass(frozen=True)
class _Recommendation:
    at: float
    replicas: int


@dataclass(frozen=True)
class _ScaleEvent:
    at: float
    change: int  # replicas added or removed, positive


@dataclass
class Autoscaler:
    """One HPA object with what the controller remembers of it. Ask `sync` at each sync, with times that never go back."""

    spec: AutoscalerSpec
    scaled_to_zero: bool = False  # condition ScaledToZero: since Kubernetes 1.37 only this makes a target at 0 wake again
    _recommendations: list[_Recommendation] = field(default_factory=list)
    _ups: list[_ScaleEvent] = field(default_factory=list)
    _downs: list[_ScaleEvent] = field(default_factory=list)

    def sync(self, now: float, spec_replicas: int, status_replicas: int, metric: float | None) -> int:
        """The new spec.replicas. `metric` is None when the metrics API gave an error: what is stays."""
        desired = self._desired(now, spec_replicas, status_replicas, metric)
        self._remember(now, spec_replicas, desired)
        return desired

    def _desired(self, now: float, current: int, status_replicas: int, metric: float | None) -> int:
        if current == 0 and not (self.spec.min_replicas == 0 and self.scaled_to_zero):
            return 0  # scaling is disabled for a target that somebody else put to zero
        if current > self.spec.max_replicas:
            return self.spec.max_replicas
        if current < self.spec.min_replicas:
            return self.spec.min_replicas
        if metric is None:
            return current
        wanted = metric_to_replicas(metric, self.spec, status_replicas)
        stable = self._stabilize(now, current, wanted)
        return self._limit(now, current, stable)

    def _remember(self, now: float, current: int, desired: int) -> None:
        if desired > current:
            self._ups.append(_ScaleEvent(now, desired - current))
        elif desired < current:
            self._downs.append(_ScaleEvent(now, current - desired))
        if desired > 0:
            self.scaled_to_zero = False
        elif current > 0:
            self.scaled_to_zero = True

    def _stabilize(self, now: float, current: int, wanted: int) -> int:
        """Up to no more than the lowest, down to no less than the highest recommendation within the window."""
        up_cutoff = now - self.spec.scale_up.stabilization_window_seconds
        down_cutoff = now - self.spec.scale_down.stabilization_window_seconds
        lowest = min([wanted, *(r.replicas for r in self._recommendations if r.at > up_cutoff)])
        highest = max([wanted, *(r.replicas for r in self._recommendations if r.at > down_cutoff)])
        self._recommendations = [r for r in self._recommendations if r.at > min(up_cutoff, down_cutoff)]
        self._recommendations.append(_Recommendation(now, wanted))
        return min(max(current, lowest), highest)

    def _limit(self, now: float, current: int, wanted: int) -> int:
        if wanted > current:
            limit = max(current, self._up_limit(now, current))
            return min(wanted, limit, self.spec.max_replicas)
        if wanted < current:
            limit = min(current, self._down_limit(now, current))
            return max(wanted, limit, self.spec.min_replicas)
        return wanted

    def _up_limit(self, now: float, current: int) -> int:
        def proposal(policy: ScalingPolicy, start: int) -> int:
            return start + policy.value if policy.type == "Pods" else math.ceil(start * (1 + policy.value / 100))

        rules = self.spec.scale_up
        proposals = [proposal(policy, self._at_period_start(now, policy, current)) for policy in rules.policies]
        return _select(rules, proposals, current, most_change=max, least_change=min)

    def _down_limit(self, now: float, current: int) -> int:
        def proposal(policy: ScalingPolicy, start: int) -> int:
            return start - policy.value if policy.type == "Pods" else int(start * (1 - policy.value / 100))

        rules = self.spec.scale_down
        proposals = [proposal(policy, self._at_period_start(now, policy, current)) for policy in rules.policies]
        return _select(rules, proposals, current, most_change=min, least_change=max)

    def _at_period_start(self, now: float, policy: ScalingPolicy, current: int) -> int:
        cutoff = now - policy.period_seconds
        added = sum(event.change for event in self._ups if event.at > cutoff)
        removed = sum(event.change for event in self._downs if event.at > cutoff)
        return current - added + removed


def metric_to_replicas(metric: float, spec: AutoscalerSpec, status_replicas: int) -> int:
    """status_replicas, when the metric is within the tolerance of it; else the metric over the target, rounded up."""
    if status_replicas > 0:
        ratio = metric / (spec.average_value * status_replicas)
        if 1 - spec.scale_down.tolerance <= ratio <= 1 + spec.scale_up.tolerance:
            return status_replicas
    return math.ceil(metric / spec.average_value)


def _select(rules: ScalingRules, proposals: list[int], current: int, *, most_change, least_change) -> int:
    if rules.select_policy == "Disabled":
        return current
    return (least_change if rules.select_policy == "Min" else most_change)(proposals)
