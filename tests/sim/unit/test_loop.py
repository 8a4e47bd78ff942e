"""The fleet follows whoever sets the replicas, at the pace of a clock."""
import unittest
from typing import Mapping

from fleet.clock import ManualClock
from fleet.deployment import DeploymentStatus
from fleet.fleet import Fleet, ModelKey, ObjectKey
from fleet.loop import FleetLoop
from fleet.profile import PodProfile

KEY = ObjectKey("ns", "llama")


class Source:
    def __init__(self, replicas: int) -> None:
        self.replicas = replicas
        self.reported: Mapping[ObjectKey, DeploymentStatus] = {}

    def targets(self) -> Mapping[ObjectKey, int]:
        return {KEY: self.replicas, ObjectKey("ns", "not-simulated"): 3}

    def report(self, status: Mapping[ObjectKey, DeploymentStatus]) -> None:
        self.reported = status


class Loop(unittest.TestCase):
    def test_a_round_applies_the_targets_catches_up_with_the_clock_and_reports(self) -> None:
        fleet, clock, source = Fleet(tick=0.5), ManualClock(), Source(2)
        fleet.add_deployment(KEY.name, ModelKey("ns", "model"), PodProfile(cold_start=3.0))
        loop = FleetLoop(fleet, source, clock)
        seen = []
        for _ in range(4):
            clock.sleep(1.25)
            loop.round()
            seen.append((fleet.now, source.reported[KEY]))
        self.assertEqual(seen, [
            (1.0, DeploymentStatus(2, 0)),
            (2.5, DeploymentStatus(2, 0)),
            (3.5, DeploymentStatus(2, 2)),
            (5.0, DeploymentStatus(2, 2)),
        ])


if __name__ == "__main__":
    unittest.main()
