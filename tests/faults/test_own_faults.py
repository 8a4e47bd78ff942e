"""What an adapter lacks on its own machine: room for its log, file descriptors. It answers on, and recovers when there is some again."""
from __future__ import annotations

import os
import socket
import time
import unittest
from dataclasses import dataclass
from pathlib import Path

from harness.cluster import Variant
from harness.waiting import eventually

import matrix
from scene import Party, SceneTestCase
from scraped_fleet import Pod

DESCRIPTORS = 64
# In a mount namespace of its own, with its log on a small file system.
ON_SMALL_DISK = ("unshare", "--map-root-user", "--mount", "sh", "-c",
                 'mount -t tmpfs -o size=64k none "$0" && exec "$@" > "$0/log" 2>&1')
TITLES = {"log": "the disk that takes the log is full", "descriptors": "no file descriptor is left"}


@dataclass
class Life:
    values: set[int | None]  # answered meanwhile
    recovery: float  # seconds


class OwnFaults(SceneTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.fleet.set("busy", Pod(running=10, kv=0.6), Pod(running=10, kv=0.6))
        cls.set_scene([Variant("busy", replicas=2)], [], [])
        cls.rows: list[matrix.Row] = []

    @classmethod
    def tearDownClass(cls) -> None:
        matrix.record(matrix.OWN, cls.rows)
        super().tearDownClass()

    def note(self, name: str, life: Life) -> None:
        self.assertEqual(life.values, {2})
        self.rows.append(matrix.Row(TITLES[name], "fresh ones (2) all the time", "none", f"{life.recovery:.1f} s"))

    def ready(self, party: Party) -> None:
        party.wait_ready()
        self.addCleanup(party.client.close)
        eventually("a good decision", lambda: party.desired("busy") == 2)

    def watch(self, party: Party, seconds: float = 3.0) -> set[int | None]:
        """What is answered while signals are renewed a few times."""
        values: set[int | None] = set()
        before = party.report("busy")["signals"]["newestSample"]
        end = time.monotonic() + seconds

        def passed() -> bool:
            values.add(party.desired("busy"))
            return time.monotonic() >= end
        eventually("some time passes", passed)
        self.assertGreater(party.report("busy")["signals"]["newestSample"], before, "signals are renewed")
        return values

    def test_the_disk_is_full(self) -> None:
        disk = self.class_folder / "disk"
        disk.mkdir()
        party = self.add_party("log", prefix=[*ON_SMALL_DISK, str(disk)])
        inside = Path(f"/proc/{party.adapter.child.pid}/root{disk}")
        eventually("the log is there", (inside / "log").exists)
        party.adapter.child.log = inside / "log"
        self.ready(party)
        with (inside / "filler").open("wb", buffering=0) as filler:
            with self.assertRaises(OSError):
                while True:
                    filler.write(b"x" * 4096)
        self.cluster.write("broken", "not: [yaml")  # something to complain of
        values = self.watch(party)
        (inside / "filler").unlink()
        began = time.monotonic()
        self.cluster.remove("broken")
        self.cluster.write("unwelcome", "kind: Pod\napiVersion: v1\nmetadata: {name: nobody}\n")
        self.addCleanup(self.cluster.remove, "unwelcome")
        party.adapter.child.wait_for("nobody")
        self.note("log", Life(values, time.monotonic() - began))

    @unittest.skipIf(os.environ.get("INFERNO_SANITIZE") == "address", "this sanitizer needs file descriptors itself")
    def test_file_descriptors_are_exhausted(self) -> None:
        party = self.add_party("descriptors", prefix=["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"])
        self.ready(party)
        idle = [socket.create_connection(("127.0.0.1", party.adapter.port)) for _ in range(DESCRIPTORS)]
        party.adapter.child.wait_for("(?i)too many open files|descriptor")
        values = self.watch(party)
        for connection in idle:
            connection.close()
        began = time.monotonic()
        other = party.adapter.client()
        self.addCleanup(other.close)
        eventually("another client is served", lambda: other.metric("llm", "busy").status == 200)
        self.note("descriptors", Life(values, time.monotonic() - began))
