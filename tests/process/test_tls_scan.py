"""What sslscan, a public scanner, finds: nothing older than TLS 1.2, and only authenticated encryption with forward secrecy."""
from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ElementTree
from typing import Sequence

from harness import certificates
from harness.cluster import ClusterFolder
from harness.testcase import ProcessTestCase

VERSIONS = {"ssl2", "ssl3", "tls1.0", "tls1.1", "tls1.2", "tls1.3"}
TLS_1_3 = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
SUITES = ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")
GROUPS = {"x25519", "secp256r1 (NIST P-256)", "secp384r1 (NIST P-384)", "secp521r1 (NIST P-521)"}


class TlsScan(ProcessTestCase):
    def scan(self, key_type: Sequence[str], flags: Sequence[str] = ()) -> ElementTree.Element:
        pair = certificates.self_signed(self.folder, "serving", key_type)
        adapter = self.adapter(ClusterFolder(self.folder).path, self.empty_prometheus().url,
                               ["--tls-cert-file", str(pair.certificate), "--tls-private-key-file", str(pair.key), *flags])
        done = subprocess.run(["sslscan", "--xml=-", f"127.0.0.1:{adapter.port}"], capture_output=True, text=True, check=True)
        found = ElementTree.fromstring(done.stdout[done.stdout.index("<?xml"):]).find("ssltest")
        assert found is not None
        return found

    def test_an_ec_key(self) -> None:
        found = self.scan(certificates.EC_P256)
        self.assertEqual(enabled(found), {"tls1.2", "tls1.3"})
        self.assertEqual(suites(found), TLS_1_3 | {f"ECDHE-ECDSA-{name}" for name in SUITES})
        self.assertLessEqual({item.get("name") for item in found.iter("group")}, GROUPS)
        self.assertEqual([item.attrib for item in found.iter("renegotiation")], [{"supported": "0", "secure": "0"}])
        self.assertEqual({item.get("vulnerable") for item in found.iter("heartbleed")}, {"0"})

    def test_an_rsa_key(self) -> None:
        found = self.scan(certificates.RSA_2048)
        self.assertEqual(enabled(found), {"tls1.2", "tls1.3"})
        self.assertEqual(suites(found), TLS_1_3 | {f"ECDHE-RSA-{name}" for name in SUITES})

    def test_tls_1_3_alone(self) -> None:
        found = self.scan(certificates.EC_P256, ["--tls-min-version", "VersionTLS13"])
        self.assertEqual(enabled(found), {"tls1.3"})
        self.assertEqual(suites(found), TLS_1_3)


def enabled(found: ElementTree.Element) -> set[str]:
    """The versions that the server speaks, of those that were tried: all."""
    protocols = {f"{item.get('type')}{item.get('version')}": item.get("enabled") for item in found.iter("protocol")}
    if set(protocols) != VERSIONS:
        raise AssertionError(f"sslscan tried {sorted(protocols)}")
    return {name for name, on in protocols.items() if on == "1"}


def suites(found: ElementTree.Element) -> set[str]:
    return {item.get("cipher", "") for item in found.iter("cipher")}
