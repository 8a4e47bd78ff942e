"""The API server accepts every object that the chart and the kustomizations make, in all their variants, and warns of nothing."""
from __future__ import annotations

import base64
import shutil
import unittest
from pathlib import Path
from typing import Any, Iterator, Sequence

import yaml
from harness import certificates
from harness.adapter import NAMESPACE
from harness.testcase import ProcessTestCase

from cluster import objects
from cluster.built import ROOT, NotBuilt, built
from cluster.control_plane import ControlPlane
from cluster.kubectl import Kubectl
from cluster.shell import Shell

CHART = "./charts/workload-variant-autoscaler"
MONITORING = ("--set=serviceMonitor.enabled=true", "--set=prometheusRule.enabled=true", "--set=grafanaDashboard.enabled=true",
              "--set=wva.prometheus.monitoringNamespace=monitoring", "--set=wva.prometheus.serviceAccountName=prometheus")
VARIANTS = {
    "default": (),
    "guide": ("--set=wva.scaleToZero=true",),
    "cert-manager": ("--set=certificates.mode=certManager",),
    "cert-manager with an issuer": ("--set=certificates.mode=certManager", "--set=certificates.certManager.issuerRef.name=ours",
                                    "--set=certificates.certManager.issuerRef.kind=ClusterIssuer"),
    "own certificate": ("--set=certificates.mode=existingSecret", "--set=certificates.existingSecret=ours",
                        "--set-file=certificates.caBundle={ca}"),
    "one namespace": ("--set=wva.namespaceScoped=true", "--set=wva.watchNamespace=llm-inference"),
    "external metrics": ("--set=apiServices.external.enabled=true",),
    "waking directly": ("--set=wva.options.wake-directly=true", "--set=wva.options.gateway-metrics-url=auto"),
    "Prometheus with everything": ("--set-file=wva.prometheus.caCert={ca}", "--set=wva.prometheus.bearerToken.secretName=token",
                                   "--set=wva.prometheus.clientCertificate.secretName=client"),
    "monitoring": MONITORING,
    "HPA": ("--set=va.enabled=true", "--set=hpa.enabled=true"),
    "KEDA": ("--set=va.enabled=true", "--set=keda.enabled=true"),
    "policy": ("--set-json=wva.modelScaleToZero='{{\"default\": {{\"enable_scale_to_zero\": true, \"retention_period\": \"15m\"}}}}'",
               "--set=wva.capacityScaling.default.kvCacheThreshold=0.7"),
    "no egress but what it needs": ("--set=networkPolicy.egress.enabled=true",),
    "a model only": ("--set=controller.enabled=false", "--set=va.enabled=true", "--set=hpa.enabled=true"),
}
# Of the kinds that are somebody else's.
DEFINITIONS = {
    "crds": ("cert-manager.io_certificates", "cert-manager.io_issuers", "monitoring.coreos.com_servicemonitors",
             "monitoring.coreos.com_prometheusrules"),
    "keda": ("keda.sh_scaledobjects",),
}
COMPONENTS = ("external-metrics", "wake-directly", "monitoring")


