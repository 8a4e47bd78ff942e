"""A Prometheus that has no series at all, for tests that aren't about signals. `hold` keeps its answers back."""
from __future__ import annotations

import http.server
import threading

ANSWER = b'{"status":"success","data":{"resultType":"matrix","result":[]}}'


class EmptyPrometheus:
    def __init__(self) -> None:
        self._go_on = threading.Event()
        self._go_on.set()
        self.asked = threading.Event()  # since the last hold()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def hold(self) -> None:
        self.asked.clear()
        self._go_on.clear()

    def go_on(self) -> None:
        self._go_on.set()

    def close(self) -> None:
        self.go_on()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                owner.asked.set()
                owner._go_on.wait()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(ANSWER)))
                self.end_headers()
                self.wfile.write(ANSWER)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
