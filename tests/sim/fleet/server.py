"""The simulator's HTTP port: GET /metrics for Prometheus, POST /load to play with.

    curl -X POST 'http://127.0.0.1:PORT/load?model=meta/llama-3.1-8b&rate=10&seconds=20'
"""
from __future__ import annotations

import http.server
import threading
import time
import urllib.parse
from typing import Callable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

# (model, requests per second, seconds); raises ValueError with a message for the caller.
AddLoad = Callable[[str, float, float], None]


class SimulatorServer:
    """Listens from construction to stop(); on a port of loopback that the system picks, unless told otherwise."""

    def __init__(self, registry: CollectorRegistry, add_load: AddLoad, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        self._registry = registry
        self.scrapes = 0
        self.first_scrape: float | None = None  # by time.monotonic

        class Handler(_Handler):
            page = staticmethod(self._page)
            load = staticmethod(add_load)

        self._server = http.server.ThreadingHTTPServer(address, Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="simulator-http", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _page(self) -> bytes:
        page = generate_latest(self._registry)
        self.scrapes += 1
        if self.first_scrape is None:
            self.first_scrape = time.monotonic()
        return page


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    page: Callable[[], bytes]
    load: AddLoad

    def do_GET(self) -> None:
        if urllib.parse.urlsplit(self.path).path != "/metrics":
            self._answer(404, b"only /metrics and POST /load are here\n", "text/plain")
            return
        self._answer(200, self.page(), CONTENT_TYPE_LATEST)

    def do_POST(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        if url.path != "/load":
            self._answer(404, b"only GET /metrics and POST /load are here\n", "text/plain")
            return
        query = dict(urllib.parse.parse_qsl(url.query))
        try:
            self.load(query["model"], float(query["rate"]), float(query["seconds"]))
        except KeyError as missing:
            self._answer(400, f"query parameter {missing} is missing; wanted: model, rate, seconds\n".encode(), "text/plain")
        except ValueError as error:
            self._answer(400, f"{error}\n".encode(), "text/plain")
        else:
            self._answer(200, b"ok\n", "text/plain")

    def log_message(self, format: str, *args: object) -> None:
        """A line per scrape helps nobody."""

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
