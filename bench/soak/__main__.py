"""Runs the soak: python3 -m bench.soak ADAPTER [--minutes N] [--variants N] [--plot FILE]"""
from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench.cluster.population import Population
from bench.cluster.site import Site, sleep_until
from bench.rig.fleet import Fleet
from bench.rig.metrics_page import MetricsPage
from bench.soak.churn import Churn
from bench.soak.outages import Outages
from bench.soak.plot import draw
from bench.soak.record import Record, Recorder
from bench.soak.verdict import Finding, judge

SHORTEST = 8  # minutes: two outages, and calm between them
OUTAGES = 6  # in the whole time


def soak(binary: Path, folder: Path, minutes: float, variants: int) -> tuple[Record, list[Finding]]:
    with Site(binary, folder) as site:
        population = Population(site, Fleet(variants))
        population.add_autoscalers(variants)
        print(f"{variants:,} variants with their autoscalers; {minutes:g} minutes from now", flush=True)
        client = site.client(population.adapter)
        outages = Outages((lambda: population.prometheus.child.stop(), population.prometheus.start),
                          (site.plane.kill_api_server, site.plane.start_api_server))
        churn = Churn(site.plane.api, population.fleet.namespace(0))
        recorder = Recorder(population.adapter.child.pid, lambda: MetricsPage(client.get("/metrics").body.decode()),
                            site.plane.controllers_metrics, outages.since)
        try:
            _live(outages, time.monotonic(), minutes * 60, churn, recorder)
        finally:
            churn.stop()
            record = recorder.stop()
        moved = sum(item["spec"]["replicas"] != 1 for item in site.plane.api.get("/apis/apps/v1/deployments")["items"])
        print(f"{churn.changes:,} changes of variants and policy, {churn.failures:,} more found no API server", flush=True)
        return record, judge(record, variants, moved)


def _live(outages: Outages, began: float, seconds: float, churn: Churn, recorder: Recorder) -> None:
    """Outages at even distances, the last one well before the end."""
    count = max(2, min(OUTAGES, int(seconds // 240)))
    for number in range(count):
        sleep_until(began + seconds * (number + 0.5) / count)
        outages.next()
        print(_line(began, f"{outages.past[-1].what} was away for {outages.past[-1].ended - outages.past[-1].began:.0f} s", churn, recorder), flush=True)
    sleep_until(began + seconds)
    print(_line(began, "the end", churn, recorder), flush=True)


def _line(began: float, what: str, churn: Churn, recorder: Recorder) -> str:
    newest = recorder.record.samples[-1]
    return (f"{(time.monotonic() - began) / 60:5.1f} min  {what}: {newest.resident:.1f} MiB, {newest.descriptors} descriptors, "
            f"p99 {newest.p99:.1f} ms, {churn.changes:,} changes")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("adapter", type=Path, help="the release binary")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--variants", type=int, default=1000)
    parser.add_argument("--plot", type=Path, help="where the picture goes (SVG)")
    arguments = parser.parse_args()
    if arguments.minutes < SHORTEST:
        parser.error(f"--minutes: at least {SHORTEST}, so that both outages fit and calm between them")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # children are ended on the way out
    folder = Path(tempfile.mkdtemp(prefix="inferno-soak-"))
    try:
        record, findings = soak(arguments.adapter.resolve(), folder / "site", arguments.minutes, arguments.variants)
    except BaseException:
        print(f"logs are kept in {folder}", file=sys.stderr)
        raise
    shutil.rmtree(folder)
    if arguments.plot:
        draw(record, arguments.plot)
        print(f"picture: {arguments.plot}")
    for finding in findings:
        print(f"{'holds' if finding.holds else 'BROKEN'}: {finding.rule} ({finding.seen})")
    return 0 if all(finding.holds for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
