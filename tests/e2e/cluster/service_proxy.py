"""What a Service does for its pods: one address, each new connection to one of the endpoints that take it, in turn."""
from __future__ import annotations

import itertools
import selectors
import socket
import threading
from typing import Sequence

from harness.waiting import PATIENCE

PIECE = 65536
Address = tuple[str, int]


class ServiceProxy:
    """Thread safe. An endpoint that refuses is passed over, as if its readiness had already taken it away."""

    def __init__(self, address: Address = ("127.0.0.1", 0)) -> None:
        self._endpoints: tuple[Address, ...] = ()
        self._turn = itertools.count()
        self._listener = socket.create_server(address)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def set_endpoints(self, ports: Sequence[int]) -> None:
        """Ports of loopback. Connections that there are stay where they are."""
        self.set_addresses([("127.0.0.1", port) for port in ports])

    def set_addresses(self, endpoints: Sequence[Address]) -> None:
        self._endpoints = tuple(endpoints)

    def close(self) -> None:
        # Wakes the thread that accepts; close() alone would not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            endpoint = self._connect()
            if endpoint is None:
                return
            with endpoint:
                try:
                    _exchange(client, endpoint)
                except OSError:
                    pass  # one of them is gone: so is the connection

    def _connect(self) -> socket.socket | None:
        endpoints, first = self._endpoints, next(self._turn)
        for index in range(len(endpoints)):
            try:
                return socket.create_connection(endpoints[(first + index) % len(endpoints)], PATIENCE)
            except OSError:
                continue
        return None


def _exchange(one: socket.socket, other: socket.socket) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select():
                source: socket.socket = key.fileobj  # type: ignore[assignment]
                piece = source.recv(PIECE)
                if not piece:
                    return
                key.data.sendall(piece)
