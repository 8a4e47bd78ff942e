"""The connections that a proxy holds open, so that it can break them. Thread safe."""
from __future__ import annotations

import socket
import threading


class OpenSockets:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()

    def add(self, *sockets: socket.socket) -> None:
        with self._lock:
            self._sockets.update(sockets)

    def discard(self, *sockets: socket.socket) -> None:
        with self._lock:
            self._sockets.difference_update(sockets)

    def drop(self) -> None:
        with self._lock:
            for one in self._sockets:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # it has ended already
            self._sockets.clear()
