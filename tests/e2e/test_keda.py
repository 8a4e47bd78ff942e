"""KEDA scales by the adapter's series: the operator and its metrics server of KEDA itself, and the guide's ScaledObject, word for word.

Two replicas of the adapter are scraped: KEDA refuses a query that finds two series, so only one of them may export the decisions. KEDA owns external.metrics.k8s.io here, so the adapter leaves that group alone.
"""
from __future__ import annotations

import base64
import unittest
from pathlib import Path
from typing import Any

import yaml
from fleet.fleet import ModelKey
from harness import certificates
from harness.adapter import NAMESPACE
from harness.child import Child
from harness.ports import free_port
from harness.waiting import eventually

from cluster import objects, service_account
from cluster.built import ROOT, NotBuilt, built
from cluster.installation import EXTERNAL, SERVICE
from cluster.service_proxy import ServiceProxy
from cluster.testcase import ClusterTestCase

GUIDE = ROOT / "tests/e2e/guide/scaledobject.yaml"
POLLING_INTERVAL = 30  # seconds, in it
RETENTION = 5  # seconds
AS_PRINTED = ModelKey("llm-inference", "meta/llama-3.1-8b")
QUICK = ModelKey("quick", "qwen/qwen3-8b")
POLICY = objects.scale_to_zero({"default": f"enable_scale_to_zero: true\nretention_period: {RETENTION}s\n"})


