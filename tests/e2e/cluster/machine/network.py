"""A network of its own for a test's process and everything that it starts: addresses of Services and pods exist in it and nowhere else."""
from __future__ import annotations

import ctypes
import ipaddress
import os
import subprocess

SERVICES = ipaddress.ip_network("10.0.0.0/24")  # --service-cluster-ip-range of the control plane
MACHINE = ipaddress.ip_address("10.1.0.1")
CLONE_NEWNET = 0x40000000  # <sched.h>


class NotPermitted(Exception):
    """The message says what is missing."""


def enter() -> None:
    """For the calling thread and those that it starts from now on. Its loopback device answers to every address of a Service; what listens
    there is the caller's business. Everything is gone with the last process."""
    if os.geteuid() != 0:
        raise NotPermitted("pods run in namespaces of their own, which takes root")
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWNET) != 0:
        raise NotPermitted(f"no network of its own: {os.strerror(ctypes.get_errno())}")
    for command in ("link set lo up", f"addr add {MACHINE}/32 dev lo", f"route add local {SERVICES} dev lo"):
        subprocess.run(["ip", *command.split()], check=True)


def pod_address(number: int) -> str:
    """Of the pod with this number, from 1."""
    return str(MACHINE + number)
