"""Programs in another root directory, as a container has one. Needs root."""
from __future__ import annotations

import os
import subprocess
import unittest
from pathlib import Path
from typing import Sequence

PROJECT = Path(__file__).resolve().parents[2]
USER = 65532  # as which the image runs

# Mounts go with the namespace when the program ends. $0 is the root, $1 how it is mounted, the rest the command.
_ENTER = """
set -e
mount --bind "$0" "$0"
mount -t proc proc "$0/proc"
mount -o "remount,bind,$1" "$0"
shift
exec chroot "$@"
"""


def built(script: str) -> Path:
    """What a script of the project has built; skips the test where it hasn't."""
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root, to change the root directory")
    found = subprocess.run([PROJECT / "scripts" / script, "--find"], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise unittest.SkipTest(found.stderr.strip())
    return Path(found.stdout.strip())


def unprivileged(root: Path) -> Sequence[str]:
    """Prefix of a command: in that root, read-only, as the image's user."""
    return ["unshare", "--mount", "sh", "-c", _ENTER, str(root), "ro", f"--userspec={USER}:{USER}", str(root)]


def run(root: Path, *command: str) -> str:
    """As root, in that root. Its output; AssertionError when it fails."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(["unshare", "--mount", "sh", "-c", _ENTER, str(root), "rw", str(root), *command], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with code {done.returncode}:\n{done.stdout}")
    return done.stdout
