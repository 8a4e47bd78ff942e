"""What other people's clusters look like: names, roles, groups and scrapes that are not as one would set them up. Every number of a target
comes from its own pods, zero needs their proof, and what is missing is named."""
from __future__ import annotations

import itertools
from dataclasses import dataclass

from harness.cluster import LLM
from harness.waiting import eventually

from scene import SceneTestCase

HASH = "7c9d8b6f5d"


def engine(model: str, pod: str | None, *, running: int = 0, waiting: int = 0, kv: float = 0.0, finished: int = 5, rank: int = 0,
           prefix: str = "vllm:", scrape: str = "") -> str:
    """The series of one engine; `pod`: None leaves the label out. `scrape`: further labels, as another Service's scrape has them."""
    labels = f'namespace="{LLM}",model_name="{model}",engine="{rank}"' + (f',pod="{pod}"' if pod else "") + scrape
    return "".join(f"{prefix}{name}{{{labels}{more}}} {value}\n" for name, more, value in (
        ("num_requests_running", "", running), ("num_requests_waiting", "", waiting), ("kv_cache_usage_perc", "", kv),
        ("request_success_total", ',finished_reason="stop"', finished)))


def up(pod: str, value: int = 1) -> str:
    return f'up{{namespace="{LLM}",pod="{pod}"}} {value}\n'


def target(name: str, kind: str = "Deployment", api: str = "apps/v1", replicas: int = 1, role: str = "") -> str:
    labels = f"metadata: {{labels: {{llm-d.ai/role: {role}}}}}, " if role else ""
    return f"""\
apiVersion: {api}
kind: {kind}
metadata: {{name: {name}, namespace: {LLM}}}
spec:
  replicas: {replicas}
  template: {{{labels}spec: {{containers: [{{name: vllm, args: ["--max-num-seqs=64"]}}]}}}}
"""


def autoscaling(name: str, model: str, kind: str = "Deployment", api: str = "apps/v1") -> str:
    return f"""\
---
apiVersion: llmd.ai/v1alpha1
kind: VariantAutoscaling
metadata: {{name: {name}, namespace: {LLM}}}
spec:
  scaleTargetRef: {{apiVersion: {api}, kind: {kind}, name: {name}}}
  modelID: {model}
---
"""


def deployment(name: str, model: str, **more: str) -> str:
    return target(name, **more) + autoscaling(name, model)


@dataclass(frozen=True)
class Case:
    variant: str
    objects: str
    series: str
    desired: int
    reason: str | None = None
    says: tuple[str, ...] = ()  # parts of the advice or the explanation


