"""The release build is hardened; a program without that is recognised."""
from __future__ import annotations

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import hardening
from harness.adapter import BINARY


@unittest.skipUnless(os.environ["INFERNO_CONFIGURATION"] == "Release", "only the release build is shipped")
class Hardening(unittest.TestCase):
    def test_the_program_lacks_no_protection(self) -> None:
        self.assertEqual(hardening.weaknesses(Path(BINARY)), [])

    def test_it_knows_nothing_of_the_machine_it_was_built_on(self) -> None:
        source = re.escape(str(Path(__file__).resolve().parents[2]).encode())
        # ccache makes paths relative to the build folder, which tells nothing.
        self.assertEqual(re.findall(rb"(?<!\.\.)" + source + rb"[ -~]*", Path(BINARY).read_bytes()), [])

    def test_an_unprotected_program_is_found_out(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "program"
            subprocess.run(["g++", "-x", "c++", "-", "-o", str(program), "-no-pie", "-fno-stack-protector", "-Wl,-z,norelro", "-Wl,-z,lazy",
                            "-Wl,-z,execstack", "-Wl,-rpath,/tmp"], input="int main() {}", text=True, check=True, capture_output=True)
            self.assertEqual(hardening.weaknesses(program), [
                "not position independent", "its relocations stay writable (no RELRO)", "binds lazily, so that RELRO is partial", "executable stack",
                "looks for libraries elsewhere (RPATH, RUNPATH)", "no stack protector", "no _FORTIFY_SOURCE", "no assertions of the C++ library"])
