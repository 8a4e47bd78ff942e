"""Stands between a client and a server and passes bytes on, with or without TLS towards the client, until it is given a fault."""
from __future__ import annotations

import enum
import select
import socket
import ssl
import struct
import threading

from open_sockets import OpenSockets

DRIP = 0.1  # seconds between bytes
CHUNK = 65536


class Wire(enum.Enum):
    """What becomes of the bytes."""

    PASS = "pass"
    SWALLOW = "swallow"  # half open: connections stand and are accepted, and nothing passes
    RESET = "reset"  # in the middle of an answer, by RST
    TRUNCATE = "truncate"  # in the middle of an answer, orderly
    CORRUPT = "corrupt"  # bits of the answer are wrong
    DRIP = "drip"  # a byte at a time


class _Ended(Exception):
    pass


class TcpProxy:
    """Thread safe. The port stays its own while it refuses connections. `context`: of the server that a client sees, where that is TLS."""

    def __init__(self, upstream_port: int, context: ssl.SSLContext | None = None) -> None:
        self._upstream_port = upstream_port
        self._wire = Wire.PASS
        self._right_context = self._context = context
        self._connections = OpenSockets()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self._right_context else 'http'}://127.0.0.1:{self.port}"

    def act_out(self, wire: Wire) -> None:
        self._wire = wire

    def impersonate(self, context: ssl.SSLContext) -> None:
        """Another server answers from now on."""
        self._context = context
        self.drop_connections()

    def refuse(self) -> None:
        """As a server that is not running: open connections break, new ones are refused."""
        self._stop_listening()
        self.drop_connections()

    def lift(self) -> None:
        self._wire, self._context = Wire.PASS, self._right_context
        if self._listener.fileno() < 0:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def drop_connections(self) -> None:
        self._connections.drop()

    def close(self) -> None:
        self.refuse()

    def _stop_listening(self) -> None:
        if self._listener.fileno() >= 0:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            if self._context is not None:
                client.settimeout(10)
                client = self._context.wrap_socket(client, server_side=True)
                client.settimeout(None)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
            upstream = socket.create_connection(("127.0.0.1", self._upstream_port))
        except OSError:
            client.close()
            return
        self._connections.add(client, upstream)
        try:
            self._shuttle(client, upstream)
        except (OSError, _Ended):
            pass
        self._connections.discard(client, upstream)
        client.close()
        upstream.close()

    def _shuttle(self, client: socket.socket, upstream: socket.socket) -> None:
        """One thread for both directions: a socket that another thread reads from would not be reset by its close."""
        while True:
            readable = select.select([client, upstream], [], [])[0]
            for source in readable:
                data = source.recv(CHUNK)
                while isinstance(source, ssl.SSLSocket) and source.pending():
                    data += source.recv(CHUNK)
                if not data:
                    raise _Ended
                self._pass_on(client if source is upstream else upstream, data, source is upstream)

    def _pass_on(self, sink: socket.socket, data: bytes, is_answer: bool) -> None:
        wire = self._wire
        if wire is Wire.SWALLOW:
            return
        if wire is Wire.PASS or not is_answer:
            sink.sendall(data)
        elif wire is Wire.CORRUPT:
            sink.sendall(bytes(byte ^ 0x55 if index % 7 == 3 else byte for index, byte in enumerate(data)))
        elif wire is Wire.DRIP:
            self._drip(sink, data)
        else:
            sink.sendall(data[:len(data) // 2])
            if wire is Wire.RESET:  # by the close that follows
                sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _Ended

    def _drip(self, sink: socket.socket, data: bytes) -> None:
        sent = 0
        pause = threading.Event()
        while sent < len(data) and self._wire is Wire.DRIP:
            sink.sendall(data[sent:sent + 1])
            sent += 1
            pause.wait(DRIP)
        sink.sendall(data[sent:])
