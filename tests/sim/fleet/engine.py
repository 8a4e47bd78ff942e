"""One vLLM engine core: continuous batching over a paged KV cache, stepped in discrete time.

As vLLM's scheduler does: first come first served; a request runs when the batch has room and its prompt fits the free blocks; prefill
takes time away from decoding; when the cache runs out, the request that was admitted last is preempted to the front of the waiting queue
and computed again.
"""
from __future__ import annotations

import math
from collections import deque

from fleet.profile import EngineProfile
from fleet.request import Request

# vLLM's FinishReason. Each is exposed from the start, at 0.
FINISH_REASONS = ("stop", "length", "abort", "error")

# Chunked prefill shares a step with decoding: it never takes the whole of it while something decodes.
MAX_PREFILL_SHARE = 0.5


class Engine:
    """Not thread safe. Counters start at 0 with the engine, as they do when a container restarts."""

    def __init__(self, profile: EngineProfile) -> None:
        self.profile = profile
        self.running: list[Request] = []
        self.waiting: deque[Request] = deque()
        self.finished = dict.fromkeys(FINISH_REASONS, 0)
        self.prompt_tokens = 0
        self.generation_tokens = 0.0
        self.preemptions = 0

    def submit(self, request: Request) -> None:
        longest = request.prompt_tokens + request.output_tokens
        if longest > self.profile.kv_tokens:
            raise ValueError(f"request of {longest} tokens exceeds the KV cache of {self.profile.kv_tokens} tokens")
        self.waiting.append(request)

    def used_blocks(self) -> int:
        return sum(self._blocks(request.computed) for request in self.running)

    def kv_usage(self) -> float:
        return self.used_blocks() / self.profile.num_gpu_blocks

    def load(self) -> int:
        return len(self.running) + len(self.waiting)

    def step(self, now: float, dt: float) -> list[Request]:
        """Work of the interval (now, now + dt]; returns the requests that finished in it."""
        self._admit()
        if not self.running:
            return []
        decoding_seconds = dt - self._prefill(dt)
        tokens = decoding_seconds / self.profile.inter_token_latency(len(self.running))
        for request in [r for r in self.running if r.to_prefill == 0]:
            self._decode(request, tokens, now + dt)
        self._preempt()
        done = [request for request in self.running if request.done]
        for request in done:
            request.finished_at = now + dt
            self.finished[request.finish_reason] += 1
        self.running = [request for request in self.running if not request.done]
        # The scheduler runs every few milliseconds: what a scrape finds waiting is waiting because there is no room.
        self._admit()
        return done

    def abort_all(self) -> list[Request]:
        """The process ends: what it held is given back, unfinished."""
        lost = self.running + list(self.waiting)
        self.finished["abort"] += len(lost)
        self.running = []
        self.waiting.clear()
        return lost

    def _blocks(self, tokens: float) -> int:
        return math.ceil(tokens / self.profile.block_size)

    def _admit(self) -> None:
        # Blocks of admitted prompts count as taken, though their KV is computed only step by step.
        reserved = sum(self._blocks(max(r.computed, r.prompt_tokens + r.generated)) for r in self.running)
        while self.waiting and len(self.running) < self.profile.max_num_seqs:
            request = self.waiting[0]
            needed = self._blocks(request.prompt_tokens + request.generated)
            if self.running and reserved + needed > self.profile.num_gpu_blocks:
                return
            reserved += needed
            self.running.append(self.waiting.popleft())

    def _prefill(self, dt: float) -> float:
        """Seconds of the step that went into prefill."""
        to_prefill = [request for request in self.running if request.to_prefill > 0]
        share = 1.0 if len(to_prefill) == len(self.running) else MAX_PREFILL_SHARE
        budget = left = dt * share * self.profile.prefill_tokens_per_second
        for request in to_prefill:
            chunk = min(left, request.to_prefill)
            if request.generated == 0 and request.computed == 0 and chunk > 0:
                self.prompt_tokens += request.prompt_tokens
            request.computed += chunk
            left -= chunk
        return (budget - left) / self.profile.prefill_tokens_per_second

    def _decode(self, request: Request, tokens: float, now: float) -> None:
        if request.first_token_at is None:
            request.first_token_at = now
        step = min(tokens, request.output_tokens - request.generated)
        request.generated += step
        request.computed += step
        self.generation_tokens += step

    def _preempt(self) -> None:
        while len(self.running) > 1 and self.used_blocks() > self.profile.num_gpu_blocks:
            victim = self.running.pop()
            victim.lose_cache()
            self.waiting.appendleft(victim)
            self.preemptions += 1
