"""certs/make-certs.sh as a user runs it."""
from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "certs/make-certs.sh"
SERVICE = "inferno-adapter.workload-variant-autoscaler-system.svc"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(SCRIPT), *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)


def make(*arguments: str | Path) -> str:
    """Must succeed; what it printed."""
    done = run(*arguments)
    if done.returncode != 0:
        raise AssertionError(f"make-certs.sh {' '.join(map(str, arguments))}: code {done.returncode}: {done.stderr}")
    return done.stdout


def verifies(authorities: Path, certificate: Path, name: str) -> bool:
    """As a TLS client that asked for `name`, says openssl."""
    which = "-verify_ip" if name[-1].isdigit() or ":" in name else "-verify_hostname"
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", str(authorities), which, name, str(certificate)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
