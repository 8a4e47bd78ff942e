"""A fleet, a real Prometheus that scrapes it, and adapters that each read it through a proxy of their own.

Faults last seconds, because what is tested is what happens as time passes. So all faults of one kind are lived through at once, each by
its own adapter, and the tests look at what was recorded.
"""
from __future__ import annotations

import concurrent.futures
import ssl
from pathlib import Path
from typing import Any, Callable, Iterable, Sequence, TypeVar

from harness.adapter import Adapter
from harness.certificates import Pair
from harness.child import Child
from harness.client import Answer, Client
from harness.cluster import LLM, ClusterFolder, Variant, scale_to_zero
from harness.prometheus import Prometheus
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

from proxy import Proxy
from scraped_fleet import ScrapedFleet
from tcp_proxy import TcpProxy

RETENTION = 5  # seconds
MAX_STALE = 9  # seconds; longer than the retention period, so that idle time can run out while answers are stale
PROMETHEUS_TIMEOUT = 2
FLAGS = [
    "--signal-step", "1s", "--signal-max-age", "1s", "--flow-interval", "2s", "--scale-down-window", "2s", "--threads", "1",
    "--prometheus-timeout", f"{PROMETHEUS_TIMEOUT}s", "--prometheus-max-response-bytes", "256Ki", "--decision-max-stale", f"{MAX_STALE}s"]
SCRAPES_BEFORE_START = 4

Result = TypeVar("Result")


class Party:
    """One adapter and its way to Prometheus: a proxy of its own, unless `url` leads there in another way."""

    def __init__(self, name: str, folder: Path, cluster: Path, prometheus_port: int, url: str | None = None, flags: Sequence[str] = (),
                 prefix: Sequence[str] = ()) -> None:
        self.name = name
        self.folder = folder
        self.proxy = Proxy(prometheus_port)
        self.adapter = Adapter(folder, cluster, url or self.proxy.url, [*FLAGS, *flags], prefix=prefix, name=f"adapter-{name}")
        self.client: Client
        self.way: TcpProxy | None = None  # below HTTP, in place of the proxy
        self.prometheus: Prometheus | None = None  # of its own

    def tcp(self) -> TcpProxy:
        assert self.way is not None
        return self.way

    def prometheus_child(self) -> Child:
        assert self.prometheus is not None
        return self.prometheus.child

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


def server_context(pair: Pair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(pair.certificate), str(pair.key))
    return context


class SceneTestCase(ProcessTestCase):
    fleet: ScrapedFleet
    prometheus: Prometheus
    parties: dict[str, Party]
    cluster: ClusterFolder

    @classmethod
    def add_party(cls, name: str, url: str | None = None, flags: Sequence[str] = (), prefix: Sequence[str] = (),
                  prometheus_port: int | None = None) -> Party:
        party = Party(name, cls.class_folder, cls.cluster.path, prometheus_port or cls.prometheus.port, url, flags, prefix)
        cls.own_by_class(party.adapter.child)
        cls.addClassCleanup(party.proxy.close)
        cls.parties[name] = party
        return party

    @classmethod
    def add_prometheus(cls, name: str) -> Prometheus:
        """Another one, which scrapes the same fleet."""
        folder = cls.class_folder / name
        folder.mkdir()
        prometheus = Prometheus(folder, cls.fleet.port)
        cls.own_by_class(prometheus.child)
        prometheus.wait_ready()
        return prometheus

    @classmethod
    def parties_wait_ready(cls) -> None:
        cls.everyone(Party.wait_ready)
        for party in cls.parties.values():
            cls.addClassCleanup(party.client.close)

    @classmethod
    def set_scene(cls, variants: Sequence[Variant], may_be_zero: Sequence[str], parties: Iterable[str]) -> None:
        """Fills the fleet before this; `may_be_zero` are the variants that scale to zero after RETENTION."""
        cls.cluster = ClusterFolder(cls.class_folder)
        for variant in variants:
            cls.cluster.put(variant)
        cls.cluster.write("policy", scale_to_zero({
            name: f"model_id: {name}\nenable_scale_to_zero: true\nretention_period: {RETENTION}s" for name in may_be_zero}))
        cls.prometheus = cls.make_prometheus()
        cls.own_by_class(cls.prometheus.child)
        cls.prometheus.wait_ready()
        eventually("Prometheus scrapes", lambda: cls.fleet.scrapes >= SCRAPES_BEFORE_START)
        cls.parties = {}
        for name in parties:
            cls.add_party(name)
        cls.parties_wait_ready()

    @classmethod
    def make_prometheus(cls) -> Prometheus:
        return Prometheus(cls.class_folder, cls.fleet.port)

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
