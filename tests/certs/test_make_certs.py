"""What certs/make-certs.sh promises, with openssl as the judge and the program as the server."""
from __future__ import annotations

import ssl
from pathlib import Path

from harness.adapter import Adapter
from harness.cluster import ClusterFolder
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

from made import SERVICE, make, run, verifies

FILES = ("ca.crt", "ca.key", "tls.crt", "tls.key")


class Certificates(ProcessTestCase):
    def setUp(self) -> None:
        self.made = self.folder / "made"

    def contents(self) -> dict[str, bytes]:
        return {name: (self.made / name).read_bytes() for name in FILES}

    def refused(self, *arguments: str | Path) -> str:
        """What it says; with code 1 and without touching a file."""
        before = self.contents()
        done = run(*arguments, self.made)
        self.assertEqual((done.returncode, self.contents()), (1, before), done.stderr)
        return done.stderr

    def test_the_certificate_verifies_for_the_service_and_for_this_machine(self) -> None:
        make(self.made)
        for name in (SERVICE, f"{SERVICE}.cluster.local", "localhost", "127.0.0.1", "::1"):
            with self.subTest(name):
                self.assertTrue(verifies(self.made / "ca.crt", self.made / "tls.crt", name))
        self.assertFalse(verifies(self.made / "ca.crt", self.made / "tls.crt", "other.default.svc"))
        self.assertFalse(verifies(self.made / "tls.crt", self.made / "tls.crt", SERVICE))

    def test_other_names_are_kept_by_a_rotation_until_others_are_given(self) -> None:
        make("--service", "adapter", "--namespace", "llm", "--name", "metrics.example.com", "--name", "10.1.2.3", self.made)
        make("--rotate", self.made)
        for name in ("adapter.llm.svc", "metrics.example.com", "10.1.2.3"):
            with self.subTest(name):
                self.assertTrue(verifies(self.made / "ca.crt", self.made / "tls.crt", name))
        make("--rotate", "--namespace", "other", self.made)
        self.assertFalse(verifies(self.made / "ca.crt", self.made / "tls.crt", "adapter.llm.svc"))
        self.assertTrue(verifies(self.made / "ca.crt", self.made / "tls.crt", "inferno-adapter.other.svc"))

    def test_keys_are_for_their_owner_alone(self) -> None:
        make(self.made)
        modes = {path.name: path.stat().st_mode & 0o777 for path in self.made.iterdir()}
        self.assertEqual(modes, {"ca.crt": 0o644, "ca.key": 0o600, "tls.crt": 0o644, "tls.key": 0o600})

    def test_nothing_is_overwritten(self) -> None:
        make(self.made)
        self.assertIn(f"{self.made}/ca.crt is there already", self.refused())

    def test_no_certificate_outlives_its_authority(self) -> None:
        make("--ca-days", "100", "--days", "90", self.made)
        self.assertIn("--rotate-ca first", self.refused("--rotate", "--days", "200"))

    def test_check_tells_the_days_left(self) -> None:
        make("--days", "40", self.made)
        told = make("--check", self.made)
        self.assertRegex(told, r"ca\.crt: 3(649|650) days left[^\n]*\n.*tls\.crt: (39|40) days left")
        self.assertIn("fewer than 60 days left: run --rotate for tls.crt", self.refused("--check", "--at-least", "60"))

    def test_check_finds_files_that_do_not_belong_together(self) -> None:
        make(self.made)
        make(self.folder / "other")
        (self.made / "ca.crt").write_bytes((self.folder / "other/ca.crt").read_bytes())
        self.assertIn("does not verify", self.refused("--check"))
        (self.made / "tls.key").write_bytes((self.folder / "other/tls.key").read_bytes())
        self.assertIn("tls.key does not belong to", self.refused("--check"))

    def test_bad_usage(self) -> None:
        for arguments, word in {
            (): "which folder",
            ("a", "b"): "one folder only",
            ("--rotate", "--check", "a"): "can't go together",
            ("--days", "ten", "a"): "no number of days",
            ("--service", "No_Name", "a"): "no name of a Kubernetes object",
            ("--name", "DNS:x,IP:y", "a"): "neither a DNS name nor an IP address",
            ("--days",): "needs a value",
            ("--colour", "a"): "unknown option --colour",
        }.items():
            with self.subTest(arguments):
                done = run(*arguments)
                self.assertEqual((done.returncode, word in done.stderr), (2, True), done.stderr)

    def test_a_folder_without_certificates_has_nothing_to_rotate(self) -> None:
        self.made.mkdir()
        done = run("--rotate", self.made)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{self.made}/ca.crt is missing", done.stderr)


class Rotation(ProcessTestCase):
    """The program serves with the made files all the while, and callers follow one step behind."""

    def setUp(self) -> None:
        self.made = self.folder / "made"
        make(self.made)
        cluster = ClusterFolder(self.folder)
        self.server: Adapter = self.adapter(cluster.path, self.empty_prometheus().url, [
            "--tls-cert-file", str(self.made / "tls.crt"), "--tls-private-key-file", str(self.made / "tls.key")])

    def trusted(self) -> ssl.SSLContext:
        """What a caller trusts that has read ca.crt now."""
        return self.server.context(self.made / "ca.crt")

    def accepts(self, trusted: ssl.SSLContext) -> bool:
        """Whether such a caller accepts the certificate that is served now."""
        with self.server.client(context=trusted) as client:
            try:
                return client.get("/livez").status == 200
            except ssl.SSLCertVerificationError:
                return False

    def serves_current(self) -> bool:
        """Whether the program has read the newest file."""
        made = ssl.PEM_cert_to_DER_cert((self.made / "tls.crt").read_text())
        return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", self.server.port))) == made

    def rotate(self) -> None:
        make("--rotate", self.made)
        eventually("the new certificate is served", self.serves_current)

    def test_a_new_serving_certificate_needs_nothing_of_callers(self) -> None:
        before = self.trusted()
        self.assertTrue(self.accepts(before))
        self.rotate()
        self.assertTrue(self.accepts(before))

    def test_a_new_authority_refuses_nobody_who_keeps_up(self) -> None:
        old = self.trusted()
        done = run("--drop-old-ca", self.made)
        self.assertEqual(done.returncode, 0, "there is no old one")

        make("--rotate-ca", self.made)
        both = self.trusted()
        self.assertEqual((self.accepts(old), self.accepts(both)), (True, True))
        for step in ("--rotate-ca", "--drop-old-ca"):
            self.assertEqual(run(step, self.made).returncode, 1, f"{step} is refused before --rotate")

        self.rotate()
        self.assertEqual((self.accepts(old), self.accepts(both)), (False, True))

        make("--drop-old-ca", self.made)
        new = self.trusted()
        self.assertEqual((self.accepts(both), self.accepts(new)), (True, True))
        self.rotate()
        self.assertTrue(self.accepts(new))
        make("--check", self.made)
