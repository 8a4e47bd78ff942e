"""The adapter under test, in standalone mode, with two serving threads."""
from __future__ import annotations

from pathlib import Path
from typing import Sequence

from bench.rig.certificate import Certificate
from bench.rig.https import Https
from bench.rig.metrics_page import SAMPLE
from demo.processes import Child, free_port

THREADS = 2


class Adapter:
    def __init__(self, binary: Path, objects: Path, prometheus_url: str, certificate: Certificate, log: Path,
                 options: Sequence[str] = (), under: Sequence[str] = ()) -> None:
        self.port = free_port()
        self.child = Child("inferno-adapter", [
            *under, str(binary), "--standalone-dir", str(objects), "--bind-address", "127.0.0.1",
            "--secure-port", str(self.port), "--threads", str(THREADS), "--prometheus-url", prometheus_url,
            "--tls-cert-file", str(certificate.certificate), "--tls-private-key-file", str(certificate.key), *options,
        ], log)

    @property
    def pid(self) -> int:
        return self.child.pid

    def wait_answer(self, path: str, timeout: float = 60.0) -> bytes:
        """The first good answer."""
        return self.child.wait_until(f"an answer of {path}", lambda: self._try(path), timeout)

    def _try(self, path: str) -> bytes | None:
        client = Https(self.port)
        try:
            status, body = client.get(path)
        except OSError:
            return None
        finally:
            client.close()
        return body if status == 200 else None

    def metrics_page(self) -> bytes:
        client = Https(self.port)
        _, body = client.get("/metrics")
        client.close()
        return body

    def metrics(self) -> dict[str, float]:
        """Its own metrics, summed over labels. Buckets are left out."""
        totals: dict[str, float] = {}
        for name, _, value in SAMPLE.findall(self.metrics_page().decode()):
            if name.startswith("inferno_adapter_") and not name.endswith("_bucket"):
                totals[name] = totals.get(name, 0.0) + float(value)
        return totals