def quick_scaled_object(model: ModelKey, deployment: str) -> Any:
    """The guide's, with the times cut short."""
    item = yaml.safe_load(GUIDE.read_text())
    item["metadata"]["name"] = deployment
    trigger = item["spec"]["triggers"][0]["metadata"]
    trigger["query"] = (f'inferno_desired_replicas{{variantautoscaling_name="{deployment}-autoscaler",'
                        f'variantautoscaling_namespace="{model.namespace}"}}')
    behavior = {"scaleDown": {"stabilizationWindowSeconds": 0}}
    item["spec"] |= {"scaleTargetRef": {"name": deployment}, "pollingInterval": 2, "cooldownPeriod": 5,
                     "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behavior}}}
    return item


class Keda(ClusterTestCase):
    EXTERNAL = False
    built: Path
    pods: list[ServiceProxy]  # by which Prometheus reaches each replica

    @classmethod
    def setUpClass(cls) -> None:
        try:
            cls.built = built("keda")
        except NotBuilt as missing:
            raise unittest.SkipTest(str(missing)) from missing
        super().setUpClass()
        cls.kubectl.apply([POLICY])
        cls.add_model(AS_PRINTED, {"llama-8b": 1})
        cls.add_model(QUICK, {"qwen": 1})
        cls.wait_scraped()
        cls.kubectl.apply([{
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "prometheus"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "inferno-adapter-metrics-scraper"},
            "subjects": [{"kind": "ServiceAccount", "name": "prometheus", "namespace": "monitoring"}]}])
        replicas = [cls.start_replica() for _ in cls.pods]
        for pod, replica in zip(cls.pods, replicas):
            pod.set_endpoints([replica.port])
        cls.serve(*replicas)
        cls.install_keda()
        # A ScaledObject that finds a value above zero keeps its target for the whole cooldown period. KEDA asks for the value as of the last
        # whole second, so that the newest sample alone says nothing.
        eventually("Prometheus has known for seconds that both are idle",
                   lambda: cls.prometheus.query("max_over_time(inferno_desired_replicas[3s])") == [0, 0])

    @classmethod
    def more_scrape_jobs(cls) -> str:
        """The adapter's own series, read as a service account of the cluster."""
        cls.pods = [ServiceProxy(), ServiceProxy()]
        for pod in cls.pods:
            cls.addClassCleanup(pod.close)
        cls.kubectl.apply([objects.namespace("monitoring")])
        service_account.create(cls.plane, "monitoring", "prometheus")
        token = cls.class_folder / "prometheus.token"
        token.write_text(service_account.token(cls.plane, "monitoring", "prometheus"))
        return f"""\
- job_name: inferno-adapter
  scheme: https
  authorization: {{credentials_file: {token}}}
  tls_config: {{ca_file: {cls.installation.ca_file}, server_name: {SERVICE}.{NAMESPACE}.svc}}
  static_configs: [{{targets: {[f"127.0.0.1:{pod.port}" for pod in cls.pods]}}}]
"""

    @classmethod
    def install_keda(cls) -> None:
        folder = cls.class_folder / "keda"
        folder.mkdir()
        authority = certificates.self_signed(folder, "ca")
        pair = certificates.signed_by(authority, folder, "tls", "/CN=keda",
                                      f"{certificates.SERVER_NAMES},DNS:keda-metrics-apiserver.keda.svc")
        port, operator_port = free_port(), free_port()
        cls.kubectl.run("apply", "--server-side", "-f", str(cls.built / "crd"))
        cls.kubectl.apply([
            objects.namespace("keda"),
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "keda-metrics-apiserver", "namespace": "keda"},
             "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]}},
            {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": EXTERNAL[0]},
             "spec": {"group": "external.metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
                      "caBundle": base64.b64encode(authority.certificate.read_bytes()).decode(),
                      "service": {"name": "keda-metrics-apiserver", "namespace": "keda", "port": port}}}])
        # The guide's Prometheus is http://prometheus:9090. Asked as a proxy for that address, ours answers for it.
        environment = {"WATCH_NAMESPACE": "", "POD_NAMESPACE": "keda", "KEDA_CLUSTER_OBJECT_NAMESPACE": "keda",
                       "HTTP_PROXY": cls.prometheus.url}
        kubeconfig = str(cls.plane.kubeconfig)
        cls.run_to_the_end(Child("keda-operator", [
            str(cls.built / "bin/operator"), f"--kubeconfig={kubeconfig}", f"--cert-dir={folder}",
            "--metrics-bind-address=127.0.0.1:0", f"--health-probe-bind-address=127.0.0.1:{free_port()}",
            f"--metrics-service-bind-address=127.0.0.1:{operator_port}"], folder / "operator.log", environment))
        cls.run_to_the_end(Child("keda-metrics-server", [
            str(cls.built / "bin/adapter"), f"--kubeconfig={kubeconfig}", f"--lister-kubeconfig={kubeconfig}",
            f"--authentication-kubeconfig={kubeconfig}", f"--authorization-kubeconfig={kubeconfig}", "--bind-address=127.0.0.1",
            f"--secure-port={port}", f"--port={free_port()}", f"--metrics-service-address=localhost:{operator_port}",
            f"--cert-dir={folder}", f"--tls-cert-file={pair.certificate}", f"--tls-private-key-file={pair.key}",
        ], folder / "metrics-server.log", environment))

    @classmethod
    def run_to_the_end(cls, child: Child) -> None:
        cls.addClassCleanup(child.kill)
        cls._class_children.append(child)

    def test_one_of_two_replicas_exports_the_decisions(self) -> None:
        self.assertEqual(self.prometheus.query('up{job="inferno-adapter"}'), [1, 1])
        self.assertEqual(self.prometheus.query("count by (variantautoscaling_name) (inferno_desired_replicas)"), [1, 1])
        self.assertEqual(self.prometheus.query("count(inferno_adapter_build_info)"), [2])

    def test_the_guides_scaled_object_as_printed(self) -> None:
        self.kubectl.run("apply", "-n", AS_PRINTED.namespace, "-f", str(GUIDE))
        self.wait_replicas(AS_PRINTED, "llama-8b", range(1), 2 * POLLING_INTERVAL)
        self.fleet.send_one(AS_PRINTED)
        self.wait_replicas(AS_PRINTED, "llama-8b", range(1, 2), 2 * POLLING_INTERVAL)
        eventually("its request is answered", lambda: self.fleet.load(AS_PRINTED).finished == 1)
        scaled = self.kubectl.json("get", "scaledobject", "llama-8b-scaler", "-n", AS_PRINTED.namespace)
        self.assertIn(("Ready", "True"), [(item["type"], item["status"]) for item in scaled["status"]["conditions"]])

    def test_to_zero_and_growth_and_to_zero_again(self) -> None:
        self.kubectl.run("apply", "-n", QUICK.namespace, "-f", "-", given=yaml.safe_dump(quick_scaled_object(QUICK, "qwen")))
        self.wait_replicas(QUICK, "qwen", range(1), 30)
        self.fleet.send(QUICK, 14.0)
        self.wait_replicas(QUICK, "qwen", range(3, 11), 90)
        self.fleet.send(QUICK, 0.0)
        self.wait_replicas(QUICK, "qwen", range(1), 90)

    def test_each_group_has_its_owner(self) -> None:
        services = {item["metadata"]["name"]: item["spec"]["service"]["name"]
                    for item in self.kubectl.json("get", "apiservices")["items"] if item["spec"].get("service")}
        self.assertEqual(services, {
            "v1beta1.custom.metrics.k8s.io": SERVICE, "v1beta2.custom.metrics.k8s.io": SERVICE,
            "v1beta1.external.metrics.k8s.io": "keda-metrics-apiserver"})

    def wait_replicas(self, model: ModelKey, deployment: str, expected: range, timeout: float) -> None:
        eventually(f"{deployment} has {expected} replicas", lambda: self.replicas(model.namespace, deployment) in expected, timeout)
