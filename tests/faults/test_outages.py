"""Prometheus fails altogether, in every way it can: the last good decision, then no decision, then recovery; never a wrong zero."""
from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from harness.client import Answer
from harness.cluster import Variant
from harness.waiting import PATIENCE, eventually

import matrix
from outages import LIVED_THROUGH, OUTAGES
from scene import MAX_STALE, PROMETHEUS_TIMEOUT, Party, SceneTestCase
from scraped_fleet import Pod


@dataclass(frozen=True)
class Moment:
    idle: Answer
    busy: Answer
    seconds: float  # that the answers of the metrics API took together
    idle_report: Any
    busy_report: Any


@dataclass
class Life:
    during: list[Moment] = field(default_factory=list)  # the last one refuses both
    lasted: float = 0.0  # seconds from the outage to that
    after: Moment | None = None
    recovery: float = 0.0  # seconds from the end of the outage to that

    def row(self, title: str, cause: str) -> matrix.Row:
        values = {moment.busy.value() for moment in self.during if moment.busy.status == 200}
        zeros = sum(moment.idle.status == 200 and moment.idle.value() == "0" for moment in self.during)
        refusal = self.during[-1].busy.json()["message"]
        found = re.search(cause, refusal)
        told = found.group(0) if found else refusal
        return matrix.Row(title, f"the last good one ({', '.join(sorted(values))}) for {self.lasted:.0f} s, then 503: {told}",
                          str(zeros or "none"), f"{self.recovery:.1f} s")


def look(party: Party) -> Moment:
    began = time.monotonic()
    idle, busy = party.metric("idle"), party.metric("busy")
    return Moment(idle, busy, time.monotonic() - began, party.report("idle"), party.report("busy"))


def live_through(party: Party) -> Life:
    """From a model's last request to an outage, to the end of patience, to recovery."""
    eventually(f"{party.name}: the end of the last request is seen", lambda: party.newest("idle")["running"] == 0)
    OUTAGES[party.name].begin(party)
    began = time.monotonic()
    life = Life()

    def refused() -> bool:
        life.during.append(look(party))
        return life.during[-1].idle.status != 200 and life.during[-1].busy.status != 200
    eventually(f"{party.name}: the answers end", refused, PATIENCE + MAX_STALE)
    life.lasted = time.monotonic() - began
    lasts = OUTAGES[party.name].lasts
    eventually(f"{party.name}: {lasts:.0f} s are over", lambda: refused() and time.monotonic() - began >= lasts, PATIENCE + lasts)
    OUTAGES[party.name].end(party)
    ended = time.monotonic()

    def recovered() -> bool:
        life.after = look(party)
        return life.after.idle.status == life.after.busy.status == 200 and life.after.idle.value() == "0"
    eventually(f"{party.name}: it recovers", recovered)
    life.recovery = time.monotonic() - ended
    return life


