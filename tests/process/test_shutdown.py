"""SIGTERM in the middle of everything: whatever is half done, the program ends with code 0, and under a sanitizer without a report."""
from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Sequence

from harness.adapter import Adapter, Program
from harness.cluster import LLM, ClusterFolder, Variant, scale_to_zero
from harness.silent_server import SilentServer
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

GRACE = "300ms"  # for what never ends by itself
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: silent
contexts: [{{name: silent, context: {{cluster: silent, user: nobody}}}}]
clusters: [{{name: silent, cluster: {{server: "https://127.0.0.1:{port}", insecure-skip-tls-verify: true}}}}]
users: [{{name: nobody, user: {{token: none}}}}]
"""
HALF_AN_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"status":"success","data":{"resultType":"matrix"'


class Shutdown(ProcessTestCase):
    def silent(self, beginning: bytes = b"") -> SilentServer:
        server = SilentServer(beginning)
        self.addCleanup(server.close)
        return server

    def serve(self, prometheus_url: str, flags: Sequence[str] = ()) -> Adapter:
        cluster = ClusterFolder(self.folder)
        cluster.put(Variant("llama"))
        return self.adapter(cluster.path, prometheus_url, ["--shutdown-grace-period", GRACE, "--prometheus-timeout", "1m", *flags])

    def ask(self, adapter: Adapter) -> threading.Thread:
        """For the metric; what comes of it is no matter here."""
        def asking() -> None:
            try:
                adapter.client().metric(LLM, "llama")
            except OSError:
                pass
        thread = threading.Thread(target=asking)
        thread.start()
        self.addCleanup(thread.join)
        return thread

    def in_cluster(self, port: int, flags: Sequence[str] = ()) -> Program:
        kubeconfig = self.folder / "kubeconfig"
        kubeconfig.write_text(KUBECONFIG.format(port=port))
        program = Program(self.folder, ["--kubeconfig", str(kubeconfig), "--secure-port", "0", "--bind-address", "127.0.0.1",
                                        "--prometheus-url", self.empty_prometheus().url, "--shutdown-grace-period", GRACE, *flags])
        self.own(program.child)
        return program

    def test_while_prometheus_says_nothing(self) -> None:
        prometheus = self.silent()
        adapter = self.serve(f"http://127.0.0.1:{prometheus.port}")
        self.ask(adapter)
        self.assertTrue(prometheus.asked.wait(10))
        self.assertEqual(adapter.child.end(), 0)

    def test_while_half_an_answer_of_prometheus_is_there(self) -> None:
        prometheus = self.silent(HALF_AN_ANSWER)
        adapter = self.serve(f"http://127.0.0.1:{prometheus.port}")
        self.ask(adapter)
        self.assertTrue(prometheus.asked.wait(10))
        self.assertEqual(adapter.child.end(), 0)

    def test_while_prometheus_does_not_finish_its_handshake(self) -> None:
        prometheus = self.silent()
        adapter = self.serve(f"https://127.0.0.1:{prometheus.port}")
        self.ask(adapter)
        self.assertTrue(prometheus.asked.wait(10))
        self.assertEqual(adapter.child.end(), 0)

    def test_while_a_client_does_not_finish_its_handshake(self) -> None:
        adapter = self.serve(self.empty_prometheus().url)
        with socket.create_connection(("127.0.0.1", adapter.port)) as client:
            client.sendall(b"\x16\x03\x01\x02\x00")  # a record's header, and nothing of it
            self.assertEqual(adapter.child.end(), 0)

    def test_while_the_directory_changes(self) -> None:
        adapter = self.serve(self.empty_prometheus().url)
        editor = Editor(self.folder / "cluster")
        self.addCleanup(editor.stop)
        eventually("policy was written often", lambda: editor.rounds > 20)
        self.assertEqual(adapter.child.end(), 0)

    def test_while_the_api_server_does_not_answer(self) -> None:
        api_server = self.silent()
        program = self.in_cluster(api_server.port)
        self.assertTrue(api_server.asked.wait(10))
        self.assertEqual(program.child.end(), 0)

    def test_while_a_gateway_does_not_answer(self) -> None:
        gateway = self.silent()
        program = self.in_cluster(self.silent().port, ["--wake-directly", "--gateway-metrics-url", f"http://127.0.0.1:{gateway.port}/metrics"])
        self.assertTrue(gateway.asked.wait(10))
        self.assertEqual(program.child.end(), 0)


class Editor:
    """Writes policy all the time."""

    def __init__(self, folder: Path) -> None:
        self.rounds = 0
        self._path, self._draft = folder / "policy.yaml", folder.parent / "policy.draft"
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._draft.write_text(scale_to_zero({"default": f"retention_period: {self.rounds % 50 + 1}m\n"}))
            self._draft.replace(self._path)
            self.rounds += 1
