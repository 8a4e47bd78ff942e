"""The node on which the pods of an installation run, with the parts of scheduler and kubelet that they need.

Pods that name no node come here. Each runs as a process (container.py), is Ready when its own readiness probe is answered, and ends as the
kubelet ends it: by SIGTERM after its preStop sleep. A container that ends by itself isn't started again: that is a fault to find.
"""
from __future__ import annotations

import datetime
import http.client
import ssl
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping

from harness.child import Child

from cluster.api import Api, ApiError
from cluster.machine import container
from cluster.machine.log_server import LogServer
from cluster.machine.network import MACHINE, pod_address
from cluster.machine.references import NotSupported, References
from cluster.machine.services import Services

NAME = "machine"
PAUSE = 0.2  # seconds between two looks at the pods
PROBE_TIMEOUT = 2.0  # seconds
SERVICE_ENVIRONMENT = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}


@dataclass
class RunningPod:
    item: Any
    address: str
    child: Child
    started: str
    ready: bool | None = None  # None: not told yet
    end_at: float | None = None  # by the monotonic clock, of the preStop sleep
    asked_to_end: bool = field(default=False)


class Machine:
    """Thread safe. `started` is told of each process."""

    def __init__(self, api: Api, folder: Path, services: Services, started: Callable[[Child], None]) -> None:
        self._api, self._folder, self._services, self._started = api, folder, services, started
        folder.mkdir()
        self._pods: dict[str, RunningPod] = {}  # by uid
        self._count = 0
        self._stop = threading.Event()
        self.children: list[Child] = []  # of all pods that there ever were
        self.problems: list[str] = []  # what makes a run worthless
        self._logs = LogServer(folder, self._log_of)
        api.create("/api/v1/nodes", {
            "apiVersion": "v1", "kind": "Node", "metadata": {"name": NAME},
            "status": {"addresses": [{"type": "InternalIP", "address": str(MACHINE)}],
                       "daemonEndpoints": {"kubeletEndpoint": {"Port": self._logs.port}},
                       "conditions": [{"type": "Ready", "status": "True", "reason": "Started", "message": "",
                                       "lastHeartbeatTime": _now(), "lastTransitionTime": _now()}]}})
        # Not the caller's: containers die with the thread that started them.
        self._thread = threading.Thread(target=self._run, name="machine", daemon=True)
        self._thread.start()

    def running(self) -> list[RunningPod]:
        return list(self._pods.values())

    def close(self) -> None:
        """Ends what still runs."""
        self._stop.set()
        self._thread.join()
        self._logs.close()

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                self._look()
            except (OSError, http.client.HTTPException, ApiError):
                continue  # the API server is busy or gone, or an object is not there yet: the next look tells
            except (NotSupported, KeyError, ValueError) as problem:
                self.problems.append(repr(problem))
                self._stop.wait()
        for pod in self.running():
            pod.child.ask_to_end()
        for pod in self.running():
            pod.child.end()

    def _look(self) -> None:
        listed = {pod["metadata"]["uid"]: pod for pod in self._api.get("/api/v1/pods")["items"]}
        for uid in [uid for uid in self._pods if uid not in listed]:
            self._pods.pop(uid).child.end()  # deleted by force
        for uid, pod in listed.items():
            if not pod["spec"].get("nodeName"):
                self._bind(pod)
            elif pod["spec"]["nodeName"] == NAME:
                self._serve(uid, pod)

    def _bind(self, pod: Any) -> None:
        metadata = pod["metadata"]
        self._api.create(f"{_path(pod)}/binding", {
            "apiVersion": "v1", "kind": "Binding", "metadata": {"name": metadata["name"]},
            "target": {"apiVersion": "v1", "kind": "Node", "name": NAME}})

    def _serve(self, uid: str, pod: Any) -> None:
        known = self._pods.get(uid)
        if pod["metadata"].get("deletionTimestamp"):
            self._end(uid, pod, known)
        elif known is None:
            self._pods[uid] = self._start(pod)
        else:
            self._probe(known)

    def _start(self, pod: Any) -> RunningPod:
        self._count += 1
        address = pod_address(self._count)
        child = container.start(self._folder / str(self._count), pod, address,
                                References(self._api, pod, address, SERVICE_ENVIRONMENT), self._services.hosts(pod["metadata"]["namespace"]))
        self.children.append(child)
        self._started(child)
        return RunningPod(pod, address, child, _now())

    def _probe(self, pod: RunningPod) -> None:
        (main,) = pod.item["spec"]["containers"]
        alive = pod.child.running()
        ready = alive and all(answer == 200 for answer in probe(pod, "readinessProbe"))
        if ready != pod.ready:
            pod.ready = ready
            self._api.merge(f"{_path(pod.item)}/status", {"status": _status(pod, main, alive)})

    def _end(self, uid: str, pod: Any, known: RunningPod | None) -> None:
        if known is not None and known.child.running():
            (main,) = pod["spec"]["containers"]
            if known.end_at is None:
                sleep = main.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
                known.end_at = time.monotonic() + sleep
            if time.monotonic() >= known.end_at and not known.asked_to_end:
                known.child.ask_to_end()
                known.asked_to_end = True
            return
        self._pods.pop(uid, None)
        self._api.request("DELETE", f"{_path(pod)}?gracePeriodSeconds=0")

    def _log_of(self, namespace: str, name: str) -> Path | None:
        found = [pod.child.log for pod in self.running()
                 if (pod.item["metadata"]["namespace"], pod.item["metadata"]["name"]) == (namespace, name)]
        return found[0] if found else None


def probe(pod: RunningPod, kind: str) -> list[int]:
    """The code that this probe gets, 0 where it gets none; nothing where the pod has no such probe."""
    (main,) = pod.item["spec"]["containers"]
    if kind not in main:
        return []
    if "httpGet" not in main[kind]:
        raise NotSupported(f"{kind} without httpGet")
    wanted: Mapping[str, Any] = main[kind]["httpGet"]
    ports = {port["name"]: port["containerPort"] for port in main.get("ports", [])}
    address, port = pod.address, ports.get(wanted["port"], wanted["port"])
    connection: http.client.HTTPConnection
    if wanted.get("scheme") == "HTTPS":
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # as the kubelet asks
        connection = http.client.HTTPSConnection(address, port, timeout=PROBE_TIMEOUT, context=context)
    else:
        connection = http.client.HTTPConnection(address, port, timeout=PROBE_TIMEOUT)
    try:
        connection.request("GET", wanted.get("path", "/"))
        return [connection.getresponse().status]
    except (OSError, http.client.HTTPException):
        return [0]
    finally:
        connection.close()


def _status(pod: RunningPod, main: Any, alive: bool) -> Any:
    ready = str(bool(pod.ready))
    state = {"running": {"startedAt": pod.started}} if alive else {"terminated": {"exitCode": 1, "reason": "Error"}}
    return {
        "phase": "Running", "podIP": pod.address, "podIPs": [{"ip": pod.address}], "hostIP": str(MACHINE), "startTime": pod.started,
        "conditions": [{"type": kind, "status": value, "lastTransitionTime": _now()} for kind, value in (
            ("PodScheduled", "True"), ("Initialized", "True"), ("ContainersReady", ready), ("Ready", ready))],
        "containerStatuses": [{"name": main["name"], "image": main["image"], "imageID": "", "restartCount": 0, "ready": bool(pod.ready),
                               "started": alive, "state": state}],
    }


def _path(pod: Any) -> str:
    return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
