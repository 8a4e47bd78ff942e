"""What one GET costs in instructions, and who spends them: counted by callgrind, so the machine's load does not matter."""
from __future__ import annotations

import re
import subprocess
from pathlib import Path

from bench.rig.adapter import Adapter
from bench.rig.https import Https
from bench.rig.rig import Rig
from bench.rig.table import render

WARM_UP = 300
REQUESTS = 2_000
# "12,345 (10.0%)  file:function [object]"
LINE = re.compile(r"^\s*([\d,]+) \([ \d.]+%\)\s+[^:]*:(.*?)(?: \[(\S+)\])?$")
# Who spends; the first that matches the function, with its object.
GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("TLS (OpenSSL)", re.compile(r"libssl|libcrypto|legacy\.so")),
    ("memory (malloc, free)", re.compile(r"malloc|free|operator new|operator delete|realloc|calloc|sysmalloc|tcache|_int_")),
    ("copying and comparing bytes (libc)", re.compile(r"libc[.-]|memcpy|memmove|memset|memcmp|strlen|ld-linux")),
    ("our API, provider and HTTP layers", re.compile(r"^(?!.*boost::)(.*inferno::)")),
    ("Boost.Asio", re.compile(r"boost::asio")),
    ("Boost.Beast", re.compile(r"boost::beast")),
    ("our layers as coroutines and templates", re.compile(r"inferno::")),
)
OTHER = "the rest"


def _control(adapter: Adapter, *arguments: str) -> None:
    subprocess.run(["callgrind_control", *arguments, str(adapter.pid)], check=True, capture_output=True, timeout=60)


def _ask(client: Https, path: str, times: int) -> None:
    for _ in range(times):
        status, _ = client.get(path)
        if status != 200:
            raise RuntimeError(f"{path} is answered {status}")


def _by_group(profile: Path) -> dict[str, int]:
    text = subprocess.run(["callgrind_annotate", "--threshold=100", str(profile)], check=True, capture_output=True, text=True).stdout
    spent: dict[str, int] = {}
    for line in text.splitlines():
        found = LINE.match(line)
        if not found or "PROGRAM TOTALS" in line:
            continue
        spender = f"{found[2]} {found[3] or ''}"
        group = next((name for name, pattern in GROUPS if pattern.search(spender)), OTHER)
        spent[group] = spent.get(group, 0) + int(found[1].replace(",", ""))
    return spent


def measure(rig: Rig) -> str:
    profile = rig.folder / "callgrind.out"
    adapter = rig.start_adapter(under=("valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}"))
    path = rig.fleet.metric_path(0)
    adapter.wait_answer(path)
    client = Https(adapter.port)
    _ask(client, path, WARM_UP)
    _control(adapter, "-i", "on")
    _ask(client, path, REQUESTS)
    _control(adapter, "-i", "off")
    client.close()
    adapter.child.stop()
    spent = _by_group(profile)
    total = sum(spent.values())
    rows = [[group, f"{cost / REQUESTS:,.0f}", f"{100 * cost / total:.0f} %"]
            for group, cost in sorted(spent.items(), key=lambda item: -item[1])]
    return render(f"instructions of one GET, {rig.fleet.title}", ["", "instructions", "share"],
                  [["all", f"{total / REQUESTS:,.0f}", "100 %"], *rows])
