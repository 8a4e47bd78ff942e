"""Clients that take connections, time or memory and give nothing: the others are served, and what was taken is given back."""
from __future__ import annotations

import contextlib
import resource
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from harness.raw import RawConnection
from harness.waiting import eventually

from hostile import SANITIZED, HostileTestCase

HEADER = b"GET /version HTTP/1.1\r\nHost: adapter\r\n"
BODY = b"POST /version HTTP/1.1\r\nHost: adapter\r\nContent-Length: 1000\r\n\r\n"


class Drip:
    """Sends a byte now and then, so that the connection is never idle, until the server has had enough."""

    INTERVAL = 0.1

    def __init__(self, connection: RawConnection, begin: bytes) -> None:
        self._connection = connection
        connection.send(begin)
        self.ended = connection.ended()

    def send(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.send(b"x")


class SlowClients(HostileTestCase):
    flags = ["--header-timeout", "1s", "--threads", "1"]

    def test_drips_are_cut_by_a_deadline_for_the_whole_of_it(self) -> None:
        load = self.good_clients()
        with contextlib.ExitStack() as stack:
            drips = [Drip(stack.enter_context(self.raw()), begin) for begin in 20 * (HEADER, HEADER + b"X: ", BODY)]

            def all_cut() -> bool:
                for drip in drips:
                    if not drip.ended.is_set():
                        drip.send()
                time.sleep(Drip.INTERVAL)
                return all(drip.ended.is_set() for drip in drips)
            eventually("every drip is cut", all_cut)
            self.assert_served(load)

    def test_what_is_not_read_is_not_made(self) -> None:
        """Answers wait for the client, one at a time: many requests ahead of them cost no memory."""
        load = self.good_clients()
        before = self.resident_kilobytes()
        with contextlib.ExitStack() as stack:
            for _ in range(10):
                connection = stack.enter_context(self.raw())
                connection.send(500 * b"GET /openapi/v2 HTTP/1.1\r\nHost: adapter\r\n\r\n")
            self.assert_served(load)
            self.assertLess(self.resident_kilobytes() - before, (200 if SANITIZED else 16) * 1024)


class Floods(HostileTestCase):
    LIMIT = 40
    flags = ["--max-connections", str(LIMIT)]

    def test_beyond_the_limit_connections_are_turned_away(self) -> None:
        load = self.good_clients()
        with contextlib.ExitStack() as stack:
            idle = [stack.enter_context(self.connect()) for _ in range(10 * self.LIMIT)]
            self.assert_served(load)
            # Some more than the limit are let in, to be told so.
            eventually("most are turned away", lambda: len(closed(idle)) >= 9 * self.LIMIT - 64)

        def answered() -> bool:
            with self.adapter_.client() as client:
                return client.get("/version").status == 200
        eventually("there is room again", answered)

    def test_what_is_not_tls_ends_at_once(self) -> None:
        load = self.good_clients()
        for beginning in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + 65535 * b"x", b"\x80\x2e\x01\x00\x02" + 100 * b"\0", 100_000 * b"\0"):
            with self.subTest(beginning[:16]), self.connect() as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(beginning)
                    while connection.recv(65536):
                        pass
        self.assert_served(load)


def closed(connections: list[socket.socket]) -> list[socket.socket]:
    """Those that the other side has ended."""
    ended = []
    for connection in connections:
        connection.setblocking(False)
        try:
            if not connection.recv(1):
                ended.append(connection)
        except BlockingIOError:
            pass
        except OSError:
            ended.append(connection)
    return ended


class IdleConnections(HostileTestCase):
    """As many as a system may have that never asks again: each costs little, and none takes another's turn."""

    COUNT = min(500 if SANITIZED else 10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 500)
    KIBIBYTES = 128  # each at most; Asio's and OpenSSL's buffers alone take 68
    flags = ["--max-connections", str(COUNT + 100), "--idle-timeout", "10m", "--header-timeout", "2m"]

    def test_each_costs_little(self) -> None:
        self.raise_own_limit()
        before = self.resident_kilobytes()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        descriptors: list[int] = []
        lock = threading.Lock()

        def connect_some(count: int) -> None:
            for _ in range(count):
                tls = context.wrap_socket(self.connect())
                tls.sendall(b"GET /livez HTTP/1.1\r\nHost: adapter\r\n\r\n")
                answer = b""
                while not answer.endswith(b"ok"):
                    answer += tls.recv(4096)
                with lock:
                    descriptors.append(tls.detach())  # stays open, without what TLS takes on this side

        self.addCleanup(lambda: [socket.close(descriptor) for descriptor in descriptors])
        with ThreadPoolExecutor(4) as pool:
            for connected in [pool.submit(connect_some, self.COUNT // 4) for _ in range(4)]:
                connected.result()
        each = (self.resident_kilobytes() - before) / len(descriptors)
        print(f"{len(descriptors)} idle connections: {each:.1f} KiB each")
        if not SANITIZED:
            self.assertLess(each, self.KIBIBYTES)
        with self.adapter_.client() as client:
            text = client.get("/metrics").body.decode()
        self.assertRegex(text, rf"(?m)^inferno_adapter_http_connections {len(descriptors) + 1}$")
        self.assert_served(self.good_clients())

    def raise_own_limit(self) -> None:
        soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, most))
