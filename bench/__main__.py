"""Runs the benchmarks: python3 -m bench ADAPTER [--fleet MODELSxPODS:PARTS ...] [--cluster PART[:SIZE] ...]"""
from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from bench.cluster import fleet as cluster_fleet, step as cluster_step, watch as cluster_watch
from bench.refresh import refresh
from bench.rig.fleet import Fleet
from bench.rig.rig import Rig
from bench.serving import beside_nginx, cold_start, disturbances, instructions

PARTS = ("cold-start", "refresh", "nginx", "disturbances", "instructions")
STANDARD = ("10x1:instructions", "1000x1:cold-start,refresh,nginx", "1000x10:refresh", "10000x1:refresh,nginx,disturbances")


# What each measures, and of what size.
CLUSTER: dict[str, tuple[Callable[[Path, Path, int], str], int]] = {
    "step": (cluster_step.measure, cluster_step.ROUNDS),
    "fleet": (cluster_fleet.measure, cluster_fleet.AUTOSCALERS),
    "watch": (cluster_watch.measure, cluster_watch.VARIANTS),
}


@dataclass(frozen=True)
class Plan:
    fleet: Fleet
    parts: frozenset[str]

    @staticmethod
    def parse(text: str) -> Plan:
        size, _, parts = text.partition(":")
        models, _, pods = size.partition("x")
        chosen = frozenset(parts.split(",")) if parts else frozenset(PARTS)
        if not models.isdigit() or not pods.isdigit() or not chosen <= set(PARTS):
            raise argparse.ArgumentTypeError(f"{text!r} is not MODELSxPODS:PART,... with parts of {', '.join(PARTS)}")
        return Plan(Fleet(int(models), int(pods)), chosen)


@dataclass(frozen=True)
class ClusterPlan:
    part: str
    size: int

    @staticmethod
    def parse(text: str) -> ClusterPlan:
        part, _, size = text.partition(":")
        if part not in CLUSTER or (size and not size.isdigit()) or size == "0":
            raise argparse.ArgumentTypeError(f"{text!r} is not PART or PART:SIZE with a part of {', '.join(CLUSTER)}")
        return ClusterPlan(part, int(size or CLUSTER[part][1]))

    def run(self, binary: Path, folder: Path, report: Report) -> None:
        print(f"== in a cluster: {self.part}, {self.size}", flush=True)
        report.add(CLUSTER[self.part][0](binary, folder, self.size))


class Report:
    def __init__(self) -> None:
        self.tables: list[str] = []
        self.costs: list[refresh.Cost] = []

    def add(self, table: str) -> None:
        print(table, flush=True)
        self.tables.append(table)

    def end(self) -> str:
        costs = [refresh.report(self.costs)] if self.costs else []
        return "\n\n".join(["", "== results", *self.tables, *costs])


def run(plan: Plan, binary: Path, folder: Path, report: Report) -> None:
    print(f"== {plan.fleet.title}: {', '.join(part for part in PARTS if part in plan.parts)}", flush=True)
    with Rig(binary, folder, plan.fleet) as rig:
        if "cold-start" in plan.parts:
            report.add(cold_start.measure(rig))
        if "instructions" in plan.parts:
            report.add(instructions.measure(rig))
        if not plan.parts - {"cold-start", "instructions"}:
            return
        adapter = rig.start_adapter()
        body = adapter.wait_answer(plan.fleet.metric_path(0))
        if "refresh" in plan.parts:
            report.costs.append(refresh.observe(rig, adapter))
            print(refresh.report(report.costs[-1:]), flush=True)
        if plan.parts & {"nginx", "disturbances"}:
            nginx = rig.start_nginx(body)
        if "nginx" in plan.parts:
            report.add(beside_nginx.measure(rig, adapter, nginx))
        if "disturbances" in plan.parts:
            report.add(disturbances.measure(rig, adapter, nginx))


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description="Benchmarks of the adapter; docs/performance.md says how to read them.")
    parser.add_argument("adapter", type=Path, help="the release binary")
    parser.add_argument("--fleet", type=Plan.parse, action="append", metavar="MODELSxPODS:PART,...",
                        help=f"a fleet and what to measure on it, of {', '.join(PARTS)}; without it: {' '.join(STANDARD)}")
    parser.add_argument("--cluster", type=ClusterPlan.parse, action="append", metavar="PART[:SIZE]",
                        help="what to measure in a real control plane: step (SIZE rounds of each kind), fleet (SIZE autoscalers), watch (SIZE variants); "
                        "all of it where neither option is given")
    arguments = parser.parse_args()
    everything = not arguments.fleet and not arguments.cluster
    plans = arguments.fleet or map(Plan.parse, STANDARD if everything else ())
    cluster_plans = arguments.cluster or map(ClusterPlan.parse, CLUSTER if everything else ())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # children are ended on the way out
    folder = Path(tempfile.mkdtemp(prefix="inferno-bench-"))
    folder.chmod(0o755)  # nginx's workers are nobody's
    report = Report()
    try:
        for number, plan in enumerate(plans):
            run(plan, arguments.adapter.resolve(), folder / f"{number}", report)
        for number, plan in enumerate(cluster_plans):
            plan.run(arguments.adapter.resolve(), folder / f"cluster-{number}", report)
    except BaseException:
        print(f"logs are kept in {folder}", file=sys.stderr)
        raise
    shutil.rmtree(folder)
    print(report.end())
    return 0


if __name__ == "__main__":
    sys.exit(main())
