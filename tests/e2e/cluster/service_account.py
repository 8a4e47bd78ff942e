"""Service accounts and their tokens, also ones that the API server would not give out."""
from __future__ import annotations

import base64
import json
import subprocess
import time
from pathlib import Path
from typing import Any

from cluster.control_plane import ControlPlane
from cluster.kubeconfig import Access


def create(plane: ControlPlane, namespace: str, name: str) -> None:
    plane.api.create(f"/api/v1/namespaces/{namespace}/serviceaccounts",
                     {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}})


def token(plane: ControlPlane, namespace: str, name: str) -> str:
    """By TokenRequest, as the kubelet asks for it."""
    answer = plane.api.create(f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token",
                              {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}})
    return answer["status"]["token"]


def access(plane: ControlPlane, namespace: str, name: str) -> Access:
    return Access(plane.admin.port, plane.admin.ca_file, token=token(plane, namespace, name))


def expired(plane: ControlPlane, namespace: str, name: str) -> str:
    """A token that was good until a minute ago; none that lives for less than ten can be asked for."""
    header, claims = (json.loads(_decode(part)) for part in token(plane, namespace, name).split(".")[:2])
    now = int(time.time())
    claims |= {"iat": now - 660, "nbf": now - 660, "exp": now - 60}
    return _sign(header, claims, plane.service_account_key)


def _sign(header: Any, claims: Any, key: Path) -> str:
    """RS256 (RFC 7518), as its header says."""
    signed = ".".join(_encode(json.dumps(part).encode()) for part in (header, claims))
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(key)], input=signed.encode(), capture_output=True, check=True)
    return f"{signed}.{_encode(signature.stdout)}"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
