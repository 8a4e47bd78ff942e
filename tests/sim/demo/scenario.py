"""The two minutes of the demo: which models there are, what clients send them, and what must be seen.

All times in seconds since the start of the scenario. The replicas that exist at the start, costs and policies are in cluster/*.yaml. Five
model servers and the routers of two generations are in it, each told apart by what it is in a real cluster.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from demo import expectations as expect
from demo.expectations import Check
from demo.timeline import Timeline
from fleet.fleet import ModelKey
from fleet.gateway import INFERENCE_EXTENSION, LLM_D, Router
from fleet.profile import EngineProfile, PodProfile
from fleet.traffic import Lengths, Segment, SingleRequest

DURATION = 120.0
RETENTION = 20.0  # cluster/policy.yaml
NAMESPACE = "llm-inference"

# Full, it runs 64 requests at 36 ms per token: 80 tokens take 2.9 s, so it finishes 22 of them a second.
ENGINE = EngineProfile(max_num_seqs=64, num_gpu_blocks=1280, base_latency=0.03, latency_per_request=0.0001)
LENGTHS = Lengths(prompt=120, output=80, max_output=200)
COLD_START = 4.0

# Load that is there before the scenario starts, so that the first answers find it.
BEFORE = float("-inf")


@dataclass(frozen=True)
class DemoVariant:
    """`server`: as the Deployment in cluster/*.yaml shows by its image or command."""

    deployment: str
    server: str = "vllm"

    @property
    def pod(self) -> PodProfile:
        return PodProfile(ENGINE, cold_start=COLD_START, termination_grace=30.0, server=self.server)


@dataclass(frozen=True)
class DemoModel:
    name: str
    shows: str
    variants: tuple[DemoVariant, ...]
    router: Router = LLM_D
    segments: tuple[Segment, ...] = ()
    singles: tuple[SingleRequest, ...] = ()

    @property
    def key(self) -> ModelKey:
        return ModelKey(NAMESPACE, self.name)


WAKE_AT = 34.0
LONG_REQUEST_AT = 4.0
RISE_AT, FALL_AT, LOW_AT = 25.0, 62.0, 80.0

CHAT = DemoModel(
    "meta/llama-3.1-8b", "idle to zero, woken by one request, burst, zero again",
    (DemoVariant("llama-8b"),),
    segments=(Segment(42, 60), Segment(64, 0)),
    singles=(SingleRequest(WAKE_AT, 120, 80),),
)
CRITICAL = DemoModel(
    "meta/llama-3.1-70b", "scale-to-zero disabled by its override",
    (DemoVariant("llama-70b", "sglang"),),
    segments=(Segment(8, 8), Segment(22, 36), Segment(44, 6), Segment(56, 0)),
)
TWO_VARIANTS = DemoModel(
    "mistralai/mixtral-8x7b", "two variants: the cheap one grows first, the dear one shrinks first",
    (DemoVariant("mixtral-spot", "trtllm-serve"), DemoVariant("mixtral-on-demand", "lmdeploy")),
    # In steps that the replicas there are can bear until the next one is ready: neither variant is ever full, so that nothing is learned
    # about their speed in the few seconds there are, and they weigh the same.
    segments=(
        Segment(BEFORE, 30), Segment(RISE_AT, 39), Segment(36, 48), Segment(44, 58), Segment(54, 66), Segment(FALL_AT, 48), Segment(LOW_AT, 10),
    ),
)
LONG = DemoModel(
    "qwen/qwen3-32b", "one request that runs for longer than the retention period",
    (DemoVariant("qwen-32b", "tgi"),),
    INFERENCE_EXTENSION,
    singles=(SingleRequest(LONG_REQUEST_AT, 300, 1500),),
)
MODELS = (CHAT, CRITICAL, TWO_VARIANTS, LONG)
DEPLOYMENTS = tuple(variant.deployment for model in MODELS for variant in model.variants)
MODEL_OF = {variant.deployment: model.name for model in MODELS for variant in model.variants}

Expectation = Callable[[Timeline], Check]

EXPECTATIONS: tuple[Expectation, ...] = (
    lambda t: expect.goes_to_zero(t, "llama-8b", CHAT.name, RETENTION, 0, WAKE_AT - 1),
    lambda t: expect.wakes_for_a_request(t, "llama-8b", CHAT.name, WAKE_AT, within=4),
    lambda t: expect.grows_to(t, "llama-8b", 3, WAKE_AT, 75),
    lambda t: expect.goes_to_zero(t, "llama-8b", CHAT.name, RETENTION, 64, DURATION),
    lambda t: expect.grows_to(t, "llama-70b", 2, 22, 50),
    lambda t: expect.stays_at_least_one(t, "llama-70b", CRITICAL.name, RETENTION),
    lambda t: expect.returns_to_one(t, "llama-70b"),
    lambda t: expect.grows_first(t, "mixtral-spot", "mixtral-on-demand", RISE_AT, FALL_AT),
    lambda t: expect.shrinks_first(t, "mixtral-on-demand", "mixtral-spot", RISE_AT, DURATION),
    lambda t: expect.survives_long_request(t, "qwen-32b", LONG.name, RETENTION),
    lambda t: expect.goes_to_zero(t, "qwen-32b", LONG.name, RETENTION, LONG_REQUEST_AT + 40, DURATION),
    lambda t: expect.every_second_was_answered(t, list(DEPLOYMENTS)),
    lambda t: expect.nothing_was_cut_off(t),
)

# What the table says is going on.
SCENES = (
    (0.0, "llama-8b idles, llama-70b idles, mixtral serves 30 requests/s, qwen-32b idles"),
    (LONG_REQUEST_AT, "qwen-32b gets one request that will run for 45 s; its retention period is 20 s"),
    (22.0, "llama-70b gets 36 requests/s"),
    (RISE_AT, "mixtral climbs from 30 to 66 requests/s: its cheap spot variant should grow"),
    (WAKE_AT, "one request for llama-8b, which is at zero: it should wake"),
    (42.0, "llama-8b gets a burst of 60 requests/s"),
    (FALL_AT, "mixtral falls to 48 requests/s: its dear on-demand variant should be the first to shrink"),
    (64.0, "llama-8b falls silent: zero again after 20 s; llama-70b too, but may not go to zero"),
    (LOW_AT, "mixtral falls to 10 requests/s: now its spot variant should shrink too"),
)


def scene(t: float) -> str:
    if t > DURATION:
        return "the scenario is over; its last load goes on, and what you add"
    return next((text for start, text in reversed(SCENES) if t >= start), SCENES[0][1])
