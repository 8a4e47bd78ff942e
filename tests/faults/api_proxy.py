"""Stands between an adapter and a real API server, at the level of HTTP, and passes everything on until it is given a fault."""
from __future__ import annotations

import http.client
import http.server
import json
import socket
import ssl
import threading
import urllib.parse
from typing import Callable

from harness.waiting import PATIENCE
from open_sockets import OpenSockets

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
GIGABYTE = 1 << 30


class ApiRequest:
    """One request, as a fault sees it."""

    def __init__(self, handler: http.server.BaseHTTPRequestHandler, owner: ApiProxy, body: bytes) -> None:
        self._handler, self._owner, self._body = handler, owner, body
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(handler.path).query)
        self.is_watch = query.get("watch", [""])[0] in ("1", "true")

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._handler.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **(headers or {}), "Content-Length": str(len(body))}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def pass_on(self, silent: bool = False) -> None:
        """`silent`: what the body says is kept back."""
        upstream = self._owner.connect()
        try:
            headers = {name: value for name, value in self._handler.headers.items() if name.lower() not in HOP_BY_HOP | {"host", "accept-encoding"}}
            upstream.request(self._handler.command, self._handler.path, self._body or None, headers)
            self._owner.note(upstream.sock, self._handler.connection)
            response = upstream.getresponse()
            self._handler.send_response_only(response.status)
            for name, value in response.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self._handler.send_header(name, value)
            self._handler.send_header("Transfer-Encoding", "chunked")
            self._handler.end_headers()
            self._handler.wfile.flush()
            while piece := response.read1(65536):
                if not silent:
                    self.write_chunk(piece)
            self.write_chunk(b"")
        finally:
            upstream.close()

    def begin_stream(self) -> None:
        self._handler.send_response_only(200)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()

    def write_chunk(self, piece: bytes) -> None:
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self._handler.wfile.flush()

    def wait_lifted(self) -> None:
        self._owner.lifted.wait(2 * PATIENCE)


ApiFault = Callable[[ApiRequest], None]


def status(code: int, headers: dict[str, str] | None = None) -> ApiFault:
    body = json.dumps({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": f"as told: {code}", "code": code}).encode()
    return lambda request: request.answer(code, body, headers)


def garbage(request: ApiRequest) -> None:
    request.answer(200, b"<html><body>Welcome to the load balancer</body></html>", {"Content-Type": "text/html"})


def silent_watch(request: ApiRequest) -> None:
    """Lists are answered; watches begin, and never say anything."""
    request.pass_on(silent=request.is_watch)


def gone(request: ApiRequest) -> None:
    """Lists are answered; every watch ends at once, for its resource version is too old."""
    if not request.is_watch:
        return request.pass_on()
    event = {"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired", "code": 410,
                                         "message": "too old resource version"}}
    request.begin_stream()
    request.write_chunk(json.dumps(event).encode() + b"\n")
    request.write_chunk(b"")


def gigabyte(request: ApiRequest) -> None:
    """A list that goes on and on; so does every event of a watch."""
    request.begin_stream()
    request.write_chunk(b'{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"')
    for _ in range(GIGABYTE >> 16):
        request.write_chunk(b"x" * 65536)


class ApiProxy:
    """Thread safe. `context`: of the server that the adapter sees; `trust` verifies the real one."""

    def __init__(self, upstream_port: int, context: ssl.SSLContext, trust: ssl.SSLContext) -> None:
        self._upstream_port, self._context, self._trust = upstream_port, context, trust
        self._fault: ApiFault = ApiRequest.pass_on
        self._sockets = OpenSockets()
        self.requests = 0  # since the fault began
        self.lifted = threading.Event()
        self.lifted.set()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def act_out(self, fault: ApiFault) -> None:
        """From now on; watches that have begun end."""
        self.lifted.clear()
        self._fault = fault
        self.requests = 0
        self.drop_connections()

    def lift(self) -> None:
        """Watches that are silent stay so."""
        self._fault = ApiRequest.pass_on
        self.lifted.set()

    def close(self) -> None:
        self.lifted.set()
        self._server.shutdown()
        self._server.server_close()
        self.drop_connections()

    def connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self._upstream_port, context=self._trust)

    def note(self, *sockets: socket.socket | None) -> None:
        self._sockets.add(*(one for one in sockets if one is not None))

    def drop_connections(self) -> None:
        self._sockets.drop()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                self.request.settimeout(PATIENCE)
                self.request = owner._context.wrap_socket(self.request, server_side=True)
                self.request.settimeout(None)
                owner.note(self.request)
                super().setup()

            def handle(self) -> None:
                try:
                    super().handle()
                except (OSError, ValueError, http.client.HTTPException):
                    self.close_connection = True  # one of the ends has gone, as it may

            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                owner.requests += 1
                owner._fault(ApiRequest(self, owner, body))

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        pass  # a handshake that failed, which is what some faults are about
