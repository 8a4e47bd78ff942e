"""A server that takes connections and says at most the beginning of an answer: whoever asks it waits."""
from __future__ import annotations

import socket
import threading


class SilentServer:
    def __init__(self, beginning: bytes = b"") -> None:
        self.asked = threading.Event()  # bytes came
        self._beginning = beginning
        self._connections: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            self._connections.append(connection)
            threading.Thread(target=self._begin, args=(connection,), daemon=True).start()

    def _begin(self, connection: socket.socket) -> None:
        try:
            if connection.recv(65536):
                if self._beginning:
                    connection.sendall(self._beginning)
                self.asked.set()
        except OSError:
            pass  # the adapter has ended
