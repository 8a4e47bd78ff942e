"""What the API server's objects put into a pod: values of environment variables, and files of volumes."""
from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any, Mapping

from cluster.api import Api

DEFAULT_MODE = 0o644


class NotSupported(Exception):
    """The pod asks for something that this machine can't do; the message names it."""


@dataclass(frozen=True)
class File:
    content: bytes
    mode: int


class References:
    """Of one pod. ApiError where an object that it needs is not there (yet)."""

    def __init__(self, api: Api, pod: Any, address: str, service_environment: Mapping[str, str]) -> None:
        self._api, self._pod, self._address = api, pod, address
        self._namespace = pod["metadata"]["namespace"]
        self._service_environment = service_environment

    def environment(self, container: Any) -> dict[str, str]:
        """With $(NAME) expanded, as the kubelet does."""
        found = dict(self._service_environment)
        for source in container.get("envFrom", []):
            kind, reference = _only({key: value for key, value in source.items() if key != "prefix"})
            data = self._data({"configMapRef": "configMap", "secretRef": "secret"}[kind], reference)
            found |= {source.get("prefix", "") + key: value.decode() for key, value in data.items()}
        for item in container.get("env", []):
            value = self._value(container, item["valueFrom"]) if "valueFrom" in item else item.get("value", "")
            if value is not None:
                found[item["name"]] = expand(value, found)
        return found

    def files(self, volume: Any) -> dict[str, File] | None:
        """By their path in the volume; None for an empty directory that the pod may write."""
        kind, source = _only({key: value for key, value in volume.items() if key != "name"})
        if kind == "emptyDir":
            return None
        mode = source.get("defaultMode", DEFAULT_MODE)
        if kind != "projected":
            return self._projected(kind, source, mode)
        found: dict[str, File] = {}
        for part in source["sources"]:
            found |= self._projected(*_only(part), mode)
        return found

    def _projected(self, kind: str, source: Any, mode: int) -> dict[str, File]:
        if kind == "serviceAccountToken":
            return {source["path"]: File(self._token(source), 0o600)}
        if kind == "downwardAPI":
            return {item["path"]: File(self._field(item["fieldRef"]).encode(), mode) for item in source["items"]}
        if kind not in ("configMap", "secret"):
            raise NotSupported(f"volume of the kind {kind}")
        data = self._data(kind, source)
        if "items" not in source:
            return {key: File(value, mode) for key, value in data.items()}
        return {item["path"]: File(data[item["key"]], item.get("mode", mode)) for item in source["items"] if item["key"] in data}

    def _value(self, container: Any, source: Any) -> str | None:
        kind, reference = _only(source)
        if kind == "fieldRef":
            return self._field(reference)
        if kind == "resourceFieldRef":
            raise NotSupported(f"resourceFieldRef in {container['name']}")
        value = self._data({"configMapKeyRef": "configMap", "secretKeyRef": "secret"}[kind], reference).get(reference["key"])
        if value is None and not reference.get("optional"):
            raise NotSupported(f"no key {reference['key']} in {reference['name']}")
        return None if value is None else value.decode()

    def _field(self, reference: Any) -> str:
        path = reference["fieldPath"]
        if path == "status.podIP":
            return self._address
        found: Any = self._pod
        for step in path.split("."):
            found = found[step]
        if not isinstance(found, str):
            raise NotSupported(f"fieldRef {path}")
        return found

    def _data(self, kind: str, reference: Any) -> dict[str, bytes]:
        """Of a ConfigMap or Secret; nothing where it is missing and may be."""
        name = reference.get("secretName") or reference["name"]
        path = f"/api/v1/namespaces/{self._namespace}/{kind.lower()}s/{name}"
        if reference.get("optional") and self._api.request("GET", path).status == 404:
            return {}
        found = self._api.get(path)
        data = found.get("data") or {}
        if kind == "secret":
            return {key: base64.b64decode(value) for key, value in data.items()}
        return {**{key: value.encode() for key, value in data.items()},
                **{key: base64.b64decode(value) for key, value in (found.get("binaryData") or {}).items()}}

    def _token(self, source: Any) -> bytes:
        """Bound to the pod: it dies with it."""
        metadata = self._pod["metadata"]
        specification = {
            "expirationSeconds": source.get("expirationSeconds", 3600),
            "audiences": [source["audience"]] if source.get("audience") else [],
            "boundObjectRef": {"apiVersion": "v1", "kind": "Pod", "name": metadata["name"], "uid": metadata["uid"]}}
        account = self._pod["spec"]["serviceAccountName"]
        answer = self._api.create(f"/api/v1/namespaces/{self._namespace}/serviceaccounts/{account}/token",
                                  {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": specification})
        return answer["status"]["token"].encode()


def expand(text: str, environment: Mapping[str, str]) -> str:
    """$(NAME) by its value; $$ is a dollar, and what isn't set stays as it is."""
    def one(match: re.Match[str]) -> str:
        return "$" if match[0] == "$$" else environment.get(match[1], match[0])
    return re.sub(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)", one, text)


def _only(item: Mapping[str, Any]) -> tuple[str, Any]:
    ((key, value),) = item.items()
    return key, value
