"""The image as it is shipped: what it is said to be, what is in it and what isn't, and that it serves with nothing of it writable."""
from __future__ import annotations

import json
import os
import re
import shutil
import signal
from pathlib import Path
from typing import Any

import hardening
import roots
from served import PROGRAM, ServedTestCase

MEBIBYTE = 1 << 20
VERSION = os.environ["INFERNO_VERSION"]


class Image(ServedTestCase):
    built: Path
    manifest: Any
    configuration: Any

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.built = roots.built("build-test-image.sh")
        (manifest,) = json.loads((cls.built / "oci/index.json").read_text())["manifests"]
        cls.manifest = cls._blob(manifest)
        cls.configuration = cls._blob(cls.manifest["config"])

    @classmethod
    def _blob(cls, descriptor: dict[str, Any]) -> Any:
        return json.loads((cls.built / "oci/blobs" / descriptor["digest"].replace(":", "/")).read_text())

    def copy(self) -> Path:
        """Its root directory with what a container runtime adds."""
        root = self.folder / "root"
        shutil.copytree(self.built / "root", root, symlinks=True)
        root.chmod(0o755)
        (root / "proc").mkdir()
        return root

    def test_it_is_small(self) -> None:
        pulled = sum(layer["size"] for layer in self.manifest["layers"])
        unpacked = sum(file.lstat().st_size for file in (self.built / "root").rglob("*") if not file.is_dir())
        print(f"image: {pulled / MEBIBYTE:.1f} MiB to pull, {unpacked / MEBIBYTE:.1f} MiB unpacked", flush=True)
        self.assertLess(pulled, 12 * MEBIBYTE)
        self.assertLess(unpacked, 28 * MEBIBYTE)

    def test_it_runs_the_program_as_a_user_without_rights(self) -> None:
        config = self.configuration["config"]
        self.assertEqual(
            {key: config.get(key) for key in ("User", "Entrypoint", "Cmd", "ExposedPorts", "Healthcheck", "Volumes")},
            {"User": f"{roots.USER}:{roots.USER}", "Entrypoint": [PROGRAM], "Cmd": None, "ExposedPorts": {"6443/tcp": {}},
             "Healthcheck": None, "Volumes": None})

    def test_its_labels_say_what_it_is_made_of(self) -> None:
        labels = self.configuration["config"]["Labels"]
        told = {name.removeprefix("org.opencontainers.image."): value for name, value in labels.items()}
        self.assertEqual({name: told.get(name) for name in ("title", "version", "licenses", "source")}, {
            "title": "inferno-adapter", "version": VERSION, "licenses": "Apache-2.0",
            "source": "https://github.com/inferno-adapter/inferno-adapter"})
        self.assertRegex(told["revision"], r"^[0-9a-f]{40}$")
        self.assertRegex(told["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(self.configuration["created"], told["created"], "every time in the image is the commit's")

    def test_it_holds_the_hardened_program_and_no_shell(self) -> None:
        root = self.built / "root"
        program = root / PROGRAM.lstrip("/")
        self.assertEqual((hardening.weaknesses(program), hardening.is_stripped(program)), ([], True))
        executables = {str(path.relative_to(root)) for folder in ("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin")
                       if (root / folder).is_dir() for path in (root / folder).iterdir()}
        self.assertEqual(executables, {PROGRAM.lstrip("/")})
        writable = [path for path in root.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o6022]
        self.assertEqual(writable, [root / "tmp"], "no file is set-uid, and none is everyone's to write")

    def test_scanners_are_told_the_packages_that_its_libraries_are_from(self) -> None:
        status = self.built / "root/var/lib/dpkg/status.d"
        versions = {file.name: re.search(r"^Version: (\S+)$", file.read_text(), re.MULTILINE) for file in status.iterdir()}
        self.assertLessEqual({"libc6", "libssl3", "libstdc++6", "libyaml-cpp0.7", "ca-certificates"}, set(versions))
        self.assertNotIn(None, versions.values())
        self.assertIn("ID=debian\n", (self.built / "root/etc/os-release").read_text())

    def test_it_serves_with_a_read_only_root_and_ends_when_asked_to(self) -> None:
        adapter = self.serve_samples(self.copy(), ["--log-format", "json"])
        answer = self.client.metric("llm-inference", "llama-8b-autoscaler")
        self.assertEqual((answer.status, answer.json()["kind"]), (200, "MetricValueList"), answer.body)
        self.assertRegex(answer.value(), r"^\d+$")
        version = self.client.get("/version").json()
        self.assertEqual(version["gitCommit"], self.configuration["config"]["Labels"]["org.opencontainers.image.revision"])
        status = Path(f"/proc/{adapter.pid}/status").read_text()
        self.assertRegex(status, rf"Uid:\t{roots.USER}\t{roots.USER}\t{roots.USER}\t{roots.USER}\n")
        mounts = Path(f"/proc/{adapter.pid}/mountinfo").read_text()
        self.assertEqual([line.split()[4] for line in mounts.splitlines() if line.split()[5].startswith("rw") and line.split()[4] != "/proc"], [])
        self.client.close()
        adapter.send_signal(signal.SIGTERM)
        self.assertEqual(adapter.wait(), 0)
