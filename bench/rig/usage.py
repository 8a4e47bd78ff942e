"""CPU time and memory of processes, from /proc."""
from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024.0  # of the KiB that /proc speaks in


def cpu_seconds(pid: int) -> float:
    """Of the process and its children (nginx has workers)."""
    total = _own_cpu(pid)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return total + sum(_own_cpu(int(child)) for child in children)


def _own_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mib(pid: int) -> tuple[float, float]:
    """(resident now, the most it ever was)"""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    resident, peak = (int(fields[name].split()[0]) / MIB for name in ("VmRSS", "VmHWM"))
    return resident, peak
