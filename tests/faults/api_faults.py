"""Every way in which an adapter can lose the API server, and how it ends."""
from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from harness import certificates
from harness.certificates import Pair

import api_proxy
from api_proxy import ApiFault, ApiProxy
from cluster.control_plane import ControlPlane
from scene import server_context
from tcp_proxy import TcpProxy, Wire


@dataclass(frozen=True)
class ApiOutage(ABC):
    title: str

    @abstractmethod
    def way(self, plane: ControlPlane, server: Pair) -> TcpProxy | ApiProxy: ...

    @abstractmethod
    def begin(self, way: TcpProxy | ApiProxy, impostor: Pair) -> None: ...

    def end(self, way: TcpProxy | ApiProxy, whole: bool) -> None:
        """`whole`: however long the adapter takes to notice what nothing tells it of."""
        way.lift()


@dataclass(frozen=True)
class OnTheWire(ApiOutage):
    """Below TLS."""

    wire: Wire

    def way(self, plane: ControlPlane, server: Pair) -> TcpProxy:
        return TcpProxy(plane.admin.port)

    def begin(self, way: TcpProxy | ApiProxy, impostor: Pair) -> None:
        assert isinstance(way, TcpProxy)
        way.act_out(self.wire)
        if self.wire is not Wire.SWALLOW:
            way.drop_connections()  # a quiet watch would not notice


class HalfOpen(OnTheWire):
    def end(self, way: TcpProxy | ApiProxy, whole: bool) -> None:
        assert isinstance(way, TcpProxy)
        way.lift()
        if not whole:
            way.drop_connections()


class Refused(OnTheWire):
    def begin(self, way: TcpProxy | ApiProxy, impostor: Pair) -> None:
        assert isinstance(way, TcpProxy)
        way.refuse()


class Impostor(OnTheWire):
    def begin(self, way: TcpProxy | ApiProxy, impostor: Pair) -> None:
        assert isinstance(way, TcpProxy)
        way.impersonate(server_context(impostor))

    def end(self, way: TcpProxy | ApiProxy, whole: bool) -> None:
        way.lift()


@dataclass(frozen=True)
class Acted(ApiOutage):
    """By an HTTP server in place of the API server."""

    fault: ApiFault

    def way(self, plane: ControlPlane, server: Pair) -> ApiProxy:
        return ApiProxy(plane.admin.port, server_context(server), plane.admin.trust())

    def begin(self, way: TcpProxy | ApiProxy, impostor: Pair) -> None:
        assert isinstance(way, ApiProxy)
        way.act_out(self.fault)


class Silent(Acted):
    def end(self, way: TcpProxy | ApiProxy, whole: bool) -> None:
        assert isinstance(way, ApiProxy)
        way.lift()
        if not whole:
            way.drop_connections()


API_OUTAGES: dict[str, ApiOutage] = {
    "down": Refused("not running, connections refused", Wire.PASS),
    "half-open": HalfOpen("half-open connections: nothing passes", Wire.SWALLOW),
    "dripping": OnTheWire("slow drip of every byte", Wire.DRIP),
    "reset": OnTheWire("reset in the middle of an answer", Wire.RESET),
    "truncated": OnTheWire("cut in the middle of a packet", Wire.TRUNCATE),
    "corrupt": OnTheWire("bits of the answer are wrong", Wire.CORRUPT),
    "impostor": Impostor("a certificate of another authority", Wire.PASS),
    "status-429": Acted("429 with Retry-After", api_proxy.status(429, {"Retry-After": "1"})),
    "status-500": Acted("500", api_proxy.status(500)),
    "status-503": Acted("503", api_proxy.status(503)),
    "redirect": Acted("a redirect", api_proxy.status(302, {"Location": "https://elsewhere.example/"})),
    "garbage": Acted("an HTML page", api_proxy.garbage),
    "gigabyte": Acted("answers of 1 GB", api_proxy.gigabyte),
    "silent": Silent("watches stay silent", api_proxy.silent_watch),
    "gone": Acted("410 Gone to every watch", api_proxy.gone),
}


def other_authority(plane: ControlPlane) -> Pair:
    return certificates.self_signed(plane.folder, "impostor")
