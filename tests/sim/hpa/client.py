"""Reads the metrics API over HTTPS as the HPA's client does: one kept-alive connection, the server's certificate verified."""
from __future__ import annotations

import http.client
import json
import ssl
import urllib.parse
from pathlib import Path
from typing import Any

GROUP_VERSION = "/apis/custom.metrics.k8s.io/v1beta2"
RESOURCE = "variantautoscalings.llmd.ai"

# As resource.Quantity prints them; no other suffix is needed for counts.
QUANTITY_SUFFIXES = {"m": 1e-3, "k": 1e3, "M": 1e6}


class ApiError(Exception):
    """No usable answer; the message says why, in one line."""


class ApiClient:
    """Not thread safe. Loopback is never reached through a proxy, whatever the environment says."""

    def __init__(self, url: str, ca_file: Path, timeout: float = 2.0) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "https" or parts.hostname is None or parts.port is None:
            raise ValueError(f"wanted https://HOST:PORT, got {url}")
        self._connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=timeout, context=ssl.create_default_context(cafile=str(ca_file)))

    def metric(self, namespace: str, name: str, metric: str) -> float:
        """The value of a metric of one VariantAutoscaling."""
        path = f"{GROUP_VERSION}/namespaces/{namespace}/{RESOURCE}/{name}/{metric}"
        answer = self.get(path)
        try:
            (item,) = answer["items"]
            return parse_quantity(item["value"])
        except (KeyError, TypeError, ValueError) as error:
            raise ApiError(f"{path}: not a MetricValueList with one item: {error!r}") from error

    def decision(self, namespace: str, name: str) -> dict[str, Any]:
        return self.get(f"/debug/decisions/{namespace}/{name}")

    def get(self, path: str) -> Any:
        try:
            status, body = self._exchange(path)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise ApiError(f"{path}: {error or type(error).__name__}") from error
        try:
            document = json.loads(body)
        except ValueError as error:
            raise ApiError(f"{path}: HTTP {status}, not JSON") from error
        if status != 200:
            message = document.get("message") if isinstance(document, dict) else None
            raise ApiError(f"{path}: HTTP {status}: {message or document}")
        return document

    def close(self) -> None:
        self._connection.close()

    def _exchange(self, path: str) -> tuple[int, bytes]:
        self._connection.request("GET", path, headers={"Accept": "application/json"})
        response = self._connection.getresponse()
        return response.status, response.read()


def parse_quantity(text: str) -> float:
    factor = QUANTITY_SUFFIXES.get(text[-1:], None)
    return float(text) if factor is None else float(text[:-1]) * factor