class Manifests(ProcessTestCase):
    kubectl: Kubectl
    shell: Shell
    project: Path  # a copy, with a certificate where the documentation says

    @classmethod
    def setUpClass(cls) -> None:
        try:
            definitions = [built(part) / "crd" / f"{name}.yaml" for part, names in DEFINITIONS.items() for name in names]
            helm = built("helm") / "bin"
        except NotBuilt as missing:
            raise unittest.SkipTest(str(missing)) from missing
        super().setUpClass()
        plane = ControlPlane(cls.class_folder)
        cls.addClassCleanup(plane.kill)
        plane.start()
        cls.kubectl = plane.kubectl
        cls.shell = Shell([plane.program("kubectl").parent, helm], plane.kubeconfig, cls.class_folder / "home")
        cls.ca_file = certificates.self_signed(cls.class_folder, "serving-ca").certificate
        cls.project = cls.class_folder / "project"
        shutil.copytree(ROOT / "manifests", cls.project / "manifests")
        cls.shell.need(f"certs/make-certs.sh {cls.project}/manifests/components/certificate-files/tls")
        for file in (*definitions, ROOT / "manifests/crd/variantautoscalings.llmd.ai.yaml"):
            cls.kubectl.run("apply", "--server-side", "-f", str(file))
        cls.kubectl.run("wait", "--for=condition=Established", "crd", "--all")
        # A dry run makes no namespace for what comes after it.
        for name in {NAMESPACE, "llm-inference", "monitoring", *cls.sample_namespaces()}:
            plane.api.create("/api/v1/namespaces", objects.namespace(name))

    @classmethod
    def sample_namespaces(cls) -> Iterator[str]:
        for item in yaml.safe_load_all((ROOT / "manifests/samples/00-namespaces.yaml").read_text()):
            yield item["metadata"]["name"]

    def test_the_chart(self) -> None:
        for name, values in VARIANTS.items():
            with self.subTest(name):
                self.accepted(self.rendered(values))

    def test_the_chart_passes_its_own_lint(self) -> None:
        for name, values in VARIANTS.items():
            with self.subTest(name):
                ran = self.shell.need(f"helm lint --strict --quiet {CHART} {self.command_line(values)}")
                self.assertEqual(ran.errors, "")

    def test_the_guides_value_becomes_the_environment_variable(self) -> None:
        for values, expected in ((VARIANTS["default"], "false"), (VARIANTS["guide"], "true")):
            (deployment,) = [item for item in self.rendered(values) if item["kind"] == "Deployment"]
            (container,) = deployment["spec"]["template"]["spec"]["containers"]
            self.assertIn({"name": "WVA_SCALE_TO_ZERO", "value": expected}, container["env"])

    def test_a_certificate_of_ones_own_is_served_and_its_authority_trusted(self) -> None:
        items = self.rendered(VARIANTS["own certificate"])
        bundles = {base64.b64decode(item["spec"]["caBundle"]) for item in items if item["kind"] == "APIService"}
        self.assertEqual(bundles, {self.ca_file.read_bytes()})
        self.assertNotIn("Secret", {item["kind"] for item in items})

    def test_every_overlay(self) -> None:
        overlays = sorted(path.parent.name for path in (self.project / "manifests/overlays").glob("*/kustomization.yaml"))
        self.assertEqual(overlays, ["cert-manager", "namespaced", "plain"])
        for overlay in overlays:
            folder = self.project / "manifests/overlays" / overlay
            for components in ((), COMPONENTS):
                with self.subTest(overlay, components=components):
                    self.uncomment(folder / "kustomization.yaml", components)
                    self.accepted(self.kubectl.kustomize(folder))

    def test_every_other_kustomization(self) -> None:
        files = [file for file in (self.project / "manifests").rglob("kustomization.yaml")
                 if yaml.safe_load(file.read_text())["kind"] == "Kustomization" and file.parent.parent.name != "overlays"]
        self.assertLessEqual({"base", "crd"}, {file.parent.name for file in files})
        for file in files:
            with self.subTest(file.parent.name):
                self.accepted(self.kubectl.kustomize(file.parent))

    def test_every_sample(self) -> None:
        for file in sorted((ROOT / "manifests/samples").glob("*.yaml")):
            with self.subTest(file.name):
                self.accepted(list(yaml.safe_load_all(file.read_text())))

    def accepted(self, items: Sequence[Any]) -> None:
        self.assertTrue(items)
        ran = self.kubectl.run("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-",
                               given=yaml.safe_dump_all(item for item in items if item))
        self.assertEqual(ran.warnings, "")

    def rendered(self, values: Sequence[str]) -> list[Any]:
        """As an installation would make them: with the cluster to look things up in."""
        text = self.shell.need(f"helm template workload-variant-autoscaler {CHART} --namespace {NAMESPACE} --dry-run=server "
                               f"{self.command_line(values)}").text
        return [item for item in yaml.safe_load_all(text) if item]

    def command_line(self, values: Sequence[str]) -> str:
        return " ".join(values).format(ca=self.ca_file)

    def uncomment(self, file: Path, components: Sequence[str]) -> None:
        text = file.read_text()
        for component in components:
            line = f"- ../../components/{component}\n"
            self.assertIn(f"# {line}", text)
            text = text.replace(f"# {line}", line)
        file.write_text(text)
