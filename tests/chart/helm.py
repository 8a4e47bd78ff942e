"""helm, and the chart as it renders without a cluster."""
from __future__ import annotations

import json
import subprocess
import tempfile
import unittest
from functools import lru_cache
from typing import Any

import yaml

from cluster.built import ROOT, NotBuilt, built

CHART = ROOT / "charts/workload-variant-autoscaler"
RELEASE = "workload-variant-autoscaler"
NAMESPACE = "workload-variant-autoscaler-system"
CONTROLLER = f"{RELEASE}-controller"


class Refused(Exception):
    """What helm said instead of rendering."""


@lru_cache
def program() -> str:
    return str(built("helm") / "bin/helm")


def run(*arguments: str) -> str:
    """Its output. Refused with what it says where it fails."""
    done = subprocess.run([program(), *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(done.stderr)
    return done.stdout


class ChartTestCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        try:
            program()
        except NotBuilt as error:
            raise unittest.SkipTest(str(error)) from error


class Rendered:
    """The objects of one rendering."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.objects = [item for item in yaml.safe_load_all(text) if item]

    def kinds(self) -> set[str]:
        return {item["kind"] for item in self.objects}

    def named(self, kind: str, name: str) -> Any:
        """The one object of that kind and name."""
        (found,) = [item for item in self.objects if item["kind"] == kind and item["metadata"]["name"] == name]
        return found

    def of_kind(self, kind: str) -> list[Any]:
        return [item for item in self.objects if item["kind"] == kind]

    @property
    def deployment(self) -> Any:
        return self.named("Deployment", CONTROLLER)

    @property
    def pod(self) -> Any:
        return self.deployment["spec"]["template"]["spec"]

    @property
    def container(self) -> Any:
        (container,) = self.pod["containers"]
        return container

    @property
    def arguments(self) -> list[str]:
        return self.container["args"]


def render(values: Any = None, *arguments: str, release: str = RELEASE, namespace: str = NAMESPACE) -> Rendered:
    """`values` as a values file would have them."""
    return _render(json.dumps(values or {}), arguments, release, namespace)


@lru_cache
def _render(values: str, arguments: tuple[str, ...], release: str, namespace: str) -> Rendered:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(values)
        file.flush()
        return Rendered(run("template", release, str(CHART), "--namespace", namespace, "--values", file.name, *arguments))
