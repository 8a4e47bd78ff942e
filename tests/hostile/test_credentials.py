"""Who pretends to be somebody: certificates of the wrong authority with the right names, odd names of the right one, credentials where
they have no place."""
from __future__ import annotations

import json
import ssl
import tempfile
from pathlib import Path

from harness import certificates
from harness.certificates import Pair

from hostile import METRIC, HostileTestCase

TOKEN = "known-token"
GET = f"GET {METRIC} HTTP/1.1\r\nHost: adapter\r\nConnection: close\r\n"


class Credentials(HostileTestCase):
    authority: Pair

    @classmethod
    def setUpClass(cls) -> None:
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="inferno-test-")))
        cls.authority = certificates.self_signed(folder, "authority")
        tokens = folder / "tokens.csv"
        tokens.write_text(f'{TOKEN},alice,1,"operators"\n')
        cls.flags = ["-v", "4", "--client-ca-file", str(cls.authority.certificate), "--token-auth-file", str(tokens)]
        super().setUpClass()

    def with_certificate(self, pair: Pair) -> ssl.SSLContext:
        context = self.adapter_.context()
        context.load_cert_chain(str(pair.certificate), str(pair.key))
        return context

    def test_names_count_only_with_the_right_authority(self) -> None:
        impostor = certificates.self_signed(self.folder, "authority")  # of the same name
        for subject in ("/O=system:masters/CN=admin", "/CN=front-proxy-client", "/CN=alice"):
            with self.subTest(subject):
                pair = certificates.signed_by(impostor, self.folder, "client", subject)
                (answer,) = self.exchange(f"{GET}X-Remote-User: admin\r\nX-Remote-Group: system:masters\r\n\r\n".encode(), self.with_certificate(pair))
                self.assert_raw_status(answer, 401, "Unauthorized")

    def test_a_certificate_without_a_name_is_nobody(self) -> None:
        for subject in ("/O=operators", "/emailAddress=a@b"):
            with self.subTest(subject):
                pair = certificates.signed_by(self.authority, self.folder, "client", subject)
                (answer,) = self.exchange(f"{GET}\r\n".encode(), self.with_certificate(pair))
                self.assertIn("no common name", self.assert_raw_status(answer, 401, "Unauthorized")["message"])

    def test_odd_names_are_names_and_break_no_log_line(self) -> None:
        for number, name in enumerate(("a,O=system:masters", "line\nadmin", "zoë", "\x1b[31mred", "x" * 64)):
            with self.subTest(name):
                pair = certificates.signed_by(self.authority, self.folder, f"client-{number}", f"/CN={name}")
                (answer,) = self.exchange(f"{GET}Audit-Id: odd-{number}\r\n\r\n".encode(), self.with_certificate(pair))
                self.assertEqual((answer.status, json.loads(answer.body)["items"][0]["value"]), (200, "3"))
                line = self.adapter_.child.wait_for(rf"(?m)^.*audit-id=odd-{number}$").group(0)
                seen = "".join(c if " " < c <= "~" else "?" * len(c.encode()) for c in name)
                self.assertIn(f" user={seen} ", line)

    def test_credentials_elsewhere_than_in_the_header_are_none(self) -> None:
        chunked = f"{GET}Transfer-Encoding: chunked\r\n"
        for name, request in {
            "in a trailer": f"{chunked}\r\n0\r\nAuthorization: Bearer {TOKEN}\r\n\r\n",
            "in a trailer that was announced": f"{chunked}Trailer: Authorization\r\n\r\n0\r\nAuthorization: Bearer {TOKEN}\r\n\r\n",
            "in the path": f"GET {METRIC}?access_token={TOKEN} HTTP/1.1\r\nHost: adapter\r\nConnection: close\r\n\r\n",
            "in front of the host": f"GET https://alice:{TOKEN}@adapter{METRIC} HTTP/1.1\r\nHost: adapter\r\nConnection: close\r\n\r\n",
            "as another's word": f"{GET}X-Remote-User: alice\r\nX-Remote-Group: system:masters\r\n\r\n",
            "under another scheme": f"{GET}Authorization: Basic {TOKEN}\r\n\r\n",
        }.items():
            with self.subTest(name):
                (answer,) = self.exchange(request.encode())
                self.assert_raw_status(answer, 401, "Unauthorized")
        (answer,) = self.exchange(f"{GET}Authorization: Bearer {TOKEN}\r\n\r\n".encode())
        self.assertEqual(answer.status, 200)
