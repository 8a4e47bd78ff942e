"""The cases of tests/faults/test_other_clusters.py, a model that is full and one that is woken, on the real programs of others: each
gives the answer that Prometheus gives."""
from __future__ import annotations

import re
import signal
from typing import TypeVar

from harness.cluster import Variant
from harness.prometheus import Prometheus
from harness.waiting import eventually

from real import Thanos, VictoriaMetrics, program, querier, sidecar
from scene import SceneTestCase
from scraped_fleet import Pod
from test_other_clusters import CASES, HASH, Case, OtherClusters, deployment, engine

Startable = TypeVar("Startable", Prometheus, Thanos)
MORE_CASES = {
    "a full replica is not enough": Case(
        "full", deployment("full", "m/full"), engine("m/full", f"full-{HASH}-aaaaa", running=40, waiting=6, kv=0.9), 2, "Saturation"),
    "requests at the gateway wake a model at zero": Case(
        "asleep", deployment("asleep", "m/asleep", replicas=0),
        'inference_extension_flow_control_queue_size{target_model_name="m/asleep"} 3\n', 1),
}


class Backend(OtherClusters):
    cases = {**CASES, **MORE_CASES}


class CurrentPrometheus(Backend):
    @classmethod
    def make_prometheus(cls) -> Prometheus:
        return Prometheus(cls.class_folder, cls.fleet.port, program=program("prometheus", "prometheus"))


class CurrentVictoriaMetrics(Backend):
    """Scrapes are visible two seconds late."""

    flags = ("--signal-settle-time", "3s")

    @classmethod
    def make_prometheus(cls) -> Prometheus:
        return VictoriaMetrics(cls.class_folder, cls.fleet.port, program=program("victoriametrics", "victoria-metrics"))


class DebianVictoriaMetrics(CurrentVictoriaMetrics):
    """1.79 does not know the argument latency_offset: it needs the flag."""

    @classmethod
    def make_prometheus(cls) -> Prometheus:
        return VictoriaMetrics(cls.class_folder, cls.fleet.port, program="victoria-metrics",
                               flags=["-search.maxStepForPointsAdjustment=1ms"])


def start(scene: type[SceneTestCase], component: Startable) -> Startable:
    scene.own_by_class(component.child)
    component.wait_ready()
    return component


def start_querier(scene: type[SceneTestCase]) -> tuple[Thanos, Prometheus]:
    """Of the scene's Prometheus and of another that scrapes the same pods."""
    folder = scene.class_folder / "b"
    folder.mkdir()
    other = start(scene, Prometheus(folder, scene.fleet.port, external_labels="{replica: b}"))
    stores = [start(scene, sidecar(scene.class_folder, each)) for each in (scene.prometheus, other)]
    return start(scene, querier(scene.class_folder, *stores)), other


class ThanosQuerier(Backend):
    @classmethod
    def make_prometheus(cls) -> Prometheus:
        return Prometheus(cls.class_folder, cls.fleet.port, external_labels="{replica: a}")

    @classmethod
    def prometheus_url(cls) -> str:
        return start_querier(cls)[0].url


class ThanosQueryFrontend(ThanosQuerier):
    """With its defaults: start and end are rounded down to multiples of the step, and answers are cached."""

    @classmethod
    def prometheus_url(cls) -> str:
        cache = "{type: IN-MEMORY, config: {max_size: 16MB, validity: 1h}}"
        return start(cls, Thanos(cls.class_folder, "query-frontend", f"--query-frontend.downstream-url={super().prometheus_url()}",
                                 f"--query-range.response-cache-config={cache}")).url


class PartialAnswer(SceneTestCase):
    """Thanos asks two Prometheus, and one hangs: an answer without what it knows is none, whether Thanos says so by an error, as it is
    asked to, or by a warning."""

    @classmethod
    def make_prometheus(cls) -> Prometheus:
        return Prometheus(cls.class_folder, cls.fleet.port, external_labels="{replica: a}")

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fleet.set("busy", Pod(running=3, kv=0.2))
        cls.set_scene([Variant("busy")], [], [])
        thanos, cls.hanging = start_querier(cls)
        cls.add_party("whole", thanos.url)
        cls.add_party("partial", thanos.url, ("--prometheus-query-parameter", "partial_response=true"))
        cls.parties_wait_ready()

    def test_a_store_that_hangs_is_a_failed_read(self) -> None:
        for party in self.parties.values():
            eventually("signals are whole", lambda: party.newest("busy") and not party.report("busy")["signals"]["failedQueries"])
        self.hanging.child.send_signal(signal.SIGSTOP)
        try:
            for name, cause in (("whole", "HTTP status [45]"), ("partial", "the answer may be incomplete")):
                with self.subTest(name):
                    party = self.parties[name]
                    eventually("reads fail", lambda: re.search(cause, party.report("busy")["signals"].get("failure", "")))
                    self.assertEqual(party.desired("busy"), 1)
        finally:
            self.hanging.child.send_signal(signal.SIGCONT)
