"""Stands between the adapter and a real Prometheus, and passes everything on until it is given a fault to act out."""
from __future__ import annotations

import email.utils
import http.client
import http.server
import socket
import threading
import time
import urllib.parse
from typing import Callable

from open_sockets import OpenSockets


class Exchange:
    """One request for a range query, as a fault sees it."""

    def __init__(self, handler: http.server.BaseHTTPRequestHandler, proxy: Proxy, upstream: http.client.HTTPConnection,
                 form: dict[str, str]) -> None:
        self._handler, self._proxy, self._upstream = handler, proxy, upstream
        self.form = form
        self.url_arguments = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(handler.path).query))
        self.headers = handler.headers

    @property
    def query(self) -> str:
        return self.form["query"]

    def ask(self) -> tuple[int, bytes]:
        """What Prometheus answers."""
        body = urllib.parse.urlencode(self.form)
        self._upstream.request("POST", "/api/v1/query_range", body, {"Content-Type": "application/x-www-form-urlencoded"})
        response = self._upstream.getresponse()
        return response.status, response.read()

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None, clock_offset: float = 0.0) -> None:
        self.begin(status, {"Content-Length": str(len(body)), **(headers or {})}, clock_offset)
        self.write(body)

    def begin(self, status: int, headers: dict[str, str], clock_offset: float = 0.0) -> None:
        self._handler.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self._handler.send_header(name, value)
        self._handler.send_header("Date", email.utils.formatdate(time.time() + clock_offset, usegmt=True))
        self._handler.end_headers()

    def write(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def close(self) -> None:
        """After this request."""
        self._handler.close_connection = True

    def lifted(self, timeout: float) -> bool:
        """Waits for the end of the fault, this long at most."""
        return self._proxy.wait_lifted(timeout)


Fault = Callable[[Exchange], None]


def pass_on(exchange: Exchange) -> None:
    exchange.answer(*exchange.ask())


class Proxy:
    """Thread safe. The port stays its own while it refuses connections."""

    def __init__(self, upstream_port: int) -> None:
        self._upstream_port = upstream_port
        self._lock = threading.Lock()
        self._connections = OpenSockets()
        self._fault: Fault = pass_on
        self._lifted = threading.Event()
        self._lifted.set()
        self._server = self._bind(0)
        self.port = self._server.server_address[1]
        self._listening = False
        self._listen()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def act_out(self, fault: Fault) -> None:
        self._lifted.clear()
        with self._lock:
            self._fault = fault

    def refuse(self) -> None:
        """As a Prometheus that is not running: open connections break, new ones are refused."""
        self._lifted.clear()
        self._stop()
        self._server = self._bind(self.port)

    def lift(self) -> None:
        """Ends any fault."""
        with self._lock:
            self._fault = pass_on
        self._lifted.set()
        self._listen()

    def wait_lifted(self, timeout: float) -> bool:
        return self._lifted.wait(timeout)

    def close(self) -> None:
        self._lifted.set()
        self._stop()

    def _listen(self) -> None:
        if self._listening:
            return
        self._listening = True
        self._server.server_activate()
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _stop(self) -> None:
        if self._listening:
            self._server.shutdown()
        self._listening = False
        self._server.server_close()
        self._connections.drop()

    def _bind(self, port: int) -> http.server.ThreadingHTTPServer:
        server = _Server(("127.0.0.1", port), self._handler(), bind_and_activate=False)
        server.server_bind()
        return server

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet

            def setup(self) -> None:
                super().setup()
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
                self._upstream = http.client.HTTPConnection("127.0.0.1", owner._upstream_port, timeout=30)
                owner._connections.add(self.connection)

            def finish(self) -> None:
                self._upstream.close()
                owner._connections.discard(self.connection)
                try:
                    super().finish()
                except OSError:
                    pass  # the adapter has gone, as it may

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
                with owner._lock:
                    fault = owner._fault
                fault(Exchange(self, owner, self._upstream, form))

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
