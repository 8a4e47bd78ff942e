"""Some queries fail, or answer in part: what depends on them holds, the rest goes on."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from harness.cluster import Variant
from harness.waiting import eventually

import injected
from proxy import Fault, pass_on
from scene import Party, SceneTestCase
from scraped_fleet import Pod

FAILURE = injected.prometheus_error(422, "execution", "store 10.0.0.7 is not reachable")


@dataclass(frozen=True)
class Case:
    """`shrinks`, `sleeps`: whether fewer replicas, or none, may be decided meanwhile. More always may."""

    fault: Fault
    shrinks: bool = False
    sleeps: bool = False


CASES = {
    "nothing": Case(pass_on, shrinks=True, sleeps=True),
    "kv-usage": Case(injected.where(r"^sum.*vllm:kv_cache_usage_perc", FAILURE), sleeps=True),
    "running": Case(injected.where("vllm:num_requests_running", FAILURE)),
    "waiting": Case(injected.where("vllm:num_requests_waiting", FAILURE)),
    "finished": Case(injected.where("vllm:request_success_total", FAILURE)),
    "gateway-queue": Case(injected.where("inference_extension_flow_control_queue_size", FAILURE)),
    "activity": Case(injected.where(r"^count.*max_over_time\(vllm:num_requests_running", FAILURE), shrinks=True),
    "partial": Case(injected.where(r"^count.*max_over_time\(vllm:num_requests_running", injected.partial), shrinks=True),
}
MARGIN = timedelta(seconds=3)


@dataclass(frozen=True)
class Moment:
    growing: Any
    shrinking: Any
    idle: Any
    answers: tuple[int | None, ...]  # of the metrics API, in this order

    @property
    def newest_sample(self) -> datetime:
        return datetime.fromisoformat(self.idle["signals"]["newestSample"])

    @property
    def desired(self) -> dict[str, int]:
        return {name: getattr(self, name)["desired"] for name in ("growing", "shrinking", "idle")}


def look(party: Party) -> Moment:
    answers = tuple(party.desired(name) for name in ("growing", "shrinking", "idle"))
    return Moment(party.report("growing"), party.report("shrinking"), party.report("idle"), answers)


class PartialFailure(SceneTestCase):
    """One model needs more, one less, and one nothing any more: what becomes of each under each fault."""

    seen: dict[str, list[Moment]]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fleet.set("growing", Pod(running=5, kv=0.5))
        cls.fleet.set("shrinking", *[Pod(running=5, kv=0.6)] * 3)
        cls.fleet.set("idle", Pod(running=1, kv=0.1))
        cls.set_scene([Variant("growing"), Variant("shrinking", replicas=3), Variant("idle")], ["idle"], CASES)
        cls.everyone(lambda party: eventually(
            f"{party.name}: a good decision",
            lambda: look(party).answers == (1, 3, 1) and party.report("idle")["activity"]["scrapeEvidenceSince"]))
        for name, party in cls.parties.items():
            party.proxy.act_out(CASES[name].fault)
        cls.everyone(cls._notice)
        cls.fleet.set("growing", Pod(running=64, waiting=100, kv=0.95))
        cls.fleet.set("shrinking", *[Pod(running=1, kv=0.1)] * 3)
        cls.fleet.set("idle", Pod(running=0, kv=0.0, finished=101))
        healthy = cls.parties["nothing"]
        eventually("all is decided where nothing fails", lambda: look(healthy).desired == {"growing": 2, "shrinking": 1, "idle": 0})
        until = look(healthy).newest_sample + MARGIN
        cls.seen = cls.everyone(lambda party: cls._watch(party, until))
        for party in cls.parties.values():
            party.proxy.lift()
        cls.everyone(lambda party: eventually(f"{party.name}: it recovers", lambda: look(party).answers == (2, 1, 0)))

    @classmethod
    def _notice(cls, party: Party) -> None:
        if party.name != "nothing":
            eventually(f"{party.name}: the fault is noticed", lambda: cls._noticed(party.report("idle")["signals"]))

    @staticmethod
    def _noticed(signals: Any) -> bool:
        return bool(signals["failedQueries"])

    @classmethod
    def _watch(cls, party: Party, until: datetime) -> list[Moment]:
        """While time passes in which the healthy one has decided."""
        moments: list[Moment] = []

        def passed() -> bool:
            moments.append(look(party))
            return moments[-1].newest_sample >= until
        eventually(f"{party.name}: its signals go on", passed)
        return moments

    def test_answers_go_on(self) -> None:
        for name, moments in self.seen.items():
            with self.subTest(name):
                for moment in moments:
                    self.assertNotIn(None, moment.answers)

    def test_a_model_that_needs_more_grows(self) -> None:
        for name, moments in self.seen.items():
            with self.subTest(name):
                self.assertEqual(moments[-1].growing["desired"], 2, moments[-1].growing["explanation"])

    def test_nothing_is_taken_away_while_a_query_that_sizes_fails(self) -> None:
        for name, moments in self.seen.items():
            with self.subTest(name):
                last = moments[-1].shrinking
                if CASES[name].shrinks:
                    self.assertEqual(last["desired"], 1, last["explanation"])
                else:
                    self.assertEqual({moment.shrinking["desired"] for moment in moments}, {3})
                    self.assertEqual(last["reason"], "Stale")
                    self.assertIn("store 10.0.0.7 is not reachable", last["explanation"])

    def test_no_zero_while_a_query_that_shows_activity_fails(self) -> None:
        for name, moments in self.seen.items():
            with self.subTest(name):
                last = moments[-1].idle
                if CASES[name].sleeps:
                    self.assertEqual((last["desired"], last["reason"]), (0, "Idle"), last["explanation"])
                else:
                    self.assertEqual({moment.idle["desired"] for moment in moments}, {1})
                    self.assertRegex(last["explanation"], "is not reachable|answer may be incomplete")

    def test_the_report_names_what_fails(self) -> None:
        failed = {name: set(moments[-1].idle["signals"]["failedQueries"]) for name, moments in self.seen.items()}
        self.assertEqual(failed["nothing"], set())
        self.assertEqual(failed["kv-usage"], {"kvUsage"})
        self.assertLessEqual({"running", "pods", "activity"}, failed["running"])
        self.assertEqual(failed["waiting"], {"waiting", "activity"})
        self.assertEqual(failed["finished"], {"finished", "activity"})
        self.assertEqual(failed["gateway-queue"], {"gatewayQueue", "activity"})
        self.assertEqual(failed["activity"], {"activity"})
        self.assertEqual(failed["partial"], {"activity"})
