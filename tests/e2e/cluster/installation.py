"""The adapter in the cluster: manifests/base as it is shipped, and processes in place of pods.

Three things differ from an installation: there is no Deployment, whose pods would find no node; the Service leads to this machine
(ExternalName, the one type by which the API server reaches a loopback address); and caBundle holds the CA of a certificate that the test
made.
"""
from __future__ import annotations

import base64
import dataclasses
from pathlib import Path
from typing import Any, Sequence

import yaml
from harness import certificates
from harness.adapter import NAMESPACE, Program
from harness.client import Client
from harness.waiting import PATIENCE, eventually

from cluster import service_account
from cluster.built import ROOT
from cluster.control_plane import ControlPlane
from cluster.kubeconfig import Access
from cluster.service_proxy import ServiceProxy

SERVICE = "inferno-adapter"
ACCOUNT = "inferno-adapter"
CUSTOM = ("v1beta1.custom.metrics.k8s.io", "v1beta2.custom.metrics.k8s.io")
EXTERNAL = ("v1beta1.external.metrics.k8s.io",)
# The windows are short because the tests are: Prometheus scrapes every second, the autoscaler's controller syncs every second.
FLAGS = ("--signal-step", "1s", "--signal-max-age", "1s", "--flow-interval", "2s", "--scale-down-window", "2s", "--threads", "1")


class Installation:
    def __init__(self, plane: ControlPlane, folder: Path, external: bool = True) -> None:
        """`external`: whether external.metrics.k8s.io is the adapter's too."""
        self._plane = plane
        self._folder = folder
        self.service = ServiceProxy()
        self._api_services = CUSTOM + (EXTERNAL if external else ())
        self._authority = certificates.self_signed(folder, "serving-ca")
        self._serving = certificates.signed_by(
            self._authority, folder, "serving", f"/CN={SERVICE}", f"{certificates.SERVER_NAMES},DNS:{SERVICE}.{NAMESPACE}.svc")
        self._external = external

    @property
    def ca_file(self) -> Path:
        """By which the serving certificate verifies."""
        return self._authority.certificate

    def apply(self) -> None:
        """All but the registration."""
        self._plane.kubectl.apply([item for item in self._objects() if item["kind"] != "APIService"])
        eventually("the resource definition is served", lambda: self._plane.api.request(
            "GET", "/apis/llmd.ai/v1alpha1/variantautoscalings").status == 200)

    def register(self) -> None:
        """Once a replica is there: the API server looks for one at once, and then only every half minute."""
        self._plane.kubectl.apply([item for item in self._objects() if item["kind"] == "APIService"])
        self.wait_available()

    def adapter(self, name: str, prometheus_url: str, flags: Sequence[str] = (), api_port: int | None = None) -> Program:
        """A replica, started as the product's own service account. `api_port`: where it is to look for the API server."""
        access = service_account.access(self._plane, NAMESPACE, ACCOUNT)
        if api_port is not None:
            access = dataclasses.replace(access, port=api_port)
        kubeconfig = access.write(self._folder / f"{name}.kubeconfig")
        return Program(self._folder, [
            "--kubeconfig", str(kubeconfig), "--namespace", NAMESPACE, "--bind-address", "127.0.0.1", "--secure-port", "0",
            "--tls-cert-file", str(self._serving.certificate), "--tls-private-key-file", str(self._serving.key),
            "--prometheus-url", prometheus_url, f"--external-metrics={str(self._external).lower()}", *FLAGS, *flags], name=name)

    def direct(self, adapter: Program, access: Access) -> Client:
        """To one replica, past the API server, with a user's credentials."""
        context = adapter.context(self.ca_file)
        if access.pair:
            context.load_cert_chain(str(access.pair.certificate), str(access.pair.key))
        return Client(adapter.port, context, access.headers())

    def wait_available(self, timeout: float = PATIENCE) -> None:
        """Until the API server finds a replica for every version."""
        eventually("the APIServices are available", lambda: all("True" in self._available(name) for name in self._api_services), timeout)

    def _available(self, name: str) -> set[str]:
        found = self._plane.api.get(f"/apis/apiregistration.k8s.io/v1/apiservices/{name}")
        return {item["status"] for item in found.get("status", {}).get("conditions", []) if item["type"] == "Available"}

    def _objects(self) -> list[Any]:
        items = [item for item in self._plane.kubectl.kustomize(ROOT / "manifests/base") if item["kind"] != "Deployment"]
        if self._external:
            items.append(yaml.safe_load((ROOT / "manifests/components/external-metrics/apiservice.yaml").read_text()))
        return [self._adapted(item) for item in items]

    def _adapted(self, item: Any) -> Any:
        if item["kind"] == "Service":
            item["spec"] = {"type": "ExternalName", "externalName": "localhost", "ports": [{"name": "https", "port": self.service.port}]}
        if item["kind"] == "APIService":
            item["spec"]["service"]["port"] = self.service.port
            item["spec"]["caBundle"] = base64.b64encode(self.ca_file.read_bytes()).decode()
        return item
