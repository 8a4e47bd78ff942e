"""A cluster for a test class in which pods of the product really run, and nothing is changed of what a user installs."""
from __future__ import annotations

import ssl
import unittest
from pathlib import Path
from typing import Any

from harness.client import Answer, Client
from harness.waiting import eventually

from cluster import objects
from cluster.built import NotBuilt, built
from cluster.control_plane_testcase import ControlPlaneTestCase
from cluster.machine import network
from cluster.machine.machine import Machine, RunningPod
from cluster.machine.services import Services
from cluster.shell import Shell

PROMETHEUS = "monitoring", "prometheus-operated"  # where the chart and the manifests look for it
AVAILABLE = 60.0  # seconds: the API server looks at once where a Service's pods change, else every half minute


class MachineTestCase(ControlPlaneTestCase):
    """Pods must end with code 0. The controllers aren't started: those of garbage and autoscalers would not know a resource that is
    installed after them for half a minute."""

    CONTROLLERS = ("endpointslice-controller", "disruption-controller")
    API_SERVER_FLAGS = (f"--advertise-address={network.MACHINE}",)  # the network of its own has no way out to find one by

    machine: Machine
    shell: Shell

    @classmethod
    def setUpClass(cls) -> None:
        try:
            network.enter()
            helm = built("helm") / "bin"
        except (network.NotPermitted, NotBuilt) as missing:
            raise unittest.SkipTest(str(missing)) from missing
        super().setUpClass()
        cls.shell = Shell([cls.plane.program("kubectl").parent, helm], cls.plane.kubeconfig, cls.class_folder / "home")
        cls.start_prometheus()
        namespace, name = PROMETHEUS
        cls.kubectl.apply([objects.namespace(namespace), {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": {"ports": [{"port": 9090}]}}])
        services = Services(cls.plane.api, {("default", "kubernetes"): cls.plane.admin.port, PROMETHEUS: cls.prometheus.port})
        cls.addClassCleanup(services.close)
        cls.machine = Machine(cls.plane.api, cls.class_folder / "machine", services, cls._class_children.append)
        cls.addClassCleanup(cls.end_machine)
        cls.prometheus.wait_ready()

    @classmethod
    def end_machine(cls) -> None:
        cls.machine.close()
        codes = {child.name: child.wait() for child in cls.machine.children}
        if cls.machine.problems or any(codes.values()):
            raise AssertionError(f"{cls.machine.problems} {codes}")

    @classmethod
    def wait_available(cls, *names: str) -> None:
        """Until the API server takes these APIServices for available."""
        def available(name: str) -> bool:
            if cls.machine.problems:
                raise AssertionError(cls.machine.problems)
            return [c["status"] for c in cls.api_service(name).get("status", {}).get("conditions", []) if c["type"] == "Available"] == ["True"]
        try:
            eventually(f"{names} are available", lambda: all(available(name) for name in names), AVAILABLE)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{[cls.api_service(name) for name in names]}") from late

    @classmethod
    def api_service(cls, name: str) -> Any:
        return cls.plane.api.get(f"/apis/apiregistration.k8s.io/v1/apiservices/{name}")

    @classmethod
    def direct(cls, pod: RunningPod, ca_file: Path) -> Client:
        """To one pod, past the API server, as administrator. `ca_file`: what the APIServices trust. They ask for the Service's name, which
        an address is not."""
        context = ssl.create_default_context(cafile=str(ca_file))
        context.check_hostname = False
        pair = cls.plane.admin.pair
        assert pair is not None
        context.load_cert_chain(str(pair.certificate), str(pair.key))
        (container,) = pod.item["spec"]["containers"]
        return Client(container["ports"][0]["containerPort"], context, address=pod.address)

    @classmethod
    def get(cls, path: str) -> Answer:
        return cls.plane.api.request("GET", path)
