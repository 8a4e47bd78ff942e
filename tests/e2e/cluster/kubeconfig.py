"""Credentials, and kubeconfig files that hold them."""
from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from pathlib import Path

from harness.certificates import Pair


@dataclass(frozen=True)
class Access:
    """An API server as one user reaches it: by a client certificate or by a token, or as nobody."""

    port: int
    ca_file: Path
    pair: Pair | None = None
    token: str | None = None

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def trust(self) -> ssl.SSLContext:
        """Verifies the server, as nobody."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def context(self) -> ssl.SSLContext:
        context = self.trust()
        if self.pair:
            context.load_cert_chain(str(self.pair.certificate), str(self.pair.key))
        return context

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def write(self, file: Path) -> Path:
        """As a kubeconfig file, which is YAML and so may be JSON."""
        user = {"token": self.token} if self.token else {}
        if self.pair:
            user |= {"client-certificate": str(self.pair.certificate), "client-key": str(self.pair.key)}
        file.write_text(json.dumps({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "e2e", "cluster": {"server": self.url, "certificate-authority": str(self.ca_file)}}],
            "users": [{"name": "user", "user": user}],
            "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": "user"}}],
            "current-context": "e2e",
        }, indent=1))
        return file
