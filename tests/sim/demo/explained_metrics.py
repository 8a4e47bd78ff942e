"""The metrics API as the HPA stand-in asks it, with the adapter's reason read right after each value.

Right after, because the stand-in acts on the value at once: a moment later the reason would be that of the next decision.
"""
from __future__ import annotations

from hpa.client import ApiClient, ApiError


class ExplainedMetrics:
    """Not thread safe."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._reasons: dict[tuple[str, str], str] = {}

    def metric(self, namespace: str, name: str, metric: str) -> float:
        value = self._client.metric(namespace, name, metric)
        try:
            reason = str(self._client.decision(namespace, name).get("reason", "no reason given"))
        except ApiError as error:
            reason = str(error)
        self._reasons[namespace, name] = reason
        return value

    def reason(self, namespace: str, name: str) -> str:
        """Of the newest value."""
        return self._reasons[namespace, name]
