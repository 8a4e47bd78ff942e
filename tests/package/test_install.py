"""cmake --install puts the program where the prefix says."""
from __future__ import annotations

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

BUILD = os.environ["INFERNO_BUILD"]
VERSION = os.environ["INFERNO_VERSION"]


class Install(unittest.TestCase):
    def setUp(self) -> None:
        self.prefix = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="inferno-test-")))

    def install(self, *options: str) -> set[str]:
        subprocess.run(["cmake", "--install", BUILD, "--prefix", str(self.prefix), *options], check=True, capture_output=True, text=True)
        return {str(file.relative_to(self.prefix)) for file in self.prefix.rglob("*") if file.is_file()}

    def test_program_licence_documentation_and_examples(self) -> None:
        files = self.install()
        documentation = "share/doc/inferno-adapter/"
        self.assertLessEqual({"bin/inferno-adapter", documentation + "LICENSE", documentation + "README.md",
                              documentation + "docs/user-guide/configuration.md", documentation + "examples/llama-8b.yaml"}, files)
        self.assertEqual([file for file in files if not file.startswith(("bin/", documentation))], [])
        done = subprocess.run([self.prefix / "bin/inferno-adapter", "--version"], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, f"inferno-adapter {VERSION}\n")

    def test_the_image_takes_the_program_alone(self) -> None:
        self.assertEqual(self.install("--component", "program"), {"bin/inferno-adapter"})
