"""The control plane's programs, built once by scripts/build-control-plane.sh."""
from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def built(part: str) -> Path:
    """The folder of "kubernetes" or "keda". Builds it, for minutes, where that was never done."""
    done = subprocess.run([str(ROOT / "scripts/build-control-plane.sh"), part], stdout=subprocess.PIPE, text=True, check=True)
    return Path(done.stdout.strip())
