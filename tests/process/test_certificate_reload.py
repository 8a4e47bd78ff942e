"""The serving certificate is replaced under load: new connections get the new one, and no connection notices."""
from __future__ import annotations

import os
import ssl
from pathlib import Path

from harness import certificates
from harness.adapter import Adapter
from harness.certificates import Pair
from harness.client import metric_path
from harness.cluster import LLM, ClusterFolder, Variant
from harness.load import Load, until_complete
from harness.raw import RawConnection
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

CLIENTS = 3


class CertificateReload(ProcessTestCase):
    def setUp(self) -> None:
        self.old = certificates.self_signed(self.folder, "old")
        self.new = certificates.self_signed(self.folder, "new")
        self.trusted = ssl.create_default_context()
        for pair in (self.old, self.new):
            self.trusted.load_verify_locations(str(pair.certificate))

    def serve(self, certificate: Path, key: Path) -> Adapter:
        cluster = ClusterFolder(self.folder)
        cluster.put(Variant("llama"))
        adapter = self.adapter(cluster.path, self.empty_prometheus().url,
                               ["--tls-cert-file", str(certificate), "--tls-private-key-file", str(key)])
        with adapter.client(context=self.trusted) as client:
            eventually("the first answer", lambda: client.metric(LLM, "llama").status == 200)
        return adapter

    def presented(self, adapter: Adapter) -> str:
        with RawConnection(adapter.port, self.trusted) as connection:
            return connection.peer_name()

    def test_files_renamed_over(self) -> None:
        pair = _copy(self.old, self.folder / "serving")
        adapter = self.serve(pair.certificate, pair.key)
        self.assertEqual(self.presented(adapter), "old")
        kept = Load(adapter.port, self.trusted, metric_path(LLM, "llama"), CLIENTS)
        fresh = Load(adapter.port, self.trusted, metric_path(LLM, "llama"), CLIENTS, keep_alive=False)
        self._rename_over(self.new.certificate, pair.certificate)
        self._rename_over(self.new.key, pair.key)
        eventually("the new certificate", lambda: self.presented(adapter) == "new")
        for load in (kept, fresh):
            eventually("load goes on", until_complete(load, 20))
            load.stop()
            self.assertEqual((load.cut, load.refused), ([], 0))
        self.assertEqual((kept.connections, kept.closed), (CLIENTS, 0))  # connections of before are still there

    def test_a_secret_volume_swapped_as_kubernetes_does(self) -> None:
        volume = self.folder / "volume"
        self._new_version(volume, self.old)
        for name in ("tls.crt", "tls.key"):
            (volume / name).symlink_to(f"..data/{name}")
        adapter = self.serve(volume / "tls.crt", volume / "tls.key")
        self.assertEqual(self.presented(adapter), "old")
        load = Load(adapter.port, self.trusted, metric_path(LLM, "llama"), CLIENTS)
        self._new_version(volume, self.new)
        eventually("the new certificate", lambda: self.presented(adapter) == "new")
        load.stop()
        self.assertEqual((load.cut, load.refused, load.closed), ([], 0, 0))

    def test_a_broken_pair_keeps_the_old_one(self) -> None:
        pair = _copy(self.old, self.folder / "serving")
        adapter = self.serve(pair.certificate, pair.key)
        self._rename_over(self.new.certificate, pair.certificate)  # with the old one's key
        adapter.child.wait_for(r"error .*(?s:.)*serving\.key does not belong to the certificate .*serving\.crt|error .*serving\.crt")
        self.assertEqual(self.presented(adapter), "old")
        self._rename_over(self.new.key, pair.key)
        eventually("the mended pair", lambda: self.presented(adapter) == "new")

    def _rename_over(self, source: Path, target: Path) -> None:
        draft = target.with_suffix(".draft")
        draft.write_bytes(source.read_bytes())
        os.replace(draft, target)

    def _new_version(self, volume: Path, pair: Pair) -> None:
        version = volume / f"..{pair.certificate.stem}"
        version.mkdir(parents=True)
        (version / "tls.crt").write_bytes(pair.certificate.read_bytes())
        (version / "tls.key").write_bytes(pair.key.read_bytes())
        (volume / "..data_tmp").symlink_to(version.name)
        os.replace(volume / "..data_tmp", volume / "..data")


def _copy(pair: Pair, stem: Path) -> Pair:
    copy = Pair(stem.with_suffix(".crt"), stem.with_suffix(".key"))
    copy.certificate.write_bytes(pair.certificate.read_bytes())
    copy.key.write_bytes(pair.key.read_bytes())
    return copy
