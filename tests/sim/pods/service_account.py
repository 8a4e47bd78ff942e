"""The Kubernetes API as a pod reaches it: with the token of its service account."""
from __future__ import annotations

import json
import os
import ssl
import urllib.request
from pathlib import Path
from typing import Any

MOUNTED = Path("/var/run/secrets/kubernetes.io/serviceaccount")
TIMEOUT = 5.0  # seconds


class ServiceAccount:
    """`folder` has the files that Kubernetes puts there: token, ca.crt, namespace."""

    def __init__(self, folder: Path = MOUNTED) -> None:
        self._folder = folder
        self._server = f"https://{os.environ['KUBERNETES_SERVICE_HOST']}:{os.environ['KUBERNETES_SERVICE_PORT']}"
        self._context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        self.namespace = (folder / "namespace").read_text().strip()

    def get(self, path: str) -> Any:
        """OSError where it can't be had. The token is read each time: Kubernetes replaces it every hour."""
        token = (self._folder / "token").read_text().strip()
        request = urllib.request.Request(self._server + path, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=TIMEOUT, context=self._context) as answer:
            return json.load(answer)
