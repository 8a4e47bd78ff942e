"""Cluster objects as YAML, written the way that tools write them: whole, by a rename."""
from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from harness.adapter import NAMESPACE

LLM = "llm"  # namespace of the variants


@dataclass(frozen=True)
class Variant:
    """A VariantAutoscaling with a Deployment of its name; `target` names another one."""

    name: str
    replicas: int = 1
    ready: int | None = None  # None: all of them
    model: str | None = None  # None: the name
    cost: str = "10.0"
    target: str | None = None

    def yaml(self) -> str:
        model = self.name if self.model is None else self.model
        return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {self.name}, namespace: {LLM}}}
spec:
  replicas: {self.replicas}
status:
  replicas: {self.replicas}
  readyReplicas: {self.replicas if self.ready is None else self.ready}
---
apiVersion: llmd.ai/v1alpha1
kind: VariantAutoscaling
metadata:
  name: {self.name}
  namespace: {LLM}
  labels: {{inference.optimization/acceleratorName: L40S}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {self.target or self.name}}}
  modelID: "{model}"
  variantCost: "{self.cost}"
"""


def scale_to_zero(entries: dict[str, str]) -> str:
    """The ConfigMap with these keys."""
    data = "".join(f"  {key}: |\n" + "".join(f"    {line}\n" for line in text.splitlines()) for key, text in entries.items())
    return f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: model-scale-to-zero-config, namespace: {NAMESPACE}}}
data:
{data}"""


class ClusterFolder:
    def __init__(self, parent: Path) -> None:
        self.path = parent / "cluster"
        self.path.mkdir()
        self._draft = parent / "draft"

    def write(self, name: str, text: str) -> None:
        self._draft.write_text(text)
        os.replace(self._draft, self.path / f"{name}.yaml")

    def put(self, variant: Variant) -> None:
        self.write(variant.name, variant.yaml())

    def remove(self, name: str) -> None:
        (self.path / f"{name}.yaml").unlink()
