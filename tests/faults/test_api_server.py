"""The API server fails, in every way it can: what was known goes on to be answered, and what changed meanwhile is known soon after."""
from __future__ import annotations

import os
import time
from dataclasses import dataclass, field

from fleet.fleet import ModelKey
from harness.adapter import Program
from harness.client import Client
from harness.waiting import PATIENCE, eventually

import matrix
from api_faults import API_OUTAGES, other_authority
from api_proxy import ApiProxy
from cluster import objects
from cluster.testcase import ClusterTestCase
from tcp_proxy import TcpProxy

BUSY = ModelKey("busy", "meta/llama-3.1-8b")
RATE = 10.0  # requests a second: what two replicas bear
OUTAGE = 6.0  # seconds
MOST_REQUESTS = 100  # of one adapter meanwhile: it follows about ten collections
# A watch that says nothing is taken for dead after two and a half minutes: waited for where the table is written.
WHOLE = bool(os.environ.get("INFERNO_FAULT_MATRIX"))
RECOVERY = 200.0 if WHOLE else 2 * PATIENCE
NEW = "new-autoscaler"


@dataclass
class Life:
    values: set[str] = field(default_factory=set)  # of the metrics API, while the fault lasted
    errors: set[int] = field(default_factory=set)
    saw_new: bool = False  # what was created meanwhile
    recovery: float = 0.0  # seconds until that is known
    requests: int = 0  # to the API server, while the fault lasted; 0 where nobody counted

    def row(self, title: str) -> matrix.Row:
        meanwhile = "fresh ones, from the cluster as it was" if not self.saw_new else "fresh ones, changes included"
        return matrix.Row(title, meanwhile, "yes" if "0" in self.values else "none", "at once" if self.saw_new else f"{self.recovery:.1f} s")


class ApiServerFaults(ClusterTestCase):
    EXTERNAL = False
    lives: dict[str, Life]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.add_model(BUSY, {"llama": 2})
        cls.fleet.send(BUSY, RATE)
        cls.wait_scraped()
        server, impostor = cls.plane.server_pair, other_authority(cls.plane)
        ways = {name: outage.way(cls.plane, server) for name, outage in API_OUTAGES.items()}
        for way in ways.values():
            cls.addClassCleanup(way.close)
        programs = {name: cls._launch(name, way.port) for name, way in ways.items()}
        clients = cls.at_once({name: lambda program=program: cls._client(program) for name, program in programs.items()})
        cls.at_once({name: lambda name=name: eventually(
            f"{name}: a good decision", lambda: cls._value(clients[name], "llama-autoscaler") == "2") for name in clients})
        for name, way in ways.items():
            API_OUTAGES[name].begin(way, impostor)
        cls.kubectl.apply([objects.deployment(BUSY.namespace, "new", 1),
                           objects.variant(BUSY.namespace, NEW, "new", "another/model")])
        cls.lives = cls.at_once({
            name: lambda name=name: cls._live_through(name, clients[name], ways[name]) for name in ways})
        matrix.record(matrix.API_SERVER, [life.row(API_OUTAGES[name].title) for name, life in cls.lives.items()])

    @classmethod
    def _launch(cls, name: str, port: int) -> Program:
        program = cls.installation.adapter(f"adapter-{name}", cls.prometheus.url, api_port=port)
        cls.own_by_class(program.child)
        return program

    @classmethod
    def _client(cls, program: Program) -> Client:
        client = cls.installation.direct(program.wait_ready(), cls.plane.admin)
        cls.addClassCleanup(client.close)
        return client

    @staticmethod
    def _value(client: Client, variant: str) -> str | None:
        answer = client.metric(BUSY.namespace, variant)
        return answer.value() if answer.status == 200 else None

    @classmethod
    def _live_through(cls, name: str, client: Client, way: TcpProxy | ApiProxy) -> Life:
        life = Life()
        end = time.monotonic() + OUTAGE

        def passed() -> bool:
            answer = client.metric(BUSY.namespace, "llama-autoscaler")
            if answer.status == 200:
                life.values.add(answer.value())
            else:
                life.errors.add(answer.status)
            return time.monotonic() >= end
        eventually(f"{name}: the fault has lasted", passed)
        life.requests = way.requests if isinstance(way, ApiProxy) else 0
        life.saw_new = cls._value(client, NEW) is not None
        API_OUTAGES[name].end(way, WHOLE)
        began = time.monotonic()
        eventually(f"{name}: what was created meanwhile is known", lambda: cls._value(client, NEW), RECOVERY)
        life.recovery = time.monotonic() - began
        return life

    def test_answers_go_on(self) -> None:
        for name, life in self.lives.items():
            with self.subTest(name):
                self.assertEqual(life.errors, set())
                self.assertNotIn("0", life.values)

    def test_an_api_server_in_trouble_is_not_stormed(self) -> None:
        for name, life in self.lives.items():
            with self.subTest(name):
                self.assertLess(life.requests, MOST_REQUESTS)

    def test_it_recovers_by_itself(self) -> None:
        for name, life in self.lives.items():
            with self.subTest(name):
                self.assertLess(life.recovery, RECOVERY)
