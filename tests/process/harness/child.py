"""A child process: logged to a file, with an environment that the test decides, ended by its pid whatever happens to the test."""
from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Mapping, Sequence

from harness.waiting import PATIENCE, eventually

# Settings of the machine that tests run on, not of the program; everything else is kept from it.
INHERITED = ("PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")


class Child:
    """Start it from the main thread, or one that lives as long: the kernel kills it when the thread that started it ends."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.log = log
        inherited = {key: os.environ[key] for key in INHERITED if key in os.environ}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env={**inherited, **(environment or {})})

    @property
    def pid(self) -> int:
        return self._process.pid  # setpriv has become the command

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def find(self, pattern: str) -> re.Match[str] | None:
        return re.search(pattern, self.text())

    def wait_for(self, pattern: str, timeout: float = PATIENCE) -> re.Match[str]:
        """The first match in its log."""
        def look() -> re.Match[str] | None:
            ended = self._process.poll()  # looked at first: what it wrote before it ended still counts
            found = self.find(pattern)
            if found is None and ended is not None:
                raise AssertionError(f"{self.name} ended with code {ended} before it wrote '{pattern}':\n{self.text()}")
            return found
        return eventually(f"{self.name} writes '{pattern}'", look, timeout)

    def send_signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def running(self) -> bool:
        return self._process.poll() is None

    def wait(self, timeout: float = PATIENCE) -> int:
        """Its exit code."""
        return self._process.wait(timeout)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def ask_to_end(self) -> None:
        if self.running():
            self._process.terminate()

    def end(self) -> int:
        """Asks it to end, and makes it after a while. Returns its exit code."""
        self.ask_to_end()
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.returncode
