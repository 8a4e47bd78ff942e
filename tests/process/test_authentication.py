"""Who may ask: bearer tokens of a file and client certificates of a CA; health checks are for everybody."""
from __future__ import annotations

import os
import socket
from typing import Sequence

from harness import certificates
from harness.adapter import Adapter
from harness.certificates import Pair
from harness.client import metric_path
from harness.cluster import LLM, ClusterFolder, Variant
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

METRIC = metric_path(LLM, "llama")


class Authentication(ProcessTestCase):
    def setUp(self) -> None:
        self.tokens = self.folder / "tokens.csv"
        self._write_tokens("secret-1")
        self.authority = certificates.self_signed(self.folder, "authority")

    def serve(self, flags: Sequence[str]) -> Adapter:
        cluster = ClusterFolder(self.folder)
        cluster.put(Variant("llama"))
        # Somebody to tell apart: then the whole network may try.
        return self.adapter(cluster.path, self.empty_prometheus().url, [*flags, "--bind-address", "0.0.0.0"])

    def code(self, adapter: Adapter, path: str, token: str | None = None, certificate: Pair | None = None) -> int:
        context = adapter.context()
        if certificate:
            context.load_cert_chain(str(certificate.certificate), str(certificate.key))
        with adapter.client(context=context) as client:
            answer = client.get(path, {"Authorization": f"Bearer {token}"} if token else {})
        if answer.status == 401:
            self.assert_status(answer, 401, "Unauthorized")
        return answer.status

    def test_tokens_and_certificates_side_by_side(self) -> None:
        adapter = self.serve(["--token-auth-file", str(self.tokens), "--client-ca-file", str(self.authority.certificate)])
        known = certificates.signed_by(self.authority, self.folder, "known", "/O=operators/CN=alice")
        foreign = certificates.signed_by(certificates.self_signed(self.folder, "foreign"), self.folder, "stranger", "/CN=alice")
        for path in (METRIC, "/metrics", "/version", "/apis", f"/debug/decisions/{LLM}/llama"):
            for case, expected, credentials in (
                ("nothing", 401, {}),
                ("a token", 200, {"token": "secret-1"}),
                ("a wrong token", 401, {"token": "secret-2"}),
                ("a certificate", 200, {"certificate": known}),
                ("a certificate of another CA", 401, {"certificate": foreign}),
            ):
                with self.subTest(path, case=case):
                    self.assertEqual(self.code(adapter, path, **credentials), expected)

    def test_health_checks_need_no_credentials(self) -> None:
        adapter = self.serve(["--token-auth-file", str(self.tokens)])
        for path in ("/livez", "/readyz", "/healthz", "/readyz?verbose", "/livez/ping"):
            with self.subTest(path):
                self.assertEqual(self.code(adapter, path), 200)

    def test_a_rotated_token_file_takes_effect(self) -> None:
        adapter = self.serve(["--token-auth-file", str(self.tokens)])
        self.assertEqual(self.code(adapter, METRIC, "secret-1"), 200)
        self._write_tokens("secret-2")
        eventually("the new token is known", lambda: self.code(adapter, METRIC, "secret-2") == 200)
        self.assertEqual(self.code(adapter, METRIC, "secret-1"), 401)
        self.tokens.write_text('"unclosed\n')
        adapter.child.wait_for(r"error token file not reloaded, the previous one stays in use: .*tokens\.csv: line 1")
        self.assertEqual(self.code(adapter, METRIC, "secret-2"), 200)

    def test_a_rotated_client_ca_takes_effect(self) -> None:
        file = self.folder / "ca.crt"
        file.write_bytes(self.authority.certificate.read_bytes())
        adapter = self.serve(["--client-ca-file", str(file)])
        successor = certificates.self_signed(self.folder, "successor")
        before = certificates.signed_by(self.authority, self.folder, "before", "/CN=alice")
        after = certificates.signed_by(successor, self.folder, "after", "/CN=alice")
        self.assertEqual((self.code(adapter, METRIC, certificate=before), self.code(adapter, METRIC, certificate=after)), (200, 401))
        os.replace(successor.certificate, file)
        eventually("the new CA", lambda: self.code(adapter, METRIC, certificate=after) == 200)
        self.assertEqual(self.code(adapter, METRIC, certificate=before), 401)

    def test_a_token_does_not_travel_in_the_clear(self) -> None:
        """TLS is not negotiable: a server that spoke HTTP on the same port would invite it."""
        adapter = self.serve(["--token-auth-file", str(self.tokens)])
        with socket.create_connection(("127.0.0.1", adapter.port)) as plain:
            plain.sendall(b"GET /apis HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-1\r\n\r\n")
            self.assertNotIn(b"200", plain.recv(4096))

    def _write_tokens(self, token: str) -> None:
        draft = self.folder / "draft.csv"
        draft.write_text(f'{token},alice,1,"operators,viewers"\n')
        os.replace(draft, self.tokens)
