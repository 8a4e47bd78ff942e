"""Child processes: started in a session of their own, logged to a file, ended by their pid."""
from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path
from typing import Callable, Sequence, TypeVar

POLL = 0.05
Found = TypeVar("Found")


class StartError(Exception):
    """A child didn't start; the message says why and names its log."""


class Child:
    """A session of its own keeps Ctrl-C in the terminal from reaching it before we end it, in order, ourselves."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until(self, what: str, find: Callable[[], Found | None], timeout: float) -> Found:
        """What `find` returns once it isn't None."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self.check()
            found = find()
            if found is not None:
                return found
            time.sleep(POLL)
        raise StartError(f"{self.name}: {what}: not within {timeout:.0f} s; its log: {self.log}\n{self.last_lines()}")

    def check(self) -> None:
        """Raises StartError when it has ended."""
        code = self._process.poll()
        if code is not None:
            raise StartError(f"{self.name} ended with code {code}; its log: {self.log}\n{self.last_lines()}")

    def stop(self, grace: float = 10.0) -> str | None:
        """SIGTERM, then SIGKILL. Returns what was wrong with its end, if anything."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            code = self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return f"{self.name} did not end within {grace:.0f} s of SIGTERM"
        return None if code == 0 else f"{self.name} ended with code {code}"

    def last_lines(self, count: int = 8) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join(f"    {line}" for line in lines)


def free_port() -> int:
    """For a program that can't say which port the system picked for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
