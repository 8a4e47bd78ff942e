"""A pod's container as a process of this machine: the program under test in place of the image."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping

from harness.adapter import BINARY
from harness.child import Child

from cluster.machine.network import MACHINE
from cluster.machine.references import File, NotSupported, References, expand

ENTRY_POINT = "/usr/bin/inferno-adapter"  # of the image
SCRIPT = Path(__file__).parent / "container.sh"
IMAGE_USER = 65532  # and its group
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def start(folder: Path, pod: Any, address: str, references: References, hosts: Mapping[str, str]) -> Child:
    """`folder`: a new one, for this pod alone. `hosts`: address by name, in place of the cluster's DNS."""
    specification = pod["spec"]
    (container,) = specification["containers"]
    if specification.get("initContainers"):
        raise NotSupported("initContainers")
    security = {**specification.get("securityContext", {}), **container.get("securityContext", {})}
    user = security.get("runAsUser", IMAGE_USER)
    group = security.get("runAsGroup", 0 if "runAsUser" in security else IMAGE_USER)
    volume_group = security.get("fsGroup")
    volumes = {volume["name"]: references.files(volume) for volume in specification.get("volumes", [])}
    environment = {"PATH": PATH, "HOSTNAME": pod["metadata"]["name"], **references.environment(container)}

    root = folder / "root"
    for name in ("layers", "volumes", "root/etc", "root/usr/bin"):
        (folder / name).mkdir(parents=True)
    (root / ENTRY_POINT[1:]).touch()
    lines = [f"{address} {value}\n" for value, address in {**hosts, "localhost": "127.0.0.1"}.items()]
    (root / "etc/hosts").write_text("".join(lines))
    (root / "etc/resolv.conf").write_text("")  # nothing is asked that the hosts file doesn't know
    mounts = [f"{BINARY} {ENTRY_POINT} ro\n"]
    for mount in container.get("volumeMounts", []):
        if "subPath" in mount or "subPathExpr" in mount:
            raise NotSupported(f"subPath of {mount['name']}")
        source, target = folder / "volumes" / mount["name"], mount["mountPath"]
        files = volumes[mount["name"]]
        if not source.exists():
            _write(source, files, user, volume_group)
        # The Debian root has /var/run as a symbolic link; so has the image.
        target = "/run" + target[len("/var/run"):] if target.startswith("/var/run/") else target
        (root / target[1:]).mkdir(parents=True, exist_ok=True)
        mounts.append(f"{source} {target} {'ro' if mount.get('readOnly') or files is not None else 'rw'}\n")
    (folder / "mounts").write_text("".join(mounts))
    if any("\n" in value for value in environment.values()):
        raise NotSupported("a line break in an environment variable")
    (folder / "environment").write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
    arguments = [expand(value, environment) for value in (container.get("command") or [ENTRY_POINT]) + container.get("args", [])]
    return Child(f"{pod['metadata']['name']}", [
        "unshare", "--mount", "--net", "--uts", str(SCRIPT), pod["metadata"]["name"], str(os.getpid()), address, str(MACHINE), str(folder),
        str(user), str(group), str(group if volume_group is None else volume_group), str(bool(security.get("readOnlyRootFilesystem"))).lower(), *arguments], folder / "log")


def _write(folder: Path, files: Mapping[str, File] | None, user: int, group: int | None) -> None:
    """As the kubelet gives a pod its files: they are root's, and the group's where the pod names one; the token is the user's."""
    folder.mkdir()
    folder.chmod(0o755)
    if files is None:
        folder.chmod(0o777)
        return
    for name, file in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        if file.mode == 0o600 and group is None:
            os.chown(path, user, 0)
        if group is not None:
            os.chown(path, 0, group)
        path.chmod(file.mode | (0o440 if group is not None else 0))
