"""What services that can't be run here are known to do, acted out in front of a real Prometheus: the answers are those of Prometheus all
the same."""
from __future__ import annotations

import json
import ssl
from typing import Callable

from harness import certificates
from harness.cluster import LLM, Variant
from harness.waiting import eventually

from outages import WITH_HOSTS
from proxy import Exchange, pass_on
from scene import Party, SceneTestCase, server_context
from scraped_fleet import Pod
from tcp_proxy import TcpProxy

CREDENTIALS = "Basic bWU6cy9lY3JldA=="
ABSOLUTE_NAME = "prometheus.test."


def google(exchange: Exchange) -> None:
    """Managed Service for Prometheus: unknown arguments are refused, metric names must be exact, an empty result is null."""
    unknown = exchange.form.keys() - {"query", "start", "end", "step", "timeout"}
    if unknown or "__name__=~" in exchange.query:
        message = f'Invalid JSON payload received. Unknown name "{unknown.pop()}": Cannot bind query parameter.' if unknown else "not exact"
        exchange.answer(400, json.dumps({"error": {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}}, indent=2).encode())
        return
    code, body = exchange.ask()
    document = json.loads(body)
    document["data"]["result"] = document["data"]["result"] or None
    exchange.answer(code, json.dumps(document).encode())


def tenancy(exchange: Exchange) -> None:
    """OpenShift's port 9092: the namespace is looked for in the URL only. Credentials, too, are somebody else's to rotate."""
    if exchange.headers["Authorization"] != CREDENTIALS:
        exchange.answer(401, b"Unauthorized\n")
    elif exchange.url_arguments != {"namespace": LLM}:
        exchange.answer(400, b"Bad Request. The request or configuration is malformed.\n")
    else:
        pass_on(exchange)


def infos_among_warnings(exchange: Exchange) -> None:
    """Prometheus 2.48 to 2.53."""
    code, body = exchange.ask()
    remark = 'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "tgi_request_success"'
    exchange.answer(code, json.dumps({**json.loads(body), "warnings": [remark]}).encode())


class RecordedBackends(SceneTestCase):
    server_names: list[str | None]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fleet.set("idle", Pod())
        cls.fleet.set("busy", Pod(running=40, waiting=6, kv=0.9))
        cls.set_scene([Variant("idle"), Variant("busy")], ["idle"], [])
        credentials = cls.class_folder / "credentials"
        credentials.write_text(CREDENTIALS + "\n")
        cls.join("google", google, "--series-kv-usage", "vllm:kv_cache_usage_perc")
        cls.join("tenancy", tenancy, "--prometheus-query-parameter", f"namespace={LLM}",
                 "--prometheus-header-file", f"Authorization: {credentials}")
        cls.join("infos", infos_among_warnings)
        cls.join_by_absolute_name()
        cls.parties_wait_ready()

    @classmethod
    def join(cls, name: str, behaviour: Callable[[Exchange], None], *flags: str) -> None:
        cls.add_party(name, flags=flags).proxy.act_out(behaviour)

    @classmethod
    def join_by_absolute_name(cls) -> None:
        """With TLS. The resolver gets the dot at the end of the name, nobody else."""
        hosts = cls.class_folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {ABSOLUTE_NAME}\n")
        authority = certificates.self_signed(cls.class_folder, "authority")
        context = server_context(certificates.signed_by(
            authority, cls.class_folder, "server", "/CN=prometheus", f"subjectAltName=DNS:{ABSOLUTE_NAME.rstrip('.')}"))
        cls.server_names = []
        context.sni_callback = cls.record_server_name
        way = TcpProxy(cls.prometheus.port, context)
        cls.addClassCleanup(way.close)
        cls.add_party("absolute", f"https://{ABSOLUTE_NAME}:{way.port}", ("--prometheus-ca-file", str(authority.certificate)),
                      [*WITH_HOSTS, str(hosts)])

    @classmethod
    def record_server_name(cls, _socket: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        cls.server_names.append(name)

    def test_each_is_answered_as_by_prometheus(self) -> None:
        def settled(party: Party) -> bool:
            eventually("what is idle goes to zero", lambda: party.desired("idle") == 0)
            return party.desired("busy") == 2 and not party.report("busy")["signals"]["failedQueries"]

        self.assertEqual(self.everyone(settled), {name: True for name in ("google", "tenancy", "infos", "absolute")})

    def test_the_server_name_has_no_dot_at_its_end(self) -> None:
        eventually("a handshake", lambda: self.server_names)
        self.assertEqual(set(self.server_names), {ABSOLUTE_NAME.rstrip(".")})
