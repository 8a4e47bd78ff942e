"""Ends what a test started, and shows the logs of a test that failed."""
from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Mapping, Sequence

from harness.adapter import Adapter
from harness.child import Child
from harness.client import Answer
from harness.empty_prometheus import EmptyPrometheus


class ProcessTestCase(unittest.TestCase):
    """Children that start() of the class or the test got must end with code 0 when asked to."""

    maxDiff = None
    class_folder: Path
    _class_children: list[Child]
    _set_up = False  # whether the class was, so that its tests could run

    @classmethod
    def setUpClass(cls) -> None:
        cls.class_folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="inferno-test-")))
        cls._class_children = []

    def run(self, result: unittest.TestResult | None = None) -> unittest.TestResult | None:
        with tempfile.TemporaryDirectory(prefix="inferno-test-") as folder:
            self.folder = Path(folder)
            self._children: list[Child] = []
            type(self)._set_up = True
            before = _problems(result)
            super().run(result)
            if _problems(result) > before:
                for child in (*self._class_children, *self._children):
                    _show_log(self.id(), child)
        return result

    @classmethod
    def own_by_class(cls, child: Child) -> Child:
        cls._class_children.append(child)
        cls.addClassCleanup(cls._end, child)
        return child

    @classmethod
    def _end(cls, child: Child) -> None:
        code = child.end()
        if code != 0 or not cls._set_up:
            _show_log(cls.__name__, child)
        if code != 0:
            raise AssertionError(f"exit code of {child.name}: {code}")

    def own(self, child: Child) -> Child:
        self._children.append(child)
        self.addCleanup(self._check_end, child)
        return child

    def adapter(self, cluster: Path, prometheus_url: str, flags: Sequence[str] = (), environment: Mapping[str, str] | None = None,
                prefix: Sequence[str] = ()) -> Adapter:
        """One that is ready."""
        name = f"inferno-adapter-{len(self._children)}"
        adapter = Adapter(self.folder, cluster, prometheus_url, flags, environment, prefix, name)
        self.own(adapter.child)
        return adapter.wait_ready()

    def empty_prometheus(self) -> EmptyPrometheus:
        prometheus = EmptyPrometheus()
        self.addCleanup(prometheus.close)
        return prometheus

    def _check_end(self, child: Child) -> None:
        self.assertEqual(child.end(), 0, f"exit code of {child.name}")

    def assert_status(self, answer: Answer, code: int, reason: str, *words: str) -> Any:
        """A metav1.Status with this code and reason, whose message has these words. Returns it."""
        self.assertEqual((answer.status, answer.content_type), (code, "application/json"), answer.body)
        status = answer.json()
        self.assertEqual(
            {key: status.get(key) for key in ("kind", "apiVersion", "status", "code", "reason")},
            {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason})
        for word in words:
            self.assertIn(word, status["message"])
        return status


def _problems(result: unittest.TestResult | None) -> int:
    return 0 if result is None else len(result.failures) + len(result.errors)


def _show_log(test: str, child: Child) -> None:
    text = child.text() if child.log.exists() else "(gone)"
    print(f"\n---- log of {child.name} ({test})\n{text}---- end of log", file=sys.stderr, flush=True)