LWS = {"kind": "LeaderWorkerSet", "api": "leaderworkerset.x-k8s.io/v1"}
CASES = {
    "an idle Deployment goes to zero": Case(
        "idle", deployment("idle", "m/idle"), engine("m/idle", f"idle-{HASH}-aaaaa"), 0, "Idle"),
    "an idle StatefulSet goes to zero": Case(
        "set", target("set", kind="StatefulSet") + autoscaling("set", "m/set", kind="StatefulSet"), engine("m/set", "set-0"), 0, "Idle"),
    "the model is served under another name": Case(
        "renamed", deployment("renamed", "Qwen3-32B"), engine("Qwen/Qwen3-32B", f"renamed-{HASH}-aaaaa", running=4, kv=0.2),
        1, "MetricsMissing", ("Qwen/Qwen3-32B",)),
    "the series have another prefix": Case(
        "prefixed", deployment("prefixed", "m/prefixed"),
        engine("m/prefixed", f"prefixed-{HASH}-aaaaa", running=40, waiting=6, kv=0.9, prefix="kserve_vllm:") + up(f"prefixed-{HASH}-aaaaa"),
        1, "MetricsMissing", ("kserve_vllm:",)),
    "the pod is scraped, and has no engine's series": Case(
        "silent", deployment("silent", "m/silent"), up(f"silent-{HASH}-aaaaa"), 1, "MetricsMissing", ("scraped",)),
    "the pod is not scraped": Case(
        "unscraped", deployment("unscraped", "m/unscraped"), "", 1, "MetricsMissing", ("scraped",)),
    "the series have no label pod": Case(
        "podless", deployment("podless", "m/podless"), engine("m/podless", None), 1, "MetricsMissing", ("pod",)),
    "decode is not scraped, prefill without a variant is, and idle": Case(
        "pd-decode", deployment("pd-decode", "m/pd"), engine("m/pd", f"pd-prefill-{HASH}-aaaaa"),
        1, "MetricsMissing", (f"pd-prefill-{HASH}",)),
    "decode is idle, prefill without a variant is loaded": Case(
        "pl-decode", deployment("pl-decode", "m/pl"),
        engine("m/pl", f"pl-decode-{HASH}-aaaaa", running=1, kv=0.2) + "".join(
            engine("m/pl", f"pl-prefill-{HASH}-aaaa{letter}", running=20, kv=0.8) for letter in "abc"),
        1, "Steady", (f"pl-prefill-{HASH}",)),
    "two roles, and only prefill is used": Case(
        "roles-decode", deployment("roles-decode", "m/roles", role="decode") + deployment("roles-prefill", "m/roles", role="prefill"),
        engine("m/roles", f"roles-decode-{HASH}-aaaaa") + engine("m/roles", f"roles-prefill-{HASH}-aaaaa", running=60, kv=0.9), 1),
    "two roles, and none is used": Case(
        "rest-decode", deployment("rest-decode", "m/rest", role="decode") + deployment("rest-prefill", "m/rest", role="prefill"),
        engine("m/rest", f"rest-decode-{HASH}-aaaaa") + engine("m/rest", f"rest-prefill-{HASH}-aaaaa"), 0, "Idle"),
    "both pods of a group are engines": Case(
        "group", target("group", **LWS) + autoscaling("group", "m/group", **LWS),
        engine("m/group", "group-0", running=10, kv=0.5) + engine("m/group", "group-0-1", running=10, kv=0.5), 1, "Steady"),
    "a group is idle when all of its pods are": Case(
        "quiet", target("quiet", **LWS) + autoscaling("quiet", "m/quiet", **LWS),
        engine("m/quiet", "quiet-0") + engine("m/quiet", "quiet-0-1"), 0, "Idle"),
    "one rank of an idle group's second pod is busy": Case(
        "rank", target("rank", **LWS) + autoscaling("rank", "m/rank", **LWS),
        engine("m/rank", "rank-0") + engine("m/rank", "rank-0-1") + engine("m/rank", "rank-0-1", running=1, rank=1), 1),
    "one pod is found by two Services": Case(
        "twice", deployment("twice", "m/twice"), "".join(
            engine("m/twice", f"twice-{HASH}-aaaaa", running=30, kv=0.5, scrape=f',service="{service}"') for service in ("twice", "headless")),
        1, "Steady"),
    "gauges stand still while requests are said to run": Case(
        "stuck", deployment("stuck", "m/stuck"), engine("m/stuck", f"stuck-{HASH}-aaaaa", running=3, kv=0.1), 1),
}


class OtherClusters(SceneTestCase):
    """All cases live side by side, on one Prometheus and one adapter."""

    cases = CASES
    flags: tuple[str, ...] = ()

    @classmethod
    def prometheus_url(cls) -> str:
        return cls.prometheus.url

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fleet.lines = "".join(case.series for case in cls.cases.values())
        cls.set_scene([], [], [])
        cls.cluster.write("policy", """\
apiVersion: v1
kind: ConfigMap
metadata: {name: model-scale-to-zero-config, namespace: workload-variant-autoscaler-system}
data:
  default: |
    enable_scale_to_zero: true
    retention_period: 5s
""")
        for number, case in zip(itertools.count(), cls.cases.values()):
            cls.cluster.write(f"case-{number}", case.objects)
        cls.party = cls.add_party("other", cls.prometheus_url(), cls.flags)
        cls.parties_wait_ready()
        controls = ("idle", "set", "rest-decode", "quiet")
        eventually("what is idle goes to zero", lambda: all(cls.party.desired(name) == 0 for name in controls))
        eventually("what is missing has been looked for", lambda: cls.party.report("prefixed")["advice"])

    def test_each_case(self) -> None:
        for name, case in self.cases.items():
            with self.subTest(name):
                report = self.party.report(case.variant)
                text = report["explanation"] + str(report["advice"])
                self.assertEqual(report["desired"], case.desired, text)
                if case.reason:
                    self.assertEqual(report["reason"], case.reason, text)
                for part in case.says:
                    self.assertIn(part, text)
