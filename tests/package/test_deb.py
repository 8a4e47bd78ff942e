"""The Debian package: its fields, and its life on a clean Debian 12 from installation to purge."""
from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import hardening
import roots
from served import ServedTestCase

VERSION = os.environ["INFERNO_VERSION"]
BUILD = os.environ["INFERNO_BUILD"]
# What apt and dpkg keep for themselves.
BOOKKEEPING = ("var/lib/dpkg", "var/lib/apt", "var/cache", "var/log", "etc/ld.so.cache", "proc", "dev", "tmp", "root", "run")


class DebianPackage(ServedTestCase):
    package: Path

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        made = subprocess.run([roots.PROJECT / "scripts/build-deb.sh", BUILD, cls.class_folder], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise AssertionError(made.stderr)
        cls.package = Path(made.stdout.strip())

    def field(self, name: str) -> str:
        return subprocess.run(["dpkg-deb", "--field", self.package, name], capture_output=True, text=True, check=True).stdout.strip()

    def test_its_fields_are_right(self) -> None:
        architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
        self.assertEqual(self.package.name, f"inferno-adapter_{VERSION}-1_{architecture}.deb")
        self.assertEqual([self.field(name) for name in ("Package", "Version", "Architecture", "Section", "Priority", "Recommends")],
                         ["inferno-adapter", f"{VERSION}-1", architecture, "net", "optional", "ca-certificates"])
        libraries = {name.split(" ")[0] for name in self.field("Depends").split(", ")}
        self.assertLessEqual({"libc6", "libssl3", "libstdc++6", "libyaml-cpp0.7", "zlib1g"}, libraries)
        self.assertEqual([name for name in libraries if name.endswith("-dev")], [])

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_finds_nothing(self) -> None:
        # Only a package for Debian's own archive closes a bug of Debian's when it is new.
        found = subprocess.run(["lintian", "--allow-root", "--pedantic", "--fail-on", "error,warning", "--suppress-tags", "initial-upload-closes-no-bugs",
                                self.package], capture_output=True, text=True, check=False)
        self.assertEqual((found.returncode, found.stdout), (0, ""), found.stderr)

    def test_the_same_build_gives_the_same_package(self) -> None:
        folder = self.folder / "again"
        subprocess.run([roots.PROJECT / "scripts/build-deb.sh", BUILD, folder], capture_output=True, check=True)
        self.assertEqual((folder / self.package.name).read_bytes(), self.package.read_bytes())

    def test_from_installation_to_purge_on_a_clean_debian(self) -> None:
        root = self.clean_debian()
        before = _files(root)
        self.install(root)
        installed = _files(root) - before
        self.assertLessEqual({"usr/bin/inferno-adapter", "etc/inferno-adapter/config.yaml", "usr/share/man/man1/inferno-adapter.1.gz",
                              "usr/share/doc/inferno-adapter/copyright"}, installed)
        self.assertTrue(hardening.is_stripped(root / "usr/bin/inferno-adapter"))
        self.assertEqual(roots.run(root, "inferno-adapter", "--version"), f"inferno-adapter {VERSION}\n")

        with self.subTest("its configuration file holds options that the program knows"):
            self.assertEqual(roots.run(root, "dpkg-query", "-W", "-f", "${Conffiles}", "inferno-adapter").split()[0], "/etc/inferno-adapter/config.yaml")
            adapter = self.serve_samples(root, ["--config", "/etc/inferno-adapter/config.yaml"])
            self.assertRegex(self.client.metric("llm-inference", "llama-8b-autoscaler").value(), r"^\d+$")
            self.client.close()
            self.assertEqual(adapter.end(), 0)

        with self.subTest("removal keeps the configuration, purge does not"):
            roots.run(root, "apt-get", "remove", "-y", "inferno-adapter")
            self.assertFalse((root / "usr/bin/inferno-adapter").exists())
            self.assertTrue((root / "etc/inferno-adapter/config.yaml").exists())
            roots.run(root, "apt-get", "purge", "-y", "--autoremove", "inferno-adapter")
            shutil.rmtree(root / "srv/objects")  # the test's own
            self.assertEqual(_files(root) - before, set())

    def clean_debian(self) -> Path:
        base = roots.built("build-test-base.sh")
        # On a disk: /tmp may be in memory.
        root = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="inferno-test-", dir=base.parent)))
        root.chmod(0o755)
        subprocess.run(["tar", "-C", root, "-xf", base], check=True)
        return root

    def install(self, root: Path) -> None:
        """With what it depends on, from where this machine's packages are from; downloaded once, and again where Debian has newer ones."""
        kept = roots.built("build-test-base.sh").parent / "archives"
        kept.mkdir(exist_ok=True)
        archives = root / "var/cache/apt/archives"
        for file in kept.glob("*.deb"):
            shutil.copy(file, archives)
        if Path("/etc/resolv.conf").exists():
            shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        shutil.copy(self.package, root / "tmp")
        command = ["apt-get", "install", "-y", "--no-install-recommends", f"/tmp/{self.package.name}"]
        try:
            roots.run(root, *command)
        except AssertionError:  # the lists may be of packages that newer ones have replaced
            roots.run(root, "apt-get", "update")
            roots.run(root, *command)
        for file in archives.glob("*.deb"):
            if not (kept / file.name).exists():
                shutil.copy(file, kept)


def _files(root: Path) -> set[str]:
    names = {str(path.relative_to(root)) for path in root.rglob("*")}
    return {name for name in names if not name.startswith(BOOKKEEPING)}
