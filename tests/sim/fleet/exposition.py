"""What Prometheus reads about the fleet: vLLM's and the gateway's real series names and labels, all pods on one page.

The labels `namespace` and `pod`, which service discovery adds in a cluster, are in the page: scrape it with honor_labels. So is `up` of
each pod, since one scrape stands for many: 1 while it serves, 0 while it loads or drains. A pod that doesn't serve exposes nothing else.
When a pod was created comes, as in a cluster, from kube-state-metrics' series. The gateway's series have a namespace where its own pod's
was added to them, which is up to who scrapes it.
"""
from __future__ import annotations

from typing import Callable, ContextManager, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from fleet.deployment import SimulatedDeployment
from fleet.engine import Engine
from fleet.fleet import Fleet
from fleet.pod import Phase, Pod

POD_LABELS = ("namespace", "pod")
ENGINE_LABELS = ("model_name", "engine", *POD_LABELS)
CACHE_CONFIG_LABELS = ("block_size", "cache_dtype", "enable_prefix_caching", "engine", "gpu_memory_utilization", "num_gpu_blocks", *POD_LABELS)
GATEWAY_QUEUE_LABELS = ("fairness_id", "priority", "inference_pool", "model_name", "target_model_name")
GATEWAY_REQUEST_LABELS = ("model_name", "target_model_name", "priority")


class FleetCollector:
    """A prometheus_client collector. `borrow` gives the fleet for the time of a scrape, locked where others use it too; `epoch` is the Unix
    time of the simulation's start; `gateway_namespaces`: whether the gateway's series have a namespace, without which the gateways of a
    model that several namespaces serve could not be told apart."""

    def __init__(self, borrow: Callable[[], ContextManager[Fleet]], epoch: float, gateway_namespaces: bool = False) -> None:
        self._borrow = borrow
        self._epoch = epoch
        self._gateway_namespaces = gateway_namespaces

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        with self._borrow() as fleet:
            families = [_up(fleet), _pod_created(fleet, self._epoch), *_vllm(fleet), *_gateway(fleet, self._gateway_namespaces)]
        yield from families


def _up(fleet: Fleet) -> Metric:
    up = GaugeMetricFamily("up", "Whether the scrape of the pod succeeded.", labels=POD_LABELS)
    for deployment in fleet.deployments.values():
        for pod in deployment.pods:
            up.add_metric([deployment.namespace, pod.name], 1 if pod.phase is Phase.READY else 0)
    return up


def _pod_created(fleet: Fleet, epoch: float) -> Metric:
    created = GaugeMetricFamily("kube_pod_created", "Unix creation timestamp", labels=POD_LABELS)
    for deployment in fleet.deployments.values():
        for pod in deployment.pods:
            created.add_metric([deployment.namespace, pod.name], epoch + pod.created_at)
    return created


def _vllm(fleet: Fleet) -> list[Metric]:
    kv = GaugeMetricFamily("vllm:kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.", labels=ENGINE_LABELS)
    running = GaugeMetricFamily("vllm:num_requests_running", "Number of requests in model execution batches.", labels=ENGINE_LABELS)
    waiting = GaugeMetricFamily("vllm:num_requests_waiting", "Number of requests waiting to be processed.", labels=ENGINE_LABELS)
    preemptions = CounterMetricFamily("vllm:num_preemptions", "Cumulative number of preemptions.", labels=ENGINE_LABELS)
    prompt = CounterMetricFamily("vllm:prompt_tokens", "Number of prefill tokens processed.", labels=ENGINE_LABELS)
    generation = CounterMetricFamily("vllm:generation_tokens", "Number of generation tokens processed.", labels=ENGINE_LABELS)
    success = CounterMetricFamily("vllm:request_success", "Count of successfully processed requests.", labels=(*ENGINE_LABELS, "finished_reason"))
    cache_config = GaugeMetricFamily("vllm:cache_config_info", "Information of the LLMEngine CacheConfig.", labels=CACHE_CONFIG_LABELS)

    for deployment, pod, index, engine in _engines(fleet):
        labels = [deployment.model, str(index), deployment.namespace, pod.name]
        kv.add_metric(labels, engine.kv_usage())
        running.add_metric(labels, len(engine.running))
        waiting.add_metric(labels, len(engine.waiting))
        preemptions.add_metric(labels, engine.preemptions)
        prompt.add_metric(labels, engine.prompt_tokens)
        generation.add_metric(labels, int(engine.generation_tokens))
        for reason, count in engine.finished.items():
            success.add_metric([*labels, reason], count)
        # vLLM puts no model_name on this one.
        cache = [str(engine.profile.block_size), "auto", "True", str(index), "0.9", str(engine.profile.num_gpu_blocks)]
        cache_config.add_metric([*cache, deployment.namespace, pod.name], 1)
    return [kv, running, waiting, preemptions, prompt, generation, success, cache_config]


def _engines(fleet: Fleet) -> Iterator[tuple[SimulatedDeployment, Pod, int, Engine]]:
    for deployment in fleet.deployments.values():
        for pod in deployment.ready():
            for index, engine in enumerate(pod.engines):
                yield deployment, pod, index, engine


def _gateway(fleet: Fleet, namespaces: bool) -> list[Metric]:
    """As the endpoint picker of the Gateway API inference extension exposes them: without a namespace of their own."""
    added = ("namespace",) if namespaces else ()
    queue = GaugeMetricFamily(
        "inference_extension_flow_control_queue_size",
        "Number of requests that are held in the flow control layer.",
        labels=(*GATEWAY_QUEUE_LABELS, *added),
    )
    requests = CounterMetricFamily(
        "inference_objective_request", "Counter of inference objective requests.", labels=(*GATEWAY_REQUEST_LABELS, *added))
    for model, gateway in fleet.gateways.items():
        pool = model.name.rsplit("/", 1)[-1]
        where = (model.namespace,) if namespaces else ()
        queue.add_metric(["default-flow", "0", pool, model.name, model.name, *where], len(gateway.queue))
        requests.add_metric([model.name, model.name, "0", *where], gateway.received)
    return [queue, requests]
