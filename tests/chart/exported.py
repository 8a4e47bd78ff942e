"""The series that the program really exports, from the /metrics of two processes: one that reads files and has decided, and one in a cluster
whose API server knows nothing and whose Prometheus isn't there."""
from __future__ import annotations

import http.server
import json
import re
import threading
from pathlib import Path
from typing import Any

from harness.adapter import BINARY, Adapter, Program
from harness.empty_prometheus import EmptyPrometheus
from harness.ports import free_port
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

from cluster.built import ROOT

SAMPLES = ROOT / "manifests/samples"
# These appear with the first event of their kind, which takes a whole cluster: tests/e2e/test_wake.py sees them.
AFTER_FIRST_EVENT = {"inferno_adapter_direct_wakes_total": {"outcome"}}

Series = dict[str, dict[str, set[str]]]  # values by label by name


class EmptyApiServer:
    """Lets everyone in, and knows no resource."""

    def __init__(self) -> None:
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def kubeconfig(self, file: Path) -> Path:
        file.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [{"name": "it", "cluster": {"server": f"http://127.0.0.1:{self._server.server_address[1]}"}}],
            "users": [{"name": "it", "user": {"token": "ours"}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}]}))
        return file

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": "none"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        kind = "TokenReview" if "tokenreviews" in self.path else "SubjectAccessReview"
        group = "authentication" if kind == "TokenReview" else "authorization"
        self.answer(201, {"kind": kind, "apiVersion": f"{group}.k8s.io/v1",
                          "status": {"authenticated": True, "user": {"username": "test"}, "allowed": True}})

    def answer(self, code: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Not on the test's output."""


class ExportedTestCase(ProcessTestCase):
    """`exported`: every series of the program, once a decision was made and a query failed."""

    exported: Series

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        prometheus, server = EmptyPrometheus(), EmptyApiServer()
        cls.addClassCleanup(prometheus.close)
        cls.addClassCleanup(server.close)
        objects = cls.class_folder / "objects"
        objects.mkdir()
        for sample in SAMPLES.iterdir():
            (objects / sample.name).write_text(sample.read_text().replace('"15m"', '"15 minutes"'))  # a configuration error
        deciding = Adapter(cls.class_folder, objects, prometheus.url)
        lonely = Program(cls.class_folder, [
            "--kubeconfig", str(server.kubeconfig(cls.class_folder / "kubeconfig")), "--bind-address", "127.0.0.1", "--secure-port", "0",
            "--prometheus-url", f"http://127.0.0.1:{free_port()}", "--wake-directly",
            "--gateway-metrics-url", f"http://127.0.0.1:{free_port()}/metrics"], name="lonely")
        for program in (deciding, lonely):
            cls.own_by_class(program.child)
            program.wait_ready()
        with deciding.client() as client:
            eventually("there is a decision", lambda: client.metric("llm-inference", "llama-8b-autoscaler").status == 200)
            cls.exported = _series(client.get("/metrics").body.decode())
        with lonely.client() as client:
            token = {"Authorization": "Bearer theirs"}
            client.get("/apis/custom.metrics.k8s.io/v1beta2/namespaces/a/variantautoscalings.llmd.ai/b/inferno_desired_replicas", token)
            failed = eventually("a query has failed", lambda: (
                found if "inferno_adapter_signal_failures_total" in (found := _series(client.get("/metrics", token).body.decode())) else None))
            for name, labels in failed.items():
                for label, values in labels.items():
                    cls.exported.setdefault(name, {}).setdefault(label, set()).update(values)
                cls.exported.setdefault(name, {})
        for name, labels_later in AFTER_FIRST_EVENT.items():
            assert name.encode() in Path(BINARY).read_bytes(), f"the program has no {name}"
            cls.exported.setdefault(name, {label: set() for label in labels_later})

    def assert_exported(self, expression: str, target_labels: frozenset[str] = frozenset({"job", "namespace", "pod"})) -> None:
        """The expression's selectors name series, labels and enumerated values that the program exports; `up` is Prometheus'."""
        selectors = re.findall(r"\b(\w+)\{([^}]*)\}", expression)
        self.assertTrue(selectors, expression)
        for name, matchers in selectors:
            if name == "up":
                continue
            self.assertIn(name, self.exported)
            for label, operator, value in re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"', matchers):
                if label in target_labels:
                    continue
                self.assertIn(label, self.exported[name], name)
                if label in ("outcome", "reason"):
                    self.assertLessEqual(set(value.split("|")), self.exported[name][label], f"{name}: {label}{operator}")


def _series(text: str) -> Series:
    found: Series = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.M):
        known = found.setdefault(name, {})
        for label, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels):
            known.setdefault(label, set()).add(value)
    return found
