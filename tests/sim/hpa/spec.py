"""The parts of autoscaling/v2 HorizontalPodAutoscaler that the stand-in honours, read from the object as one would apply it."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

DEFAULT_TOLERANCE = 0.1  # --horizontal-pod-autoscaler-tolerance


@dataclass(frozen=True)
class ScalingPolicy:
    type: str  # Pods | Percent
    value: int
    period_seconds: float


@dataclass(frozen=True)
class ScalingRules:
    stabilization_window_seconds: float
    policies: tuple[ScalingPolicy, ...]
    select_policy: str = "Max"  # Max | Min | Disabled
    tolerance: float = DEFAULT_TOLERANCE


# The API server's defaults.
DEFAULT_SCALE_UP = ScalingRules(0, (ScalingPolicy("Pods", 4, 15), ScalingPolicy("Percent", 100, 15)))
DEFAULT_SCALE_DOWN = ScalingRules(300, (ScalingPolicy("Percent", 100, 15),))


@dataclass(frozen=True)
class AutoscalerSpec:
    name: str
    namespace: str
    target: str  # name of the Deployment
    metric: str
    described_object: str  # name of the VariantAutoscaling
    average_value: float = 1.0
    min_replicas: int = 1
    max_replicas: int = 10
    scale_up: ScalingRules = field(default=DEFAULT_SCALE_UP)
    scale_down: ScalingRules = field(default=DEFAULT_SCALE_DOWN)


def parse_autoscaler(document: Mapping[str, Any]) -> AutoscalerSpec:
    """Raises ValueError, naming the object, for what the stand-in doesn't do."""
    name, spec = document["metadata"]["name"], document["spec"]
    metrics = spec["metrics"]
    if len(metrics) != 1 or metrics[0]["type"] != "Object" or metrics[0]["object"]["target"]["type"] != "AverageValue":
        raise ValueError(f"HorizontalPodAutoscaler {name}: wanted exactly one Object metric with an AverageValue target")
    source = metrics[0]["object"]
    behavior = spec.get("behavior", {})
    return AutoscalerSpec(
        name=name,
        namespace=document["metadata"]["namespace"],
        target=spec["scaleTargetRef"]["name"],
        metric=source["metric"]["name"],
        described_object=source["describedObject"]["name"],
        average_value=float(source["target"]["averageValue"]),
        min_replicas=spec.get("minReplicas", 1),
        max_replicas=spec["maxReplicas"],
        scale_up=_parse_rules(behavior.get("scaleUp", {}), DEFAULT_SCALE_UP),
        scale_down=_parse_rules(behavior.get("scaleDown", {}), DEFAULT_SCALE_DOWN),
    )


def _parse_rules(rules: Mapping[str, Any], defaults: ScalingRules) -> ScalingRules:
    policies = tuple(ScalingPolicy(p["type"], p["value"], p["periodSeconds"]) for p in rules.get("policies", ()))
    return ScalingRules(
        stabilization_window_seconds=rules.get("stabilizationWindowSeconds", defaults.stabilization_window_seconds),
        policies=policies or defaults.policies,
        select_policy=rules.get("selectPolicy", defaults.select_policy),
        tolerance=float(rules.get("tolerance", defaults.tolerance)),
    )
