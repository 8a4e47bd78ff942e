"""What one replica can do: the numbers of the model on its accelerator, and of its pod."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EngineProfile:
    """One vLLM engine core. A decode step for a batch of n takes base_latency + latency_per_request * n seconds for one token each."""

    max_num_seqs: int = 64
    num_gpu_blocks: int = 6_250
    block_size: int = 16
    base_latency: float = 0.015
    latency_per_request: float = 0.00025
    prefill_tokens_per_second: float = 20_000.0

    def __post_init__(self) -> None:
        for name in ("max_num_seqs", "num_gpu_blocks", "block_size", "base_latency", "prefill_tokens_per_second"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive, is {getattr(self, name)}")

    @property
    def kv_tokens(self) -> int:
        return self.num_gpu_blocks * self.block_size

    def inter_token_latency(self, batch: int) -> float:
        return self.base_latency + self.latency_per_request * batch


@dataclass(frozen=True)
class PodProfile:
    """A pod of one Deployment: how many data-parallel engines it runs, how long it loads, how long it may drain, and whose series it exports
    (servers.py)."""

    engine: EngineProfile = EngineProfile()
    engines: int = 1
    cold_start: float = 20.0
    termination_grace: float = 30.0
    server: str = "vllm"
