"""The control plane's programs, built once by scripts/build-control-plane.sh."""
from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class NotBuilt(Exception):
    """The message says what to run."""


def built(part: str) -> Path:
    """The folder of "kubernetes" or "keda"."""
    done = subprocess.run([str(ROOT / "scripts/build-control-plane.sh"), "--find", part], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotBuilt(f"{part}: {done.stderr.strip()}")
    return Path(done.stdout.strip())
