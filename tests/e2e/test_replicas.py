"""Several replicas of the adapter say the same, and the loss of one is nobody's problem."""
from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from fleet.fleet import ModelKey
from harness.adapter import Program
from harness.client import Client, metric_path
from harness.waiting import eventually

from cluster import objects
from cluster.autoscaler_watch import AutoscalerWatch
from cluster.testcase import ClusterTestCase

RETENTION = 12  # seconds
BUSY = ModelKey("busy", "meta/llama-3.1-8b")
IDLE = ModelKey("idle", "qwen/qwen3-8b")
POLICY = objects.scale_to_zero({"idle": f"model_id: {IDLE.name}\nenable_scale_to_zero: true\nretention_period: {RETENTION}s\n"})
SAMPLES = 15
SYNCS = 10  # seconds of the autoscaler's, which it does every second


class Recorder:
    """What one replica answers about a variant, by the time of the newest sample it used."""

    def __init__(self, client: Client, model: ModelKey, deployment: str) -> None:
        self._client = client
        self._path = metric_path(model.namespace, f"{deployment}-autoscaler")
        self.answers: dict[str, set[str]] = {}
        self.newest = ""

    def ask(self) -> str | None:
        """The value; None where there is none."""
        answer = self._client.get(self._path)
        if answer.status != 200:
            return None
        (item,) = answer.json()["items"]
        self.newest = item["timestamp"]
        self.answers.setdefault(item["timestamp"], set()).add(item["value"])
        return item["value"]


def idle_seconds(report: Any) -> float:
    """Of the retention period, that have passed according to this decision."""
    start, newest = report["activity"]["retentionClockStart"], report["signals"]["newestSample"]
    return (datetime.fromisoformat(newest) - datetime.fromisoformat(start)).total_seconds()


class TwoReplicas(ClusterTestCase):
    first: Program
    second: Program

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.add_model(BUSY, {"llama": 2})
        cls.add_model(IDLE, {"qwen": 1})
        cls.kubectl.apply([POLICY])
        cls.wait_scraped()
        cls.first, cls.second = cls.launch_replica("first"), cls.launch_replica("second")
        cls.serve(cls.first.wait_ready(), cls.second.wait_ready())
        cls.kubectl.apply([objects.autoscaler(BUSY.namespace, "llama", "llama", objects.object_metric("llama-autoscaler"))])

    def recorder(self, replica: Program, model: ModelKey, deployment: str) -> Recorder:
        return Recorder(self.enterContext(self.installation.direct(replica, self.plane.admin)), model, deployment)

    def test_they_say_the_same_about_the_same_samples(self) -> None:
        recorders = [self.recorder(replica, BUSY, "llama") for replica in (self.first, self.second)]
        self.fleet.send(BUSY, 12.0)
        self.addCleanup(self.fleet.send, BUSY, 0.0)

        def enough() -> bool:
            for recorder in recorders:
                recorder.ask()
            return len(self.both(recorders)) >= SAMPLES
        eventually("samples that both have used", enough, 60)
        self.assert_agreed(recorders)

    def test_the_loss_of_one_fails_no_sync(self) -> None:
        third = self.start_expendable("third")
        self.serve(self.first, third)
        self.addCleanup(self.serve, self.first, self.second)
        watch = AutoscalerWatch(self.plane.api, BUSY.namespace, "llama")
        failed: list[Any] = []
        stop = threading.Event()
        asked = [0]

        def ask() -> None:
            while not stop.is_set():
                answer = self.plane.api.request("GET", metric_path(BUSY.namespace, "llama-autoscaler"))
                asked[0] += 1
                if answer.status != 200:
                    failed.append((answer.status, answer.body))
        threads = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        eventually("load", lambda: asked[0] >= 50)
        third.child.kill()
        syncs_done = self.fleet.now() + SYNCS
        eventually("load and syncs without it", lambda: self.fleet.now() >= syncs_done)
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        self.assertEqual(watch.failures(), set())

    def test_the_verdict_of_idleness_survives_kill_9(self) -> None:
        """One is killed a moment before the retention period ends; another one lives on."""
        reference = self.recorder(self.first, IDLE, "qwen")
        eventually("idle", lambda: reference.ask() == "0", RETENTION + 30)
        self.fleet.send_one(IDLE)
        eventually("used", lambda: reference.ask() == "1")
        eventually("its request is done", lambda: self.fleet.load(IDLE).queued + self.fleet.load(IDLE).running == 0)
        killed = self.start_expendable("killed")
        before = self.recorder(killed, IDLE, "qwen")
        eventually("it answers", lambda: before.ask() == "1")
        client = self.enterContext(self.installation.direct(self.first, self.plane.admin))
        eventually("the end is near", lambda: idle_seconds(client.report(IDLE.namespace, "qwen-autoscaler")) > RETENTION - 4, RETENTION + 30)
        killed.child.kill()
        self.assertEqual(reference.ask(), "1")
        after = self.recorder(self.start_replica("restarted"), IDLE, "qwen")

        def both_at_zero() -> bool:
            values = [reference.ask(), after.ask()]
            return values == ["0", "0"]
        eventually("both say zero", both_at_zero)
        self.assert_agreed([reference, after])

    def start_expendable(self, name: str) -> Program:
        """One that the test kills."""
        replica = self.installation.adapter(name, self.prometheus.url, self.FLAGS)
        self.addCleanup(replica.child.kill)
        return replica.wait_ready()

    def assert_agreed(self, recorders: list[Recorder]) -> None:
        """A change in the cluster may reach one a moment later than the other, but there is no sample that they disagree on all the time."""
        for time, (one, other) in self.both(recorders).items():
            with self.subTest(time):
                self.assertTrue(one & other, f"{one} and {other}")

    @staticmethod
    def both(recorders: list[Recorder]) -> dict[str, list[set[str]]]:
        """Answers by sample, where all have one. A second may hold two samples' answers of one, so the newest isn't looked at."""
        times = set.intersection(*(set(recorder.answers) - {recorder.newest} for recorder in recorders))
        return {time: [recorder.answers[time] for recorder in recorders] for time in sorted(times)}
