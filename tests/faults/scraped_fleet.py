"""Model server pods as Prometheus sees them: a page whose numbers the test decides."""
from __future__ import annotations

import http.server
import threading
from dataclasses import dataclass

from harness.cluster import LLM


@dataclass(frozen=True)
class Pod:
    """What one vLLM replica reports."""

    running: int = 0
    waiting: int = 0
    kv: float = 0.0
    finished: int = 100


class ScrapedFleet:
    """Thread safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pods: dict[str, list[Pod]] = {}
        self._queued: dict[str, int] = {}
        self.lines = ""  # further series, as they are
        self.scrapes = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def set(self, model: str, *pods: Pod, queued: int = 0) -> None:
        """All pods of a model, and what waits for it at the gateway."""
        with self._lock:
            self._pods[model] = list(pods)
            self._queued[model] = queued

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self) -> str:
        with self._lock:
            self.scrapes += 1
            lines = []
            for model, pods in self._pods.items():
                for index, pod in enumerate(pods):
                    labels = f'namespace="{LLM}",pod="{model}-7c9d8b6f5d-{index:05}",model_name="{model}",engine="0"'
                    lines += [
                        f"vllm:num_requests_running{{{labels}}} {pod.running}",
                        f"vllm:num_requests_waiting{{{labels}}} {pod.waiting}",
                        f"vllm:kv_cache_usage_perc{{{labels}}} {pod.kv}",
                        f'vllm:request_success_total{{{labels},finished_reason="stop"}} {pod.finished}',
                    ]
            for model, queued in self._queued.items():
                lines.append(f'inference_extension_flow_control_queue_size{{target_model_name="{model}"}} {queued}')
            return "".join(f"{line}\n" for line in lines) + self.lines

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = owner.page().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
