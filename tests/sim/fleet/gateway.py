"""The inference gateway in front of one model: holds requests while no replica is ready, else sends each to the least loaded one."""
from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Sequence

from fleet.pod import Pod
from fleet.request import Request


@dataclass(frozen=True)
class Router:
    """The names of an endpoint picker's series; a counter's without _total."""

    queue: str
    requests: str


INFERENCE_EXTENSION = Router("inference_extension_flow_control_queue_size", "inference_objective_request")
LLM_D = Router("llm_d_epp_flow_control_queue_size", "llm_d_epp_request")
ROUTERS = (INFERENCE_EXTENSION, LLM_D)


class Gateway:
    """Not thread safe. `received` counts what clients sent, once each; a retry isn't counted again."""

    def __init__(self, model: str, router: Router = INFERENCE_EXTENSION) -> None:
        self.model = model
        self.router = router
        self.queue: deque[Request] = deque()
        self.received = 0

    def receive(self, request: Request) -> None:
        self.received += 1
        self.queue.append(request)

    def retry(self, requests: Sequence[Request]) -> None:
        """A replica was lost with these: they go to the front and start over."""
        for request in requests:
            request.start_over()
        self.queue.extendleft(reversed(requests))

    def dispatch(self, ready: Sequence[Pod]) -> None:
        while self.queue and ready:
            min(ready, key=Pod.relative_load).submit(self.queue.popleft())
