"""An HTTPS client on one kept-alive connection, and what metrics API answers look like."""
from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any, Mapping

from harness.waiting import PATIENCE

CUSTOM = "/apis/custom.metrics.k8s.io/v1beta2"
RESOURCE = "variantautoscalings.llmd.ai"
DESIRED = "inferno_desired_replicas"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "")

    def json(self) -> Any:
        return json.loads(self.body)

    def value(self) -> str:
        """Of a list with one metric value."""
        (item,) = self.json()["items"]
        return item["value"]


class Client:
    """Not thread safe. Connects when first used, and again after the server has closed. `headers` go with every request."""

    def __init__(self, port: int, context: ssl.SSLContext, headers: Mapping[str, str] | None = None, address: str = "127.0.0.1") -> None:
        self._headers = dict(headers or {})
        self._connection = http.client.HTTPSConnection(address, port, timeout=PATIENCE, context=context)

    def request(self, method: str, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        try:
            self._connection.request(method, target, headers={**self._headers, **(headers or {})})
            response = self._connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except BaseException:
            self._connection.close()
            raise

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.request("GET", target, headers)

    def metric(self, namespace: str, name: str, metric: str = DESIRED) -> Answer:
        return self.get(metric_path(namespace, name, metric))

    def report(self, namespace: str, name: str) -> Any:
        """The explained decision; AssertionError when there is none."""
        answer = self.get(f"/debug/decisions/{namespace}/{name}")
        if answer.status != 200:
            raise AssertionError(f"no report of {namespace}/{name}: {answer.status} {answer.body!r}")
        return answer.json()

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def metric_path(namespace: str, name: str, metric: str = DESIRED) -> str:
    return f"{CUSTOM}/namespaces/{namespace}/{RESOURCE}/{name}/{metric}"
