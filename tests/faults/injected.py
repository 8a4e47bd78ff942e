"""Ways in which Prometheus fails, for Proxy.act_out()."""
from __future__ import annotations

import json
import re

from proxy import Exchange, Fault, pass_on

GIGABYTE = 1 << 30
FOREVER = 3600.0  # seconds; a fault ends when it is lifted
ROW = b'{"metric":{"namespace":"llm","model_name":"busy"},"values":[[1,"1"]]},'


def stall(exchange: Exchange) -> None:
    """Takes the request and says nothing."""
    exchange.close()
    exchange.lifted(FOREVER)


def trickle(exchange: Exchange) -> None:
    """Begins a valid answer and goes on a byte at a time, so that something always moves."""
    exchange.close()
    exchange.begin(200, {"Connection": "close"})
    while not exchange.lifted(0.1):
        exchange.write(b" ")


def status(code: int, body: bytes = b"something went wrong\n", content_type: str = "text/plain") -> Fault:
    return lambda exchange: exchange.answer(code, body, {"Content-Type": content_type})


def prometheus_error(code: int, kind: str, message: str) -> Fault:
    """As Prometheus itself reports an error."""
    return status(code, json.dumps({"status": "error", "errorType": kind, "error": message}).encode(), "application/json")


def redirect(location: str) -> Fault:
    return lambda exchange: exchange.answer(302, b"", {"Location": location})


def garbage(exchange: Exchange) -> None:
    exchange.answer(200, b"<html><body>Welcome to the load balancer</body></html>", {"Content-Type": "text/html"})


def not_http(exchange: Exchange) -> None:
    exchange.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    exchange.close()


def cut_connection(exchange: Exchange) -> None:
    """The connection breaks in the middle of the answer."""
    code, body = exchange.ask()
    exchange.begin(code, {"Content-Length": str(len(body))})
    exchange.write(body[:len(body) // 2])
    exchange.close()


def cut_json(exchange: Exchange) -> None:
    """The answer is whole for HTTP and half for JSON."""
    code, body = exchange.ask()
    exchange.answer(code, body[:len(body) // 2])


def endless(exchange: Exchange) -> None:
    """Valid as far as it goes."""
    exchange.close()
    exchange.begin(200, {"Connection": "close"})
    exchange.write(b'{"status":"success","data":{"resultType":"matrix","result":[')
    while not exchange.lifted(0):
        exchange.write(ROW * 512)


def gigabyte(exchange: Exchange) -> None:
    """As large as it says, for who reads on."""
    exchange.close()
    exchange.begin(200, {"Content-Length": str(GIGABYTE)})
    exchange.write(b'{"status":"success","data":{"resultType":"matrix","result":[')
    for _ in range(GIGABYTE // len(ROW) // 512):
        exchange.write(ROW * 512)


def partial(exchange: Exchange) -> None:
    """As Thanos does when a store is away: what there is, with a warning."""
    code, body = exchange.ask()
    document = json.loads(body)
    document["warnings"] = ["store 10.0.0.7 is not reachable"]
    exchange.answer(code, json.dumps(document).encode())


def where(pattern: str, fault: Fault) -> Fault:
    """Only for queries whose text matches."""
    compiled = re.compile(pattern)
    return lambda exchange: (fault if compiled.search(exchange.query) else pass_on)(exchange)


def clock_off_by(seconds: float) -> Fault:
    """A Prometheus whose clock is ahead of this machine's: its Date, and the times of all it has stored."""
    def answer(exchange: Exchange) -> None:
        for name in ("start", "end"):
            exchange.form[name] = f"{float(exchange.form[name]) - seconds:.3f}"
        code, body = exchange.ask()
        document = json.loads(body)
        for series in document.get("data", {}).get("result", []):
            for sample in series["values"]:
                sample[0] += seconds
        exchange.answer(code, json.dumps(document).encode(), clock_offset=seconds)
    return answer
