"""Requests made to be read differently by two servers, to get out of where they belong, or to be too much."""
from __future__ import annotations

import json

from harness.client import CUSTOM, DESIRED, RESOURCE
from harness.cluster import LLM

from hostile import METRIC, HostileTestCase

HOST = b"Host: adapter\r\n"
POST = b"POST /version HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
# What a request smuggler wants to have answered as a request of its own.
SMUGGLED = b"GET /livez HTTP/1.1\r\nHost: smuggled\r\nConnection: close\r\n\r\n"

# Each is answered 400, once, and then the connection is of no use: what follows is never looked at.
MALFORMED = {
    "length and coding": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 62\r\n\r\n",
    "two lengths in one field": POST + b"Content-Length: 0, 62\r\n\r\n",
    "a length with a sign": POST + b"Content-Length: +0\r\n\r\n",
    "a hexadecimal length": POST + b"Content-Length: 0x0\r\n\r\n",
    "a length beyond 64 bits": POST + b"Content-Length: 18446744073709551616\r\n\r\n",
    "an empty length": POST + b"Content-Length:\r\n\r\n",
    "two codings": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "chunked before another": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunked behind another": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "nearly chunked": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "quoted chunked": POST + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "chunked behind a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a coding in HTTP/1.0": b"POST /version HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "obs-fold": b"GET /version HTTP/1.1\r\n" + HOST + b"X-One: 1\r\n  2\r\n\r\n",
    "obs-fold that hides chunked": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a space before the first field": b"GET /version HTTP/1.1\r\n X-One: 1\r\n" + HOST + b"\r\n",
    "bare LF": b"GET /version HTTP/1.1\nHost: adapter\n\n",
    "bare LF between fields": b"GET /version HTTP/1.1\r\n" + HOST + b"X-One: 1\nX-Two: 2\r\n\r\n",
    "bare CR in a value": b"GET /version HTTP/1.1\r\n" + HOST + b"X-One: 1\rX-Two: 2\r\n\r\n",
    "NUL in a value": b"GET /version HTTP/1.1\r\n" + HOST + b"X-One: a\0b\r\n\r\n",
    "an escape character in a value": b"GET /version HTTP/1.1\r\n" + HOST + b"Audit-Id: \x1b[31m\r\n\r\n",
    "a field without a name": b"GET /version HTTP/1.1\r\n" + HOST + b": 1\r\n\r\n",
    "a field without a colon": b"GET /version HTTP/1.1\r\n" + HOST + b"X-One\r\n\r\n",
    "two hosts": b"GET /version HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "a host that is none": b"GET /version HTTP/1.1\r\nHost: adapter/x?@\r\n\r\n",
    "a chunk size with a sign": CHUNKED + b"+1\r\na\r\n0\r\n\r\n",
    "a chunk size with 0x": CHUNKED + b"0x1\r\na\r\n0\r\n\r\n",
    "a chunk size behind a space": CHUNKED + b" 1\r\na\r\n0\r\n\r\n",
    "a chunk size beyond 64 bits": CHUNKED + b"10000000000000000\r\na\r\n0\r\n\r\n",
    "a chunk longer than it says": CHUNKED + b"1\r\nab\r\n0\r\n\r\n",
    "a chunk extension with a bare LF": CHUNKED + b"1;a\nb\r\na\r\n0\r\n\r\n",
    "a length in a trailer": CHUNKED + b"0\r\nContent-Length: 5\r\n\r\n",
    "an old version": b"GET /version\r\n\r\n",
    "HTTP/2 without being asked": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a method that is no token": b"G@T /version HTTP/1.1\r\n" + HOST + b"\r\n",
    "two spaces": b"GET  /version HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target with a space": b"GET /version x HTTP/1.1\r\n" + HOST + b"\r\n",
}

# Bodies whose end nobody doubts: what follows them is a request.
CLEAR = {
    "a request in the body of a GET": b"GET /version HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    "the same length twice": POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "chunks with extensions": CHUNKED + b'3;a="b"\r\nabc\r\n00\r\n\r\n',
    "a trailer": CHUNKED + b"3\r\nabc\r\n0\r\nX-One: 1\r\n\r\n",
    "a request to upgrade": b"GET /version HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
}

