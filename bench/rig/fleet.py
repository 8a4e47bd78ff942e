"""A fleet of any size: its Kubernetes objects, and what its pods and gateway say when they are scraped.

Every fourth model is full (requests waiting, so that its speed can be learned); all counters rise steadily.
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

NAMESPACES = 20
DOCUMENTS_PER_FILE = 1000
SCRAPE_INTERVAL = 15
FINISHED_PER_SCRAPE = 90
EPOCH_OF_COUNTERS = 1_700_000_000

OBJECTS = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
spec:
  replicas: {pods}
  template:
    spec:
      containers:
      - name: vllm
        args: ["--served-model-name", "{model}", "--max-num-seqs", "128"]
status:
  replicas: {pods}
  readyReplicas: {pods}
---
apiVersion: llmd.ai/v1alpha1
kind: VariantAutoscaling
metadata:
  name: {name}
  namespace: {namespace}
  creationTimestamp: "2026-01-01T00:00:00Z"
  labels:
    inference.optimization/acceleratorName: H100
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {name}
  modelID: {model}
"""


@dataclass(frozen=True)
class Fleet:
    models: int
    pods_per_model: int = 1

    @property
    def title(self) -> str:
        return f"{self.models:,} x {self.pods_per_model}"

    @staticmethod
    def namespace(index: int) -> str:
        return f"team-{index % NAMESPACES:02}"

    @staticmethod
    def name(index: int) -> str:
        return f"llama-{index:05}"

    def metric_path(self, index: int) -> str:
        return (f"/apis/custom.metrics.k8s.io/v1beta2/namespaces/{self.namespace(index)}"
                f"/variantautoscalings.llmd.ai/{self.name(index)}/inferno_desired_replicas")

    def write_objects(self, folder: Path) -> None:
        folder.mkdir()
        for first in range(0, self.models, DOCUMENTS_PER_FILE):
            documents = (self._objects(i) for i in range(first, min(first + DOCUMENTS_PER_FILE, self.models)))
            (folder / f"models-{first:05}.yaml").write_text("---\n".join(documents))

    def _objects(self, index: int) -> str:
        return OBJECTS.format(name=self.name(index), namespace=self.namespace(index), model=self.model(index),
                              pods=self.pods_per_model)

    @staticmethod
    def model(index: int) -> str:
        return f"meta-llama/llama-{index:05}-instruct"


class Exposition:
    """The series of a fleet as text; the ones that move are apart, so that a page is made in milliseconds."""

    def __init__(self, fleet: Fleet, instance: str) -> None:
        target = f'job="fleet",instance="{instance}"'
        self._up = f"up{{{target}}}"
        self._still: list[tuple[str, str]] = []
        self._rising: list[str] = []
        for index in range(fleet.models):
            self._add_model(fleet, index, target)
        self._still_text = "".join(f"{series} {value}\n" for series, value in self._still)

    def _add_model(self, fleet: Fleet, index: int, target: str) -> None:
        full = index % 4 == 0
        namespace, model = fleet.namespace(index), fleet.model(index)
        for number in range(fleet.pods_per_model):
            pod = f'{target},namespace="{namespace}",pod="{fleet.name(index)}-5d9c7b8f6d-{number:05}"'
            labels = f'{pod},model_name="{model}",engine="0"'
            self._still += [
                (f"vllm:kv_cache_usage_perc{{{labels}}}", "0.9" if full else "0.3"),
                (f"vllm:num_requests_running{{{labels}}}", "64" if full else "8"),
                (f"vllm:num_requests_waiting{{{labels}}}", "12" if full else "0"),
                (f'vllm:request_success_total{{{labels},finished_reason="abort"}}', "3"),
                (f'vllm:cache_config_info{{{pod},engine="0",num_gpu_blocks="27000",block_size="16"}}', "1"),
                (f"kube_pod_created{{{pod}}}", str(EPOCH_OF_COUNTERS)),
            ]
            self._rising += [f'vllm:request_success_total{{{labels},finished_reason="{reason}"}}'
                             for reason in ("stop", "length")]
        gateway = f'{target},target_model_name="{model}"'
        self._still.append((f"inference_extension_flow_control_queue_size{{{gateway}}}", "0"))
        self._rising.append(f"inference_objective_request_total{{{gateway}}}")

    @property
    def series(self) -> int:
        return len(self._still) + len(self._rising)

    def page(self, time: float) -> str:
        return self._still_text + self._with_value(self._rising, str(self._count(time)))

    def history(self, first: int, last: int) -> Iterator[str]:
        """OpenMetrics text with a sample of every series at each scrape, for promtool."""
        still = [f"{series} {value}" for series, value in self._still] + [f"{self._up} 1"]
        for time in range(first, last, SCRAPE_INTERVAL):
            yield self._with_value(still, str(time))
            yield self._with_value(self._rising, f"{self._count(time)} {time}")
        yield "# EOF\n"

    @staticmethod
    def _count(time: float) -> int:
        return int((time - EPOCH_OF_COUNTERS) // SCRAPE_INTERVAL) * FINISHED_PER_SCRAPE

    @staticmethod
    def _with_value(series: list[str], value: str) -> str:
        return f" {value}\n".join(series) + f" {value}\n"
