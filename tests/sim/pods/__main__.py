"""The fleet in a cluster, as a pod: simulates what runs in the ready pods of one Deployment, and the gateway in front of them.

    python3 -m pods --deployment llama-8b --model meta/llama-3.1-8b

The Deployment is in the namespace of this pod, and its pods have the label app with its name. Prometheus scrapes this pod for all of them,
with honor_labels. Its service account must be allowed to list pods.
"""
from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from pathlib import Path

from prometheus_client import CollectorRegistry

from fleet.added_load import add_load
from fleet.clock import WallClock
from fleet.exposition import FleetCollector
from fleet.fleet import Fleet, ModelKey
from fleet.loop import FleetLoop
from fleet.profile import EngineProfile, PodProfile
from fleet.ready_pods import ready_pods
from fleet.server import SimulatorServer
from fleet.traffic import Lengths

from pods.service_account import MOUNTED, ServiceAccount

# Full, it runs 16 requests at 36 ms per token: 80 tokens take 2.9 s, so a replica finishes 5 of them a second.
POD = PodProfile(EngineProfile(max_num_seqs=16, num_gpu_blocks=320, base_latency=0.03, latency_per_request=0.0004), cold_start=0.0)
LENGTHS = Lengths(prompt=120, output=80, max_output=200)
POLL = 0.5  # seconds


def main() -> None:
    options = _options()
    account = ServiceAccount(options.credentials)
    model = ModelKey(account.namespace, options.model)
    loop = FleetLoop(Fleet(), None, WallClock())
    with loop.borrow() as fleet:
        fleet.add_deployment(options.deployment, model, POD)

    def add(name: str, rate: float, seconds: float) -> None:
        with loop.borrow() as fleet:
            add_load(fleet, {model.name: model}, LENGTHS, name, rate, seconds)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(FleetCollector(loop.borrow, time.time(), gateway_namespaces=True))
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    server = SimulatorServer(registry, add, (options.address, options.port))
    loop.start()
    print(f"simulates {options.deployment} in {model.namespace}; listening on port {server.port}", flush=True)
    path = f"/api/v1/namespaces/{model.namespace}/pods?labelSelector=app%3D{options.deployment}"
    while not stopping.wait(POLL):
        loop.check()
        try:
            pods = account.get(path)["items"]
        except OSError as error:  # the pods stay as they were
            print(f"can't list pods: {error}", file=sys.stderr, flush=True)
            continue
        with loop.borrow() as fleet:
            fleet.follow(ready_pods(pods))
    loop.stop()
    server.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="pods", description="simulates what runs in the pods of a Deployment")
    parser.add_argument("--deployment", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--address", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--credentials", type=Path, default=MOUNTED, help="folder with token, ca.crt and namespace")
    return parser.parse_args()


main()
