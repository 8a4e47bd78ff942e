"""A TLS connection on which a test decides each byte."""
from __future__ import annotations

import socket
import ssl
import threading

from harness.waiting import PATIENCE


class RawConnection:
    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._socket = context.wrap_socket(socket.create_connection(("127.0.0.1", port), PATIENCE), server_hostname="127.0.0.1")

    def peer_name(self) -> str:
        """CN of the server's certificate."""
        subject = dict(pair for group in self._socket.getpeercert()["subject"] for pair in group)
        return subject["commonName"]

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def read_to_end(self) -> bytes:
        """All that comes until the server closes, in whatever way."""
        received = b""
        try:
            while piece := self._socket.recv(65536):
                received += piece
        except (ConnectionResetError, ssl.SSLEOFError):
            pass
        return received

    def ended(self) -> threading.Event:
        """Set once the server has closed; reads in the background from now on."""
        event = threading.Event()

        def watch() -> None:
            self.read_to_end()
            event.set()
        threading.Thread(target=watch, daemon=True).start()
        return event

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> RawConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
