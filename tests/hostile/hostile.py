"""An adapter, a client that behaves, and a way to send what no client should."""
from __future__ import annotations

import json
import os
import resource
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from harness.adapter import Adapter
from harness.client import DESIRED, metric_path
from harness.cluster import LLM, ClusterFolder, Variant
from harness.empty_prometheus import EmptyPrometheus
from harness.load import Load, until_complete
from harness.raw import RawConnection
from harness.testcase import ProcessTestCase
from harness.waiting import PATIENCE, eventually

METRIC = metric_path(LLM, "llama")
SANITIZED = bool(os.environ.get("INFERNO_SANITIZE"))


@dataclass(frozen=True)
class RawAnswer:
    """One HTTP answer as it came."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            field, _, value = line.partition(":")
            if field.lower() == name.lower():
                return value.strip()
        return None


def answers_in(data: bytes) -> list[RawAnswer]:
    """All answers of one connection; AssertionError where the bytes are something else."""
    answers = []
    while data:
        head, separator, rest = data.partition(b"\r\n\r\n")
        if not separator or not head.startswith(b"HTTP/1.1 "):
            raise AssertionError(f"no HTTP answer: {data[:200]!r}")
        answer = RawAnswer(int(head.split(b" ", 2)[1]), head.decode("ascii"), b"")
        length = int(answer.header("Content-Length") or "0")
        answers.append(RawAnswer(answer.status, answer.head, rest[:length]))
        data = rest[length:]
    return answers


class HostileTestCase(ProcessTestCase):
    """One adapter per class, with the flags of the class."""

    flags: Sequence[str] = ()
    adapter_: Adapter

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        prometheus = EmptyPrometheus()
        cls.addClassCleanup(prometheus.close)
        cluster = ClusterFolder(cls.class_folder)
        cluster.put(Variant("llama", replicas=3))
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        cls.adapter_ = Adapter(cls.class_folder, cluster.path, prometheus.url, cls.flags, prefix=("prlimit", f"--nofile={most}:{most}"))
        cls.own_by_class(cls.adapter_.child)
        cls.adapter_.wait_ready()

    def raw(self, context: ssl.SSLContext | None = None) -> RawConnection:
        return RawConnection(self.adapter_.port, context or self.adapter_.context())

    def exchange(self, data: bytes, context: ssl.SSLContext | None = None) -> list[RawAnswer]:
        """What is answered to these bytes until the server closes."""
        with self.raw(context) as connection:
            try:
                connection.send(data)
            except OSError:
                pass  # it has heard enough
            return answers_in(connection.read_to_end())

    def assert_raw_status(self, answer: RawAnswer, code: int, reason: str | None) -> Mapping[str, Any]:
        self.assertEqual((answer.status, answer.header("Content-Type")), (code, "application/json"), answer)
        status = json.loads(answer.body)
        self.assertEqual({key: status.get(key) for key in ("kind", "status", "code", "reason")},
                         {"kind": "Status", "status": "Failure", "code": code, "reason": reason})
        return status

    def good_clients(self) -> Load:
        """Stay connected and keep asking; have had their first answers."""
        load = Load(self.adapter_.port, self.adapter_.context(), METRIC, 2, right=is_right)
        eventually("good clients are served", until_complete(load, 2))
        return load

    def assert_served(self, load: Load) -> None:
        """From now on as before, without one answer that was missing or wrong."""
        eventually("good clients are served still", until_complete(load, 20))
        load.stop()
        self.assertEqual((load.cut, load.closed, load.refused), ([], 0, 0))

    def resident_kilobytes(self) -> int:
        for line in Path(f"/proc/{self.adapter_.child.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

    def connect(self) -> socket.socket:
        """TCP, without TLS."""
        connection = socket.create_connection(("127.0.0.1", self.adapter_.port), PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a request doesn't wait for the handshake's acknowledgement
        return connection


def is_right(body: bytes) -> bool:
    """The metric of the one variant that there is."""
    document = json.loads(body)
    (item,) = document["items"]
    return (document["kind"], item["describedObject"]["name"], item["metric"]["name"], item["value"]) == ("MetricValueList", "llama", DESIRED, "3")
