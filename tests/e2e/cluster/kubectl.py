"""The kubectl command, as one user."""
from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

import yaml
from harness.waiting import PATIENCE


@dataclass(frozen=True)
class Output:
    text: str
    warnings: str  # what it wrote to stderr


class Kubectl:
    """Thread safe."""

    def __init__(self, binary: Path, kubeconfig: Path) -> None:
        self._command = [str(binary), f"--kubeconfig={kubeconfig}", f"--cache-dir={kubeconfig.parent / 'kubectl-cache'}"]

    def run(self, *arguments: str, given: str | None = None) -> Output:
        """Of a command that must succeed; `given` is its stdin."""
        done = subprocess.run([*self._command, *arguments], input=given, capture_output=True, text=True, check=False, timeout=2 * PATIENCE)
        if done.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(arguments)} failed with code {done.returncode}: {done.stderr}")
        return Output(done.stdout, done.stderr)

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "-o", "json").text)

    def raw(self, path: str) -> Any:
        return json.loads(self.run("get", "--raw", path).text)

    def apply(self, documents: str | Iterable[Any]) -> None:
        """YAML text, or objects."""
        self.run("apply", "-f", "-", given=documents if isinstance(documents, str) else yaml.safe_dump_all(documents))

    def kustomize(self, folder: Path) -> list[Any]:
        """The objects of a kustomization."""
        return list(yaml.safe_load_all(self.run("kustomize", str(folder)).text))
