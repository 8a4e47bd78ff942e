"""From a step in load to the adapter's changed answer, and to the autoscaler's new spec.replicas.

Kubernetes syncs every 15 s, Prometheus scrapes every 15 s (and a second fleet every 5 s), the adapter has its default flags. A round has a
model of its own, so that rounds overlap: their steps are spread over a scrape interval, and their autoscalers' syncs too, in another order.
"""
from __future__ import annotations

import functools
import time
from pathlib import Path
from typing import Sequence

from cluster import objects
from fleet.fleet import ModelKey
from harness.adapter import Program
from harness.waiting import eventually

from bench.cluster.loaded_fleet import LoadedFleet, autoscaler, served
from bench.cluster.replica_watch import ReplicaWatch
from bench.cluster.rounds import Round, cells, run
from bench.cluster.site import SYNC_PERIOD, Site, sleep_until
from bench.rig.prometheus import Prometheus, ScrapeJob
from bench.rig.table import render

ROUNDS = 5
RATE_BEFORE, RATE_AFTER = 0.5, 12.0  # requests a second
SCRAPE, FAST_SCRAPE = 15, 5  # seconds
RETENTION = "10s"
SETTLE = 4 * SCRAPE  # seconds of ordinary load before the step
IDLE_LIMIT = 150.0
WAKE_KINDS = BY_AUTOSCALER, DIRECTLY, BY_GATEWAY = "by the autoscaler", "--wake-directly", "... and --gateway-metrics-url"
ELSEWHERE = ("Measured elsewhere, not in this run: with the existing chain (its controller and prometheus-adapter; 15 s scrape, 15 s sync, the same "
             "load)\n  spec.replicas grew 34 to 40 s after the step.")


class _Experiment:
    def __init__(self, site: Site, rounds: int) -> None:
        self._site = site
        self._rounds = rounds
        self._fleets = {interval: LoadedFleet(site.plane.api) for interval in (SCRAPE, FAST_SCRAPE)}
        for fleet in self._fleets.values():
            site.stack.callback(fleet.close)
        self._growing = {interval: self._add(fleet, f"growing-{interval}s") for interval, fleet in self._fleets.items()}
        self._sleeping = {kind: self._add(self._fleets[SCRAPE], f"sleeping-{number}") for number, kind in enumerate(WAKE_KINDS)}
        self._watch = ReplicaWatch(site.plane.api)
        site.stack.callback(self._watch.stop)
        prometheus = Prometheus(site.folder / "prometheus", [ScrapeJob(fleet.port, f"every-{interval}s", interval)
                                                             for interval, fleet in self._fleets.items()])
        site.stack.callback(prometheus.child.stop)
        self._prometheus_url = prometheus.url

    def _add(self, fleet: LoadedFleet, title: str) -> list[ModelKey]:
        models = [ModelKey(f"{title}-{number}", f"{title}/model-{number}") for number in range(self._rounds)]
        for model in models:
            fleet.add(model)
        return models

    def prepare(self) -> Program:
        """Models that grow have had a little load for a while; those to be woken are at zero."""
        plane = self._site.plane
        plane.kubectl.apply([objects.scale_to_zero({"default": f"enable_scale_to_zero: true\nretention_period: {RETENTION}\n"})])
        for models in (*self._growing.values(), *self._sleeping.values()):
            plane.kubectl.apply([item for model in models for item in served(model)])
        for interval, models in self._growing.items():
            for model in models:
                self._fleets[interval].send(model, RATE_BEFORE)
        settled = time.monotonic() + SETTLE
        adapter = self._site.serve("adapter", self._prometheus_url)
        self._add_autoscalers()
        sleep_until(settled)
        eventually("models that nobody uses are at zero", self._asleep, IDLE_LIMIT)
        return adapter

    def _add_autoscalers(self) -> None:
        """Spread over a sync period: each syncs at its own moment of it."""
        start = time.monotonic()
        for turn in range(self._rounds):
            number = turn * 2 % self._rounds if self._rounds % 2 else turn  # in another order than the steps
            sleep_until(start + turn * SYNC_PERIOD / self._rounds)
            groups = (*self._growing.values(), *self._sleeping.values())
            self._site.plane.kubectl.apply([autoscaler(models[number]) for models in groups])

    def _asleep(self) -> bool:
        return all(one.replicas == self._watch.replicas(one.deployment) for kind in WAKE_KINDS for one in self._wakes(kind))

    def _offset(self, number: int) -> float:
        return number * SCRAPE / self._rounds

    def growth(self) -> dict[int, list[Round]]:
        """By scrape interval."""
        return {interval: [Round(model, 1, self._offset(number), functools.partial(fleet.send, rate=RATE_AFTER),
                                 functools.partial(fleet.send, rate=0.0))
                           for number, model in enumerate(self._growing[interval])]
                for interval, fleet in self._fleets.items()}

    def _wakes(self, kind: str) -> list[Round]:
        fleet = self._fleets[SCRAPE]
        return [Round(model, 0, self._offset(number), fleet.send_one, lambda _: None) for number, model in enumerate(self._sleeping[kind])]

    def wake(self, adapter: Program, kind: str, beside: Sequence[Round] = ()) -> list[Round]:
        """Other rounds may go on beside them."""
        rounds = self._wakes(kind)
        run([*rounds, *beside], self._site.client(adapter), self._watch)
        return rounds

    def replace(self, adapter: Program, name: str, flags: Sequence[str]) -> Program:
        """By one with these flags, which leads."""
        adapter.child.end()
        new = self._site.serve(name, self._prometheus_url, flags)
        new.child.wait_for("leads from now on")
        return new

    @property
    def gateway_url(self) -> str:
        return self._fleets[SCRAPE].metrics_url


def measure(binary: Path, folder: Path, rounds: int) -> str:
    with Site(binary, folder) as site:
        experiment = _Experiment(site, rounds)
        adapter = experiment.prepare()
        growth = experiment.growth()
        woken = {BY_AUTOSCALER: experiment.wake(adapter, BY_AUTOSCALER, [one for group in growth.values() for one in group])}
        site.allow_waking()
        adapter = experiment.replace(adapter, "waking", ["--wake-directly"])
        woken[DIRECTLY] = experiment.wake(adapter, DIRECTLY)
        adapter = experiment.replace(adapter, "reading", ["--wake-directly", "--gateway-metrics-url", experiment.gateway_url])
        woken[BY_GATEWAY] = experiment.wake(adapter, BY_GATEWAY)
    rows = [[f"{RATE_BEFORE:g} to {RATE_AFTER:g} requests/s, scraped every {interval} s", *cells(group)] for interval, group in growth.items()]
    rows += [[f"a request at zero, {kind}", *cells(group)] for kind, group in woken.items()]
    table = render(f"from a step in load, seconds: min / median / max; HPA sync every {SYNC_PERIOD} s, scrape every {SCRAPE} s where not said",
                   ["", "rounds", "answer", "spec.replicas", "to replicas"], rows)
    return f"{table}\n  {ELSEWHERE}"
