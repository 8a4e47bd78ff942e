"""What each kind of model server exports about its engines: names and labels as in its source (docs/integrations/engines.md)."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, UntypedMetricFamily

from fleet.deployment import SimulatedDeployment
from fleet.engine import Engine
from fleet.pod import Pod

POD_LABELS = ("namespace", "pod")

# Labels in the order of the family's names.
Value = tuple[list[str], float]


@dataclass(frozen=True)
class Source:
    """One engine of a pod that serves."""

    deployment: SimulatedDeployment
    pod: Pod
    index: int
    engine: Engine

    def labelled(self, *labels: str) -> list[str]:
        return [*labels, self.deployment.namespace, self.pod.name]


@dataclass(frozen=True)
class Series:
    """`kind` makes the family; the name of a counter is without its _total."""

    name: str
    kind: Callable[..., Metric]
    labels: tuple[str, ...]
    values: Callable[[Source], Iterable[Value]]

    def family(self, sources: Iterable[Source]) -> Metric:
        family = self.kind(self.name, f"{self.name} of the simulated server", labels=(*self.labels, *POD_LABELS))
        for source in sources:
            for labels, value in self.values(source):
                family.add_metric(source.labelled(*labels), value)
        return family


def _of_model(*more: str, rank: bool = False) -> Callable[[Source], list[str]]:
    def labels(source: Source) -> list[str]:
        return [source.deployment.model, *([str(source.index)] if rank else []), *more]
    return labels


def _gauge(name: str, names: tuple[str, ...], labels: Callable[[Source], list[str]], value: Callable[[Engine], float]) -> Series:
    return Series(name, GaugeMetricFamily, names, lambda source: [(labels(source), value(source.engine))])


def _counter(name: str, names: tuple[str, ...], labels: Callable[[Source], list[str]], value: Callable[[Engine], float]) -> Series:
    return Series(name, CounterMetricFamily, names, lambda source: [(labels(source), value(source.engine))])


def _running(engine: Engine) -> float:
    return len(engine.running)


def _waiting(engine: Engine) -> float:
    return len(engine.waiting)


def _finished_by_reason(name: str, names: tuple[str, ...], labels: Callable[[Source], list[str]]) -> Series:
    def values(source: Source) -> Iterator[Value]:
        for reason, count in source.engine.finished.items():
            yield [*labels(source), reason], count
    return Series(name, CounterMetricFamily, (*names, "finished_reason"), values)


def _vllm_like(prefix: str, kv: str) -> list[Series]:
    names, labels = ("model_name", "engine"), _of_model(rank=True)
    return [
        _gauge(prefix + kv, names, labels, Engine.kv_usage),
        _gauge(prefix + "num_requests_running", names, labels, _running),
        _gauge(prefix + "num_requests_waiting", names, labels, _waiting),
        _counter(prefix + "prompt_tokens", names, labels, lambda engine: engine.prompt_tokens),
        _counter(prefix + "generation_tokens", names, labels, lambda engine: int(engine.generation_tokens)),
        _finished_by_reason(prefix + "request_success", names, labels),
    ]


def _cache_config(source: Source) -> list[Value]:
    # vLLM puts no model_name on this one.
    profile = source.engine.profile
    return [([str(profile.block_size), "auto", "True", str(source.index), "0.9", str(profile.num_gpu_blocks)], 1)]


CACHE_CONFIG_LABELS = ("block_size", "cache_dtype", "enable_prefix_caching", "engine", "gpu_memory_utilization", "num_gpu_blocks")
SGLANG_LABELS = ("model_name", "dp_rank", "engine_type", "tp_rank", "pp_rank")
TRTLLM_LABELS = ("model_name", "engine_type")

_sglang = _of_model("unified", "0", "0", rank=True)
_trtllm = _of_model("trtllm")


def _nothing(_source: Source) -> list[str]:
    return []


def _sglang_finished(source: Source) -> Iterator[Value]:
    """With the first request only, as its source has it."""
    count = sum(source.engine.finished.values())
    if count > 0:
        yield [source.deployment.model, "unified", "true"], count


SERVERS: dict[str, list[Series]] = {
    "vllm": [
        *_vllm_like("vllm:", "kv_cache_usage_perc"),
        _counter("vllm:num_preemptions", ("model_name", "engine"), _of_model(rank=True), lambda engine: engine.preemptions),
        Series("vllm:cache_config_info", GaugeMetricFamily, CACHE_CONFIG_LABELS, _cache_config),
    ],
    "lmdeploy": _vllm_like("lmdeploy:", "gpu_cache_usage_perc"),
    "sglang": [
        _gauge("sglang:num_running_reqs", SGLANG_LABELS, _sglang, _running),
        _gauge("sglang:num_queue_reqs", SGLANG_LABELS, _sglang, _waiting),
        _gauge("sglang:token_usage", SGLANG_LABELS, _sglang, lambda engine: round(engine.kv_usage(), 2)),
        Series("sglang:num_requests", CounterMetricFamily, ("model_name", "engine_type", "is_streaming"), _sglang_finished),
    ],
    "trtllm-serve": [
        _gauge("trtllm_num_requests_running", TRTLLM_LABELS, _trtllm, _running),
        _gauge("trtllm_num_requests_waiting", TRTLLM_LABELS, _trtllm, _waiting),
        _gauge("trtllm_kv_cache_utilization", TRTLLM_LABELS, _trtllm, Engine.kv_usage),
        _finished_by_reason("trtllm_request_success", TRTLLM_LABELS, _trtllm),
    ],
    # No model's name, no share of the KV cache but its tokens, and a counter without _total.
    "tgi": [
        _gauge("tgi_batch_current_size", (), _nothing, _running),
        _gauge("tgi_queue_size", (), _nothing, _waiting),
        _gauge("tgi_batch_current_max_tokens", (), _nothing, lambda engine: engine.used_blocks() * engine.profile.block_size),
        _gauge("tgi_batch_max_total_tokens", (), _nothing, lambda engine: engine.profile.kv_tokens),
        Series("tgi_request_success", UntypedMetricFamily, (), lambda source: [([], sum(source.engine.finished.values()))]),
    ],
}
