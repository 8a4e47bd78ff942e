"""Clients that keep asking, and an account of what became of each request."""
from __future__ import annotations

import http.client
import select
import socket
import ssl
import threading
from typing import Callable

from harness.waiting import PATIENCE


class Load:
    """One thread per client. `keep_alive`: whether a client stays on its connection until the server closes it. `right`: what a body must be."""

    def __init__(self, port: int, context: ssl.SSLContext, path: str, clients: int, keep_alive: bool = True,
                 right: Callable[[bytes], bool] = bool) -> None:
        self._port, self._context, self._path, self._keep_alive, self._right = port, context, path, keep_alive, right
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.complete = 0  # whole answers with code 200
        self.connections = 0
        self.closed = 0  # connections that the server ended between requests, as it may
        self.refused = 0  # new connections that weren't taken: no request was on them
        self.cut: list[str] = []  # requests without a whole answer that is right
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        self.join()

    def join(self) -> None:
        """Until all clients have stopped, which they also do when they can't connect."""
        for thread in self._threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                raise AssertionError("a client got neither an answer nor an error")

    def _count(self, name: str) -> None:
        with self._lock:
            setattr(self, name, getattr(self, name) + 1)

    def _run(self) -> None:
        while not self._stop.is_set():
            connection = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=PATIENCE, context=self._context)
            try:
                connection.connect()
            except OSError:
                self._count("refused")
                return
            self._count("connections")
            self._converse(connection)
            connection.close()

    def _converse(self, connection: http.client.HTTPSConnection) -> None:
        while not self._stop.is_set():
            # TLS 1.3 without tickets: readable between requests means closed.
            if is_readable(connection.sock):
                return self._count("closed")
            try:
                connection.request("GET", self._path)
                response = connection.getresponse()
                body = response.read()
            except (OSError, http.client.HTTPException) as error:
                with self._lock:
                    self.cut.append(repr(error))
                return
            if response.status != 200 or len(body) != int(response.headers["Content-Length"]) or not self._right(body):
                with self._lock:
                    self.cut.append(f"{response.status} {body!r}")
            self._count("complete")
            if response.will_close:
                return self._count("closed")
            if not self._keep_alive:
                return


def is_readable(connection: socket.socket) -> bool:
    """Now; of any number of descriptors, as select() isn't."""
    poller = select.poll()
    poller.register(connection, select.POLLIN)
    return bool(poller.poll(0))


def until_complete(load: Load, more: int) -> Callable[[], bool]:
    """A condition: this many requests were answered after now."""
    before = load.complete
    return lambda: bool(load.cut) or load.complete >= before + more
