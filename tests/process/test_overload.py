"""Clients that take without giving: they cost the others nothing, and no limit that is hit is the end."""
from __future__ import annotations

import os
import socket
import time
import unittest

from harness.adapter import Adapter
from harness.client import metric_path
from harness.cluster import LLM, ClusterFolder, Variant
from harness.load import Load, until_complete
from harness.raw import RawConnection
from harness.testcase import ProcessTestCase
from harness.waiting import PATIENCE, eventually

DESCRIPTORS = 64


class Overload(ProcessTestCase):
    def serve(self, *flags: str, prefix: tuple[str, ...] = ()) -> Adapter:
        cluster = ClusterFolder(self.folder)
        cluster.put(Variant("llama"))
        adapter = self.adapter(cluster.path, self.empty_prometheus().url, flags, prefix=prefix)
        with adapter.client() as client:
            eventually("the first answer", lambda: client.metric(LLM, "llama").status == 200)
        return adapter

    def test_a_client_that_stops_within_its_header_is_disconnected_and_others_are_served(self) -> None:
        adapter = self.serve("--header-timeout", "1s", "--threads", "1")
        with RawConnection(adapter.port, adapter.context()) as slow:
            load = Load(adapter.port, adapter.context(), metric_path(LLM, "llama"), 2)
            slow.send(b"GET /livez HTTP/1.1\r\nHost: ada")
            disconnected = slow.ended()
            eventually("others are served meanwhile", until_complete(load, 20))
            self.assertFalse(disconnected.is_set())
            eventually("the slow one is disconnected", disconnected.is_set)
            load.stop()
            self.assertEqual((load.cut, load.closed), ([], 0))

    def test_a_client_that_never_starts_tls_is_disconnected(self) -> None:
        adapter = self.serve("--header-timeout", "1s")
        connected = time.monotonic()
        with socket.create_connection(("127.0.0.1", adapter.port), timeout=PATIENCE) as silent:
            self.assertEqual(silent.recv(1), b"")
        self.assertLess(time.monotonic() - connected, 8)  # the option's default is 10 s

    def test_an_idle_connection_is_closed_in_order(self) -> None:
        adapter = self.serve("--idle-timeout", "1s")
        with RawConnection(adapter.port, adapter.context()) as connection:
            connection.send(b"GET /livez HTTP/1.1\r\nHost: adapter\r\n\r\n")
            self.assertTrue(connection.read_to_end().endswith(b"\r\n\r\nok"))

    # UndefinedBehaviorSanitizer looks at objects by way of a pipe, and takes them for broken where it can't make one.
    @unittest.skipIf(os.environ.get("INFERNO_SANITIZE") == "address", "this sanitizer needs file descriptors itself")
    def test_it_recovers_from_running_out_of_file_descriptors(self) -> None:
        adapter = self.serve(prefix=("prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"))
        with adapter.client() as kept:
            self.assertEqual(kept.get("/livez").status, 200)
            idle = [socket.create_connection(("127.0.0.1", adapter.port)) for _ in range(DESCRIPTORS)]
            try:
                adapter.child.wait_for("error cannot accept connections: Too many open files; next try in")
                self.assertEqual(kept.get("/livez").status, 200)  # who is connected is served
                self.assertEqual(kept.metric(LLM, "llama").status, 200)
            finally:
                for connection in idle:
                    connection.close()
        with adapter.client() as client:
            self.assertEqual(client.metric(LLM, "llama").value(), "1")
