"""Objects of the tests, as users write them. The autoscalers are in tests/e2e/guide, word for word."""
from __future__ import annotations

from typing import Any

from harness.adapter import NAMESPACE

from cluster.control_plane import NODE


def namespace(name: str) -> Any:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def deployment(namespace_name: str, name: str, replicas: int) -> Any:
    """Its pods are on the fake node, and have the label app."""
    labels = {"app": name}
    container = {"name": "vllm", "image": "vllm/vllm-openai:v0.11.0", "args": ["--max-num-seqs=16"]}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace_name},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels},
                         "spec": {"nodeName": NODE, "terminationGracePeriodSeconds": 0, "containers": [container]}},
        },
    }


def variant(namespace_name: str, name: str, target: str, model: str, cost: str = "10.0") -> Any:
    return {
        "apiVersion": "llmd.ai/v1alpha1", "kind": "VariantAutoscaling",
        "metadata": {"name": name, "namespace": namespace_name, "labels": {"inference.optimization/acceleratorName": "L40S"}},
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}, "modelID": model, "variantCost": cost},
    }


def autoscaler(namespace_name: str, name: str, target: str, metric: Any, minimum: int = 0, maximum: int = 10) -> Any:
    """One that follows at once, up and down."""
    at_once = {"stabilizationWindowSeconds": 0, "tolerance": 0, "policies": [{"type": "Pods", "value": maximum, "periodSeconds": 1}]}
    return {
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name, "namespace": namespace_name},
        "spec": {
            "minReplicas": minimum, "maxReplicas": maximum, "metrics": [metric],
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": target},
            "behavior": {"scaleUp": at_once, "scaleDown": {key: value for key, value in at_once.items() if key != "tolerance"}},
        },
    }


def object_metric(variant_name: str) -> Any:
    return {"type": "Object", "object": {
        "metric": {"name": "inferno_desired_replicas"},
        "describedObject": {"apiVersion": "llmd.ai/v1alpha1", "kind": "VariantAutoscaling", "name": variant_name},
        "target": {"type": "AverageValue", "averageValue": "1"}}}


def external_metric(variant_name: str) -> Any:
    return {"type": "External", "external": {
        "metric": {"name": "inferno_desired_replicas", "selector": {"matchLabels": {"variantautoscaling_name": variant_name}}},
        "target": {"type": "AverageValue", "averageValue": "1"}}}


def scale_to_zero(entries: dict[str, str]) -> Any:
    """The ConfigMap with these keys."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "model-scale-to-zero-config", "namespace": NAMESPACE},
            "data": entries}
