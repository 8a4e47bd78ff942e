"""Load by wrk over keep-alive TLS connections."""
from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable

SCRIPT = Path(__file__).with_name("wrk.lua")


class LoadError(Exception):
    """Some requests failed: the numbers would say nothing."""


@dataclass(frozen=True)
class Load:
    threads: int
    connections: int
    seconds: int
    pause_ms: int = 0  # mean rest of a connection between requests; 0: none


@dataclass(frozen=True)
class Result:
    requests: int
    per_second: float
    p50_us: float
    p99_us: float


def write_paths(file: Path, paths: Iterable[str]) -> Path:
    file.write_text("".join(path + "\n" for path in paths))
    return file


def run(port: int, paths: Path, load: Load) -> Result:
    output = subprocess.run([
        "wrk", f"-t{load.threads}", f"-c{load.connections}", f"-d{load.seconds}s", "--timeout", "10s", "-s", SCRIPT,
        f"https://127.0.0.1:{port}", "--", paths, str(load.pause_ms),
    ], check=True, capture_output=True, text=True, timeout=load.seconds + 30).stdout
    numbers = next(line for line in output.splitlines() if line.startswith("RESULT ")).split()[1:]
    requests, duration_us, p50, p99, bad_status, broken = map(int, numbers)
    if bad_status or broken:
        raise LoadError(f"{bad_status} answers were no success and {broken} connections broke:\n{output}")
    return Result(requests, requests / (duration_us / 1e6), p50, p99)
