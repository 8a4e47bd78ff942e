"""One certificate for the adapter and nginx: the same key, so the same handshake."""
from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path

    @staticmethod
    def make(folder: Path) -> Certificate:
        made = Certificate(folder / "tls.crt", folder / "tls.key")
        subprocess.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "7",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", made.key, "-out", made.certificate,
        ], check=True, stderr=subprocess.DEVNULL)
        return made