NOT_FOUND, BAD = (404, "NotFound"), (400, "BadRequest")
ONE = f"{CUSTOM}/namespaces/{LLM}/{RESOURCE}"
PATHS = {
    "/livez/../metrics": NOT_FOUND,
    "/livez/%2e%2e/metrics": NOT_FOUND,
    "/%2e%2e/metrics": NOT_FOUND,
    "/livez%2f..%2fmetrics": NOT_FOUND,
    "/%c0%ae%c0%ae/metrics": NOT_FOUND,  # overlong UTF-8
    "/%c0%afmetrics": NOT_FOUND,
    "/..%5cmetrics": NOT_FOUND,
    "/METRICS": NOT_FOUND,
    "/metrics;x": NOT_FOUND,
    "/metrics%00": BAD,
    "/livez?x=%00": BAD,
    "/%": BAD,
    "/%u002e": BAD,
    "*": BAD,
    "metrics": BAD,
    "ftp://adapter/metrics": BAD,
    "/" + 10_000 * "/nope": (414, None),
    f"{ONE}/other%2fllama/{DESIRED}": NOT_FOUND,
    f"{ONE}/..%2f..%2fllama/{DESIRED}": NOT_FOUND,
    f"{ONE}/%22%0d%0aX-Injected:%201/{DESIRED}": NOT_FOUND,
    f"{ONE}/%ff%fe/{DESIRED}": NOT_FOUND,
    f"{ONE}/*/{DESIRED}?labelSelector=%0d%0aX-Injected:%201": BAD,
    f"/debug/decisions/{LLM}/%0d%0aX-Injected:%201": NOT_FOUND,
}


class Requests(HostileTestCase):
    def test_what_could_be_read_in_two_ways_is_refused(self) -> None:
        load = self.good_clients()
        for name, request in MALFORMED.items():
            with self.subTest(name):
                answers = self.exchange(request + SMUGGLED)
                self.assertEqual([answer.status for answer in answers], [400])
                self.assert_raw_status(answers[0], 400, "BadRequest")
                self.assertEqual(answers[0].header("Connection"), "close")
        self.assert_served(load)

    def test_the_end_of_every_other_body_is_where_it_is(self) -> None:
        for name, request in CLEAR.items():
            with self.subTest(name):
                answers = self.exchange(request + SMUGGLED)
                self.assertEqual(len(answers), 2, answers)
                self.assertEqual((answers[1].status, answers[1].body), (200, b"ok"))

    def test_a_path_leads_nowhere_else(self) -> None:
        for path, (code, reason) in PATHS.items():
            with self.subTest(path[:100]):
                (answer,) = self.exchange(f"GET {path} HTTP/1.1\r\nHost: adapter\r\nConnection: close\r\n\r\n".encode())
                self.assert_raw_status(answer, code, reason)
                self.assertIsNone(answer.header("X-Injected"))

    def test_the_absolute_form_names_no_other_server(self) -> None:
        (answer,) = self.exchange(f"GET https://elsewhere:1{METRIC} HTTP/1.1\r\nHost: adapter\r\nConnection: close\r\n\r\n".encode())
        self.assertEqual(json.loads(answer.body)["items"][0]["value"], "3")

    def test_too_much_of_anything(self) -> None:
        load = self.good_clients()
        long = 1_000_000 * b"x"
        for name, request, code, reason in (
            ("request line", b"GET /" + long, 414, None),
            ("field", b"GET /version HTTP/1.1\r\n" + HOST + b"X-One: " + long, 431, None),
            ("number of fields", b"GET /version HTTP/1.1\r\n" + HOST + 100_000 * b"X: 1\r\n", 431, None),
            ("body", POST + b"Content-Length: 1000000000\r\n\r\n" + long, 413, "RequestEntityTooLarge"),
            ("chunks", CHUNKED + b"ffffffff\r\n" + long, 413, "RequestEntityTooLarge"),
            ("chunk extension", CHUNKED + b"1;x=" + long, 431, None),
            ("trailer", CHUNKED + b"0\r\nX-One: " + long, 431, None),
            ("number of trailers", CHUNKED + b"0\r\n" + 100_000 * b"X: 1\r\n", 431, None),
        ):
            with self.subTest(name):
                (answer,) = self.exchange(request)
                self.assert_raw_status(answer, code, reason)
        self.assert_served(load)
