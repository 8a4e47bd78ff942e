"""SIGTERM and SIGINT: not ready, nothing more is accepted, what was asked is answered, exit 0."""
from __future__ import annotations

import signal
import threading
import time

from harness.adapter import Adapter
from harness.client import Answer, metric_path
from harness.cluster import LLM, ClusterFolder, Variant
from harness.empty_prometheus import EmptyPrometheus
from harness.load import Load, until_complete
from harness.raw import RawConnection
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

GRACE = 20.0  # seconds, unless a test says otherwise


class Drain(ProcessTestCase):
    def serve(self, *flags: str) -> tuple[Adapter, EmptyPrometheus]:
        cluster = ClusterFolder(self.folder)
        cluster.put(Variant("llama"))
        prometheus = self.empty_prometheus()
        return self.adapter(cluster.path, prometheus.url, ["--shutdown-grace-period", f"{GRACE:.0f}s", *flags]), prometheus

    def test_no_request_is_cut_by_sigterm(self) -> None:
        self._end_under_load(signal.SIGTERM)

    def test_no_request_is_cut_by_sigint(self) -> None:
        self._end_under_load(signal.SIGINT)

    def _end_under_load(self, number: signal.Signals) -> None:
        adapter, _ = self.serve()
        with adapter.client() as client:
            eventually("the first answer", lambda: client.metric(LLM, "llama").status == 200)
        path = metric_path(LLM, "llama")
        loads = [Load(adapter.port, adapter.context(), path, 6), Load(adapter.port, adapter.context(), path, 2, keep_alive=False)]
        for load in loads:
            eventually("load", until_complete(load, 50))
        asked_to_end = time.monotonic()
        adapter.child.send_signal(number)
        for load in loads:
            load.join()
        self.assertEqual(adapter.child.wait(), 0)
        self.assertLess(time.monotonic() - asked_to_end, GRACE)
        for load in loads:
            self.assertEqual(load.cut, [])
        self.assertEqual(loads[0].refused, 6)  # each stopped because nobody listens any more
        self.assertEqual(loads[0].closed, loads[0].connections)
        self.assertIn(f"{number.name}: draining", adapter.child.text())

    def test_readyz_fails_while_draining_and_livez_does_not(self) -> None:
        adapter, _ = self.serve()
        with adapter.client() as client:
            self.assertEqual((client.get("/readyz").status, client.get("/livez").status), (200, 200))
        with RawConnection(adapter.port, adapter.context()) as ready, RawConnection(adapter.port, adapter.context()) as live:
            # Requests that have begun keep their connections.
            ready.send(b"GET /readyz HTTP/1.1\r\n")
            live.send(b"GET /livez HTTP/1.1\r\n")
            adapter.child.send_signal(signal.SIGTERM)
            adapter.child.wait_for("SIGTERM: draining")
            ready.send(b"Host: adapter\r\n\r\n")
            live.send(b"Host: adapter\r\n\r\n")
            answer = ready.read_to_end()
            self.assertTrue(answer.startswith(b"HTTP/1.1 500 "), answer)
            self.assertIn(b"[-]shutdown failed: shutting down", answer)
            self.assertIn(b"Connection: close", answer)
            self.assertTrue(live.read_to_end().startswith(b"HTTP/1.1 200 "))
        self.assertEqual(adapter.child.wait(), 0)

    def test_a_request_that_waits_for_prometheus_is_answered(self) -> None:
        adapter, prometheus = self.serve("--prometheus-timeout", "10s")
        prometheus.hold()
        answers: list[Answer] = []
        asking = threading.Thread(target=lambda: answers.append(adapter.client().metric(LLM, "llama")))
        asking.start()
        self.assertTrue(prometheus.asked.wait(GRACE))
        adapter.child.send_signal(signal.SIGTERM)
        adapter.child.wait_for("SIGTERM: draining")
        prometheus.go_on()
        asking.join()
        self.assertEqual(adapter.child.wait(), 0)
        (answer,) = answers
        self.assertEqual((answer.status, answer.value(), answer.headers["Connection"]), (200, "1", "close"))

    def test_idle_connections_do_not_keep_it(self) -> None:
        adapter, _ = self.serve()
        with adapter.client() as client:
            self.assertEqual(client.get("/livez").status, 200)
            asked_to_end = time.monotonic()
            adapter.child.send_signal(signal.SIGTERM)
            self.assertEqual(adapter.child.wait(), 0)
            self.assertLess(time.monotonic() - asked_to_end, GRACE)

    def test_a_request_that_never_comes_is_cut_after_the_grace_period(self) -> None:
        adapter, _ = self.serve("--shutdown-grace-period", "500ms", "--header-timeout", "2m")
        with RawConnection(adapter.port, adapter.context()) as connection:
            connection.send(b"GET /livez HTTP/1.1\r\n")
            adapter.child.send_signal(signal.SIGTERM)
            self.assertEqual(connection.read_to_end(), b"")
        self.assertEqual(adapter.child.wait(), 0)
        self.assertIn("cut 1 connections after the grace period", adapter.child.text())
