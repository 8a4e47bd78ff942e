"""Every way in which an adapter can lose Prometheus altogether, and how it ends."""
from __future__ import annotations

import os
import signal
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from harness import certificates

import injected
from proxy import Fault
from scene import Party, SceneTestCase, server_context
from tcp_proxy import TcpProxy, Wire

LOST_NAME = "prometheus.test"
# In a mount namespace of its own, where /etc/hosts is a file of the test's.
WITH_HOSTS = ("unshare", "--map-root-user", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"')


@dataclass(frozen=True)
class Outage(ABC):
    title: str
    cause: str  # pattern that the refusal's message matches

    @property
    def lasts(self) -> float:
        """Seconds, at least; the end of patience with old answers comes first."""
        return 0.0

    def join(self, scene: type[SceneTestCase], name: str) -> Party:
        return scene.add_party(name)

    @abstractmethod
    def begin(self, party: Party) -> None: ...

    def end(self, party: Party) -> None:
        party.proxy.lift()


class Refused(Outage):
    def begin(self, party: Party) -> None:
        party.proxy.refuse()


@dataclass(frozen=True)
class Acted(Outage):
    """By an HTTP server in place of Prometheus."""

    fault: Fault

    def begin(self, party: Party) -> None:
        party.proxy.act_out(self.fault)


@dataclass(frozen=True)
class OnTheWire(Outage):
    """Below HTTP."""

    wire: Wire

    def join(self, scene: type[SceneTestCase], name: str) -> Party:
        return self.join_by(scene, name, TcpProxy(scene.prometheus.port))

    def join_by(self, scene: type[SceneTestCase], name: str, way: TcpProxy, flags: tuple[str, ...] = ()) -> Party:
        scene.addClassCleanup(way.close)
        party = scene.add_party(name, way.url, flags)
        party.way = way
        return party

    def begin(self, party: Party) -> None:
        party.tcp().act_out(self.wire)

    def end(self, party: Party) -> None:
        party.tcp().lift()


class Impostor(OnTheWire):
    """TLS, and suddenly the certificate of somebody else."""

    def join(self, scene: type[SceneTestCase], name: str) -> Party:
        authority = certificates.self_signed(scene.class_folder, "prometheus-ca")
        right = certificates.signed_by(authority, scene.class_folder, "prometheus-server", "/CN=prometheus")
        way = TcpProxy(scene.prometheus.port, server_context(right))
        return self.join_by(scene, name, way, ("--prometheus-ca-file", str(authority.certificate)))

    def begin(self, party: Party) -> None:
        party.tcp().impersonate(server_context(certificates.self_signed(party.folder, "impostor")))


class NameLost(Outage):
    """The address has changed, and the name does not resolve."""

    def join(self, scene: type[SceneTestCase], name: str) -> Party:
        hosts = self._hosts(scene.class_folder)
        hosts.write_text(f"127.0.0.1 localhost {LOST_NAME}\n")
        way = TcpProxy(scene.prometheus.port)
        scene.addClassCleanup(way.close)
        party = scene.add_party(name, f"http://{LOST_NAME}:{way.port}", prefix=[*WITH_HOSTS, str(hosts)])
        party.way = way
        return party

    def begin(self, party: Party) -> None:
        self._hosts(party.folder).write_text("127.0.0.1 localhost\n")
        party.tcp().refuse()

    def end(self, party: Party) -> None:
        party.tcp().lift()
        self._hosts(party.folder).write_text(f"127.0.0.1 localhost {LOST_NAME}\n")

    @staticmethod
    def _hosts(folder: Path) -> Path:
        return folder / "hosts"


class Paused(Outage):
    """The process of Prometheus stands still, and scrapes nothing either. INFERNO_PAUSED_SECONDS: for how long at least."""

    @property
    def lasts(self) -> float:
        return float(os.environ.get("INFERNO_PAUSED_SECONDS", "0"))

    def join(self, scene: type[SceneTestCase], name: str) -> Party:
        prometheus = scene.add_prometheus(name)
        party = scene.add_party(name, prometheus.url)
        party.prometheus = prometheus
        return party

    def begin(self, party: Party) -> None:
        party.prometheus_child().send_signal(signal.SIGSTOP)

    def end(self, party: Party) -> None:
        party.prometheus_child().send_signal(signal.SIGCONT)


OUTAGES: dict[str, Outage] = {
    "down": Refused("not running, connections refused", "Connection refused"),
    "stalled": Acted("takes the request and says nothing", "deadline exceeded while waiting for the answer", injected.stall),
    "half-open": OnTheWire("half-open connections: nothing passes", "deadline exceeded", Wire.SWALLOW),
    "trickling": Acted("slow drip of a valid answer", "deadline exceeded while receiving the answer", injected.trickle),
    "dripping": OnTheWire("slow drip of every byte", "deadline exceeded", Wire.DRIP),
    "reset": OnTheWire("reset in the middle of an answer", "Connection reset|cut off", Wire.RESET),
    "cut-connection": Acted("connection closed in the middle of an answer", "cut off", injected.cut_connection),
    "truncated": OnTheWire("cut in the middle of a packet", "cut off", Wire.TRUNCATE),
    "cut-json": Acted("half an answer, whole for HTTP", "not a whole JSON document: it ends too early", injected.cut_json),
    "corrupt": OnTheWire("bits of the answer are wrong", "not HTTP|cut off|not a whole JSON|HTTP status", Wire.CORRUPT),
    "garbage": Acted("an HTML page", "not a whole JSON document: expected a value at byte 1", injected.garbage),
    "not-http": Acted("another protocol", "not HTTP", injected.not_http),
    "status-400": Acted("400 with an error document", "unknown function", injected.prometheus_error(400, "bad_data", "unknown function")),
    "status-401": Acted("401", "HTTP status 401(?=.*credentials or token)", injected.status(401)),
    "status-429": Acted("429", "HTTP status 429", injected.status(429)),
    "status-500": Acted("500", "HTTP status 500", injected.status(500)),
    "status-503": Acted("503 with an error document", "TSDB is not ready", injected.prometheus_error(503, "unavailable", "TSDB is not ready")),
    "redirect": Acted("a redirect", "redirect to http://elsewhere.example/api", injected.redirect("http://elsewhere.example/api")),
    "endless": Acted("an answer that never ends", "larger than 262144 bytes", injected.endless),
    "gigabyte": Acted("an answer of 1 GB", "larger than 262144 bytes", injected.gigabyte),
    "impostor": Impostor("a certificate of another authority", "certificate", Wire.PASS),
    "name-lost": NameLost("its name does not resolve", "(?i)resolve|host not found|name or service"),
    "paused": Paused("its process is stopped (SIGSTOP)", "deadline exceeded"),
}

# Programs with sanitizers are many times slower, so only one outage of each kind is lived through at a time.
_KINDS = ("down", "stalled", "half-open", "trickling", "reset", "truncated", "cut-json", "corrupt", "not-http", "status-503", "redirect", "endless",
          "impostor")
LIVED_THROUGH = {name: OUTAGES[name] for name in _KINDS} if os.environ.get("INFERNO_SANITIZE") else OUTAGES
