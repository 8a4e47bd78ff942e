"""The Kubernetes API in a few lines, for what kubectl would be too slow for: watches, and many small reads."""
from __future__ import annotations

import http.client
import json
import urllib.parse
from typing import Any, Iterator, Mapping

from harness.client import Answer
from harness.waiting import PATIENCE

from cluster.kubeconfig import Access


class ApiError(AssertionError):
    def __init__(self, what: str, answer: Answer) -> None:
        super().__init__(f"{what}: {answer.status} {answer.body[:500]!r}")
        self.status = answer.status


class Api:
    """Thread safe: a connection for each request."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._context = access.context()

    def request(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Whatever the answer is."""
        connection = self._connect()
        try:
            content = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, None if body is None else json.dumps(body),
                               {**self._access.headers(), **content, **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        return self._need("GET", path)

    def create(self, path: str, body: Any) -> Any:
        return self._need("POST", path, body)

    def delete(self, path: str) -> Any:
        return self._need("DELETE", path)

    def merge(self, path: str, patch: Any) -> Any:
        return self._need("PATCH", path, patch, {"Content-Type": "application/merge-patch+json"})

    def watch(self, path: str, resource_version: str, seconds: int) -> Iterator[tuple[str, Any]]:
        """(type, object) of each event, until the server ends the watch."""
        query = urllib.parse.urlencode({"watch": 1, "resourceVersion": resource_version, "timeoutSeconds": seconds})
        connection = self._connect(seconds + PATIENCE)
        try:
            connection.request("GET", f"{path}?{query}", headers=self._access.headers())
            response = connection.getresponse()
            if response.status != 200:
                raise ApiError(f"watch of {path}", Answer(response.status, response.headers, response.read()))
            for line in response:
                event = json.loads(line)
                yield event["type"], event["object"]
        finally:
            connection.close()

    def _need(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        answer = self.request(method, path, body, headers)
        if not 200 <= answer.status < 300:
            raise ApiError(f"{method} {path}", answer)
        return answer.json()

    def _connect(self, timeout: float = PATIENCE) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self._access.port, timeout=timeout, context=self._context)
