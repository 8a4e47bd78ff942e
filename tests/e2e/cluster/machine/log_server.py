"""The kubelet's answer to `kubectl logs`."""
from __future__ import annotations

import http.server
import ssl
import threading
from pathlib import Path
from typing import Callable

from harness import certificates

from cluster.machine.network import MACHINE


class LogServer:
    """`find`: the log of a pod, by namespace and name."""

    def __init__(self, folder: Path, find: Callable[[str, str], Path | None]) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                steps = self.path.partition("?")[0].split("/")  # /containerLogs/NAMESPACE/POD/CONTAINER
                log = find(steps[2], steps[3]) if steps[1] == "containerLogs" else None
                content = b"no such log\n" if log is None else log.read_bytes()
                self.send_response(404 if log is None else 200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        pair = certificates.self_signed(folder, "kubelet")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(pair.certificate), str(pair.key))
        self._server = http.server.ThreadingHTTPServer((str(MACHINE), 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="logs", daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
