"""Prometheus' clock and this machine's differ: queries follow Prometheus, and the operator is told."""
from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone

from harness.cluster import Variant
from harness.waiting import eventually

import injected
import matrix
from scene import Party, SceneTestCase
from scraped_fleet import Pod

TITLES = {"ahead": "Prometheus' clock is ten minutes ahead", "behind": "Prometheus' clock is ten minutes behind"}
OFFSETS = {"ahead": 600, "behind": -600}  # seconds, of Prometheus
TOLERANCE = timedelta(seconds=20)


class ClockOfPrometheus(SceneTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fleet.set("busy", *[Pod(running=10, kv=0.4)] * 3)
        cls.set_scene([Variant("busy", replicas=3)], [], OFFSETS)

    def test_decisions_follow_prometheus_until_the_clocks_agree(self) -> None:
        for name, party in self.parties.items():
            party.proxy.act_out(injected.clock_off_by(OFFSETS[name]))  # nothing was asked before this
        for name, party in self.parties.items():
            with self.subTest(name):
                offset = timedelta(seconds=OFFSETS[name])
                self._until_decided(party, offset)
                sign = re.escape("+" if OFFSETS[name] > 0 else "-")
                party.adapter.child.wait_for(rf"warning Prometheus' clock is {sign}\d{{3}} s off this machine's")  # Date has whole seconds
        for party in self.parties.values():
            party.proxy.lift()
        lifted = time.monotonic()
        for name, party in self.parties.items():
            with self.subTest(name, then="right"):
                self._until_decided(party, timedelta())
                matrix.record(matrix.OWN, [matrix.Row(TITLES[name], "fresh ones, by Prometheus' clock", "none",
                                                      f"{time.monotonic() - lifted:.1f} s")])
                party.adapter.child.wait_for("the clocks of Prometheus and of this machine agree again")

    def _until_decided(self, party: Party, offset: timedelta) -> None:
        """From fresh signals, whose time is Prometheus' own. 2 is what the signals say; without them the 3 that are there would stay."""
        def decided() -> bool:
            report = party.report("busy")
            newest = datetime.fromisoformat(report["signals"]["newestSample"]) if report["signals"]["newestSample"] else None
            return (newest is not None and abs(newest - datetime.now(timezone.utc) - offset) < TOLERANCE
                    and report["reason"] != "Stale" and party.desired("busy") == 2)
        eventually(f"{party.name}: a decision from signals at {offset}", decided)
