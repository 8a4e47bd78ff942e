"""A fleet, a real Prometheus that scrapes it, and adapters that each read it through a proxy of their own.

Faults last seconds, because what is tested is what happens as time passes. So all faults of one kind are lived through at once, each by
its own adapter, and the tests look at what was recorded.
"""
from __future__ import annotations

import concurrent.futures
from pathlib import Path
from typing import Any, Callable, Iterable, Sequence, TypeVar

from harness.adapter import Adapter
from harness.client import Answer, Client
from harness.cluster import LLM, ClusterFolder, Variant, scale_to_zero
from harness.prometheus import Prometheus
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

from proxy import Proxy
from scraped_fleet import ScrapedFleet

RETENTION = 5  # seconds
MAX_STALE = 9  # seconds; longer than the retention period, so that idle time can run out while answers are stale
PROMETHEUS_TIMEOUT = 2
FLAGS = [
    "--signal-step", "1s", "--signal-max-age", "1s", "--flow-interval", "2s", "--scale-down-window", "2s", "--threads", "1",
    "--prometheus-timeout", f"{PROMETHEUS_TIMEOUT}s", "--prometheus-max-response-bytes", "256Ki", "--decision-max-stale", f"{MAX_STALE}s"]
SCRAPES_BEFORE_START = 4

Result = TypeVar("Result")


class Party:
    """One adapter and its way to Prometheus."""

    def __init__(self, name: str, folder: Path, cluster: Path, prometheus_port: int) -> None:
        self.name = name
        self.proxy = Proxy(prometheus_port)
        self.adapter = Adapter(folder, cluster, self.proxy.url, FLAGS, name=f"adapter-{name}")
        self.client: Client

    def wait_ready(self) -> None:
        self.adapter.wait_ready()
        self.client = self.adapter.client()

    def metric(self, variant: str) -> Answer:
        return self.client.metric(LLM, variant)

    def desired(self, variant: str) -> int | None:
        """None: there is no answer."""
        answer = self.metric(variant)
        return int(answer.value()) if answer.status == 200 else None

    def report(self, variant: str) -> Any:
        return self.client.report(LLM, variant)

    def newest(self, variant: str) -> dict[str, float | None]:
        """The newest sample of its model; nothing before there is one."""
        return self.report(variant)["signals"]["newest"] or {}


class SceneTestCase(ProcessTestCase):
    fleet: ScrapedFleet
    prometheus: Prometheus
    parties: dict[str, Party]

    @classmethod
    def set_scene(cls, variants: Sequence[Variant], may_be_zero: Sequence[str], parties: Iterable[str]) -> None:
        """Fills the fleet before this; `may_be_zero` are the variants that scale to zero after RETENTION."""
        cluster = ClusterFolder(cls.class_folder)
        for variant in variants:
            cluster.put(variant)
        cluster.write("policy", scale_to_zero({
            name: f"model_id: {name}\nenable_scale_to_zero: true\nretention_period: {RETENTION}s" for name in may_be_zero}))
        cls.prometheus = Prometheus(cls.class_folder, cls.fleet.port)
        cls.own_by_class(cls.prometheus.child)
        cls.prometheus.wait_ready()
        eventually("Prometheus scrapes", lambda: cls.fleet.scrapes >= SCRAPES_BEFORE_START)
        cls.parties = {}
        for name in parties:
            party = Party(name, cls.class_folder, cluster.path, cls.prometheus.port)
            cls.own_by_class(party.adapter.child)
            cls.addClassCleanup(party.proxy.close)
            cls.parties[name] = party
        cls.everyone(Party.wait_ready)
        for party in cls.parties.values():
            cls.addClassCleanup(party.client.close)

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fleet = ScrapedFleet()
        cls.addClassCleanup(cls.fleet.close)

    @classmethod
    def everyone(cls, act: Callable[[Party], Result]) -> dict[str, Result]:
        """What each party's part came to; they act at the same time."""
        with concurrent.futures.ThreadPoolExecutor(max(1, len(cls.parties))) as pool:
            acting = {name: pool.submit(act, party) for name, party in cls.parties.items()}
            return {name: future.result() for name, future in acting.items()}
