"""The Deployments in a directory of YAML files: the API server of the demo.

The simulator reads spec.replicas and writes the status, the HPA stand-in writes spec.replicas, the adapter watches. A person may edit the
files too. Each write replaces its file by a rename, so that a reader never sees half of one.
"""
from __future__ import annotations

import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

import yaml

from fleet.deployment import DeploymentStatus
from fleet.fleet import ObjectKey
from hpa.controller import Scale


@dataclass
class _File:
    path: Path
    version: tuple[int, int]  # inode and modification time
    documents: list[dict[str, Any]]


class StandaloneDirectory:
    """Thread safe. `scratch` is a directory outside the watched one, on the same file system: files are written there first."""

    def __init__(self, directory: Path, scratch: Path) -> None:
        self._scratch = scratch
        self._lock = threading.Lock()
        self._files = [_read(path) for path in sorted(directory.glob("*.yaml"))]

    def targets(self) -> Mapping[ObjectKey, int]:
        with self._lock:
            return {key: deployment["spec"]["replicas"] for key, _, deployment in self._deployments()}

    def report(self, status: Mapping[ObjectKey, DeploymentStatus]) -> None:
        with self._lock:
            for key, file, deployment in self._deployments():
                if key not in status:
                    continue
                reported = {"replicas": status[key].replicas, "readyReplicas": status[key].ready_replicas}
                if deployment.get("status") != reported:
                    deployment["status"] = reported
                    self._write(file)

    def scale(self, namespace: str, name: str) -> Scale:
        with self._lock:
            _, deployment = self._find(ObjectKey(namespace, name))
            return Scale(deployment["spec"]["replicas"], deployment.get("status", {}).get("replicas", 0))

    def ready_replicas(self, namespace: str, name: str) -> int:
        with self._lock:
            _, deployment = self._find(ObjectKey(namespace, name))
            return deployment.get("status", {}).get("readyReplicas", 0)

    def set_replicas(self, namespace: str, name: str, replicas: int) -> None:
        with self._lock:
            file, deployment = self._find(ObjectKey(namespace, name))
            deployment["spec"]["replicas"] = replicas
            self._write(file)

    def _find(self, key: ObjectKey) -> tuple[_File, dict[str, Any]]:
        for found, file, deployment in self._deployments():
            if found == key:
                return file, deployment
        raise KeyError(f"no Deployment {key.name} in namespace {key.namespace}")

    def _deployments(self) -> list[tuple[ObjectKey, _File, dict[str, Any]]]:
        self._reload_edited()
        return [
            (ObjectKey(document["metadata"]["namespace"], document["metadata"]["name"]), file, document)
            for file in self._files
            for document in file.documents
            if document["kind"] == "Deployment"
        ]

    def _reload_edited(self) -> None:
        """A file that a person left broken, or is just replacing, keeps its last good content."""
        for index, file in enumerate(self._files):
            try:
                if _version(file.path) != file.version:
                    self._files[index] = _read(file.path)
            except (OSError, yaml.YAMLError, KeyError, TypeError):
                continue

    def _write(self, file: _File) -> None:
        with tempfile.NamedTemporaryFile("w", dir=self._scratch, suffix=".yaml", delete=False) as draft:
            yaml.safe_dump_all(file.documents, draft, sort_keys=False)
        os.chmod(draft.name, 0o644)
        os.replace(draft.name, file.path)
        file.version = _version(file.path)


def _version(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def _read(path: Path) -> _File:
    version = _version(path)
    documents = [document for document in yaml.safe_load_all(path.read_text()) if document]
    for document in documents:
        if document["kind"] == "Deployment":
            int(document["spec"]["replicas"])
    return _File(path, version, documents)