class TotalOutage(SceneTestCase):
    lives: dict[str, Life]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fleet.set("busy", Pod(running=10, kv=0.6), Pod(running=10, kv=0.6))
        cls.fleet.set("idle", Pod(running=1, kv=0.1))
        cls.set_scene([Variant("busy", replicas=2), Variant("idle")], ["idle"], [])
        for name, outage in LIVED_THROUGH.items():
            outage.join(cls, name)
        cls.parties_wait_ready()
        cls.everyone(lambda party: eventually(
            f"{party.name}: a good decision",
            lambda: party.desired("busy") == 2 and party.desired("idle") == 1 and party.newest("idle").get("running") == 1
            and party.report("idle")["activity"]["scrapeEvidenceSince"]))
        cls.fleet.set("idle", Pod(running=0, kv=0.0, finished=101))
        cls.lives = cls.everyone(live_through)
        matrix.record(matrix.PROMETHEUS, [life.row(OUTAGES[name].title, OUTAGES[name].cause) for name, life in cls.lives.items()])

    def test_the_last_good_decision_is_given_marked_stale(self) -> None:
        for name, life in self.lives.items():
            with self.subTest(name):
                answered = [moment for moment in life.during if moment.busy.status == 200]
                self.assertEqual({moment.busy.value() for moment in answered}, {"2"})
                stale = [moment.busy_report for moment in answered if moment.busy_report["reason"] == "Stale"]
                self.assertTrue(stale, "never marked while it was given")
                self.assertEqual({report["desired"] for report in stale}, {2})
                self.assertRegex(stale[-1]["explanation"], r"^signals are \d+ s old.*; last good decision: .* \(Steady\)$")
                self.assertRegex(stale[-1]["explanation"] + stale[-1]["signals"].get("failure", ""), OUTAGES[name].cause)

    def test_idle_time_that_nobody_saw_leads_to_no_zero(self) -> None:
        for name, life in self.lives.items():
            with self.subTest(name):
                self.assertEqual({moment.idle.value() for moment in life.during if moment.idle.status == 200}, {"1"})
                self.assertEqual({moment.idle_report["desired"] for moment in life.during}, {1})

    def test_after_the_limit_there_is_no_decision_but_the_cause(self) -> None:
        for name, life in self.lives.items():
            with self.subTest(name):
                self.assertGreaterEqual(life.lasted, MAX_STALE - 4)  # the signals were up to some seconds old already
                for answer in (life.during[-1].idle, life.during[-1].busy):
                    status = self.assert_status(answer, 503, "ServiceUnavailable", "the newest signals are")
                    self.assertRegex(status["message"], OUTAGES[name].cause)
                    self.assertEqual(answer.headers["Retry-After"], str(status["details"]["retryAfterSeconds"]))
                self.assertEqual(life.during[-1].busy_report["reason"], "Stale")

    def test_nobody_waits_for_what_fails(self) -> None:
        """The HPA asks from five workers: a slow answer stalls all autoscaling."""
        for name, life in self.lives.items():
            with self.subTest(name):
                took = [moment.seconds for moment in life.during if moment.busy_report["reason"] == "Stale"]
                self.assertLess(max(took[1:]), PROMETHEUS_TIMEOUT / 2)  # the first may have waited to see it fail

    def test_it_recovers_by_itself(self) -> None:
        for name, life in self.lives.items():
            with self.subTest(name):
                after = life.after
                assert after is not None
                self.assertEqual((after.busy.value(), after.busy_report["reason"]), ("2", "Steady"))
                self.assertEqual((after.idle.value(), after.idle_report["reason"]), ("0", "Idle"))
                self.assertNotIn("failure", after.busy_report["signals"])


class DownAtStart(SceneTestCase):
    def test_it_starts_says_why_it_cannot_decide_and_recovers(self) -> None:
        self.fleet.set("busy", Pod(running=10, kv=0.6), Pod(running=10, kv=0.6))
        self.set_scene([Variant("busy", replicas=2)], [], [])
        party = Party("late", self.class_folder, self.class_folder / "cluster", self.prometheus.port)
        self.addCleanup(party.proxy.close)
        party.proxy.refuse()
        self.own(party.adapter.child)
        party.wait_ready()
        self.addCleanup(party.client.close)
        eventually("the cause is known", lambda: b"Connection refused" in party.metric("busy").body)
        status = self.assert_status(party.metric("busy"), 503, "ServiceUnavailable", "Prometheus has not answered yet", "Connection refused")
        self.assertEqual(status["details"]["retryAfterSeconds"], 5)
        self.assertEqual(party.report("busy")["desired"], 2)  # held
        for path in ("/readyz", "/livez", "/metrics", "/apis/custom.metrics.k8s.io/v1beta2"):
            self.assertEqual(party.client.get(path).status, 200, path)
        self.assertNotIn("\ninferno_desired_replicas{", party.client.get("/metrics").body.decode())
        party.proxy.lift()
        eventually("it recovers", lambda: party.desired("busy") == 2)
