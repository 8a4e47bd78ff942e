"""A test that starts the program inside a root and asks it for a metric, as the HPA does."""
from __future__ import annotations

import os
import shutil
import ssl
from pathlib import Path
from typing import Sequence

import roots
from harness import certificates
from harness.child import Child
from harness.client import Client
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

PROGRAM = "/usr/bin/inferno-adapter"
SAMPLES = Path(os.environ.get("INFERNO_SAMPLES", ""))


class ServedTestCase(ProcessTestCase):
    def serve_samples(self, root: Path, flags: Sequence[str] = ()) -> Child:
        """With a certificate that it is given, nothing of the root writable, and no other user than the image's; it must end with code 0."""
        objects, tls = root / "srv/objects", root / "etc/inferno-adapter/tls"
        shutil.copytree(SAMPLES, objects)
        tls.mkdir(parents=True)
        pair = certificates.self_signed(self.folder, "serving")
        shutil.copy(pair.certificate, tls / "tls.crt")
        shutil.copy(pair.key, tls / "tls.key")
        for path in (*objects.iterdir(), *tls.iterdir()):
            path.chmod(0o444)
        prometheus = self.empty_prometheus()
        adapter = Child("inferno-adapter", [
            *roots.unprivileged(root), PROGRAM, "--standalone-dir", "/srv/objects", "--prometheus-url", prometheus.url, "--secure-port", "0",
            "--tls-cert-file", "/etc/inferno-adapter/tls/tls.crt", "--tls-private-key-file", "/etc/inferno-adapter/tls/tls.key", *flags],
            self.folder / "inferno-adapter.log")
        self.own(adapter)
        port = int(adapter.wait_for(r"listening on https://\S+:(\d+)").group(1))
        self.client = self.enterContext(Client(port, _trust(pair.certificate)))
        eventually("the first answer", lambda: self.client.metric("llm-inference", "llama-8b-autoscaler").status == 200)
        return adapter


def _trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))
