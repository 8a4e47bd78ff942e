"""Commands as users type them, with kubectl and helm on the path."""
from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

from harness.waiting import PATIENCE

from cluster.built import ROOT


@dataclass(frozen=True)
class Ran:
    code: int
    text: str
    errors: str

    def __str__(self) -> str:
        return f"code {self.code}\n{self.text}\n{self.errors}"


class Shell:
    """In the project's folder, as administrator. `home`: where the programs may keep files; it is made."""

    def __init__(self, programs: Sequence[Path], kubeconfig: Path, home: Path) -> None:
        home.mkdir()
        path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
        self._environment = {"PATH": path, "HOME": str(home), "KUBECONFIG": str(kubeconfig)}

    def run(self, script: str, environment: Mapping[str, str] | None = None) -> Ran:
        """Whatever comes of it."""
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, env={**self._environment, **(environment or {})}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False, timeout=4 * PATIENCE)
        return Ran(done.returncode, done.stdout, done.stderr)

    def need(self, script: str, environment: Mapping[str, str] | None = None) -> Ran:
        """What must succeed."""
        ran = self.run(script, environment)
        if ran.code != 0:
            raise AssertionError(f"{script}\n{ran}")
        return ran
