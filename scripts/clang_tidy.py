"""Runs clang-tidy over the project's translation units, two at a time, skipping those whose inputs have passed before.

    clang_tidy.py BUILD_FOLDER [FILE ...]

A unit's inputs are its source, the project headers it includes (as ninja recorded them), .clang-tidy and its compile command. What passed is
remembered under the user's cache folder by the hash of these, so a second run and a second clone cost nothing.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIDY = "clang-tidy-19"
# Flags of GCC that clang does not know are no finding.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-ignored-optimization-argument", "--extra-arg=-Wno-error", "--quiet"]


def recorded_headers(build: pathlib.Path) -> dict[str, list[str]]:
    """Object file -> the project's files it depends on."""
    listing = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], capture_output=True, text=True, check=True).stdout
    headers: dict[str, list[str]] = {}
    current = ""
    for line in listing.splitlines():
        if line.startswith("    "):
            path = pathlib.Path(os.path.normpath(build / line.strip()))
            if path.is_relative_to(ROOT) and not path.is_relative_to(build):
                headers[current].append(str(path))
        elif ": #deps" in line:
            current = line.split(":")[0]
            headers[current] = []
    return headers


def key_of(unit: dict[str, str], headers: list[str]) -> str:
    digest = hashlib.sha256()
    command = unit["command"].replace(str(ROOT), "")
    digest.update(command.encode())
    for path in [str(ROOT / ".clang-tidy"), unit["file"], *sorted(set(headers))]:
        digest.update(path.removeprefix(str(ROOT)).encode())
        digest.update(pathlib.Path(path).read_bytes())
    return digest.hexdigest()


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    wanted = {str(pathlib.Path(name).resolve()) for name in sys.argv[2:]}
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "inferno-adapter" / "clang-tidy"
    cache.mkdir(parents=True, exist_ok=True)
    headers = recorded_headers(build)
    units = []
    for unit in json.loads((build / "compile_commands.json").read_text()):
        if unit["file"].endswith(("cmake_pch.hxx.cxx", "cmake/asio.cpp")) or (wanted and unit["file"] not in wanted):
            continue
        key = key_of(unit, headers.get(unit.get("output", ""), []))
        if not (cache / key).exists():
            units.append((unit["file"], key))

    print(f"{len(units)} files to check", flush=True)
    failed = 0

    def check(item: tuple[str, str]) -> tuple[str, str, subprocess.CompletedProcess[str]]:
        path, key = item
        return path, key, subprocess.run([TIDY, "-p", str(build), *EXTRA, path], capture_output=True, text=True)

    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        for done, (path, key, result) in enumerate(pool.map(check, units), 1):
            if result.returncode == 0:
                (cache / key).touch()
            else:
                failed += 1
                print(result.stdout + result.stderr)
            print(f"[{done}/{len(units)}] {pathlib.Path(path).relative_to(ROOT)}", flush=True)
    if failed:
        print(f"clang-tidy: {failed} files with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
