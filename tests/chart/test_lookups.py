"""What the chart looks up in a cluster: with a real API server, and without pods."""
from __future__ import annotations

import base64
import subprocess
from typing import Any

from harness.testcase import ProcessTestCase
from harness.waiting import eventually

import helm
from cluster.built import ROOT
from cluster.control_plane import ControlPlane
from helm import CHART, NAMESPACE, RELEASE, ChartTestCase, Refused

CRD = "variantautoscalings.llmd.ai"
POLICY = "model-scale-to-zero-config"
CUSTOM = "v1beta2.custom.metrics.k8s.io"


class Lookups(ProcessTestCase, ChartTestCase):
    plane: ControlPlane

    @classmethod
    def setUpClass(cls) -> None:
        ChartTestCase.setUpClass()
        super().setUpClass()
        cls.plane = ControlPlane(cls.class_folder)
        cls.addClassCleanup(cls.plane.kill)
        cls.plane.start()
        cls.kubectl = cls.plane.kubectl

    def setUp(self) -> None:
        """Installed with its defaults, whatever the last test left."""
        self.upgrade()

    # ---- the self-signed certificate

    def test_an_upgrade_keeps_the_certificate(self) -> None:
        before = self.secret()
        self.upgrade("--set", "wva.scaleToZero=true")
        self.assertEqual(self.secret(), before)

    def test_an_upgrade_near_its_end_renews_it_and_trusts_both_authorities(self) -> None:
        for _ in range(2):
            before = self.secret()
            self.upgrade("--set", "certificates.selfSigned.renewBeforeDays=3650")
            after = self.secret()
            self.assertNotEqual(after["tls.crt"], before["tls.crt"])
            bundle = self.bundle()
            self.assertEqual(bundle, after["ca.crt"])
            self.assertEqual(bundle.count(b"BEGIN CERTIFICATE"), 2)
            for certificate in (before["tls.crt"], after["tls.crt"]):  # pods have the old one for a while
                self.assert_trusted(certificate, bundle)

    def test_a_certificate_for_another_name_is_replaced(self) -> None:
        before = self.secret()
        self.kubectl.run("annotate", "--overwrite", "secret", f"{RELEASE}-tls", "-n", NAMESPACE,
                         "workload-variant-autoscaler/server-name=other.svc")
        self.upgrade("--force-conflicts")
        self.assertNotEqual(self.secret()["tls.crt"], before["tls.crt"])

    # ---- ConfigMaps

    def test_an_upgrade_touches_only_the_keys_that_values_give(self) -> None:
        self.upgrade("--set", "wva.modelScaleToZero.default.retention_period=15m,wva.modelScaleToZero.a.model_id=a")
        self.kubectl.run("patch", "configmap", POLICY, "-n", NAMESPACE, "--type=merge", "-p", '{"data": {"mine": "model_id: mine\\n"}}')
        self.upgrade("--set", "wva.modelScaleToZero.default.retention_period=20m")
        self.assertEqual(self.policy(), {"default": "retention_period: 20m\n", "mine": "model_id: mine\n"})
        self.upgrade()
        self.assertEqual(self.policy(), {"mine": "model_id: mine\n"})

    def test_a_configmap_applied_as_the_guide_does_survives(self) -> None:
        guide = (ROOT / "manifests/samples/model-scale-to-zero-config.yaml").read_text()
        self.kubectl.apply(guide)
        applied = self.policy()
        self.assertEqual(set(applied), {"default", "llama-8b", "llama-70b", "llama-production"})
        self.upgrade("--set", "wva.scaleToZero=true")
        self.assertEqual(self.policy(), applied)
        self.kubectl.apply(guide)

    # ---- registration

    def test_it_refuses_what_another_server_registered(self) -> None:
        self.uninstall()
        foreign = {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
                   "metadata": {"name": "v1beta1.external.metrics.k8s.io"},
                   "spec": {"group": "external.metrics.k8s.io", "version": "v1beta1", "groupPriorityMinimum": 100, "versionPriority": 100,
                            "insecureSkipTLSVerify": True,
                            "service": {"name": "keda-operator-metrics-apiserver", "namespace": "keda", "port": 443}}}
        self.kubectl.apply([foreign])
        self.addCleanup(self.kubectl.run, "delete", "apiservice", "v1beta1.external.metrics.k8s.io", "--ignore-not-found")
        with self.assertRaises(Refused) as caught:
            self.upgrade("--set", "apiServices.external.enabled=true")
        for words in ("v1beta1.external.metrics.k8s.io is served by keda/keda-operator-metrics-apiserver", "apiServices.external.enabled=false",
                      "apiServices.takeOver=true"):
            self.assertIn(words, str(caught.exception))
        self.upgrade()  # without it
        self.upgrade("--set", "apiServices.external.enabled=true,apiServices.takeOver=true", "--take-ownership", "--force-conflicts")
        service = self.kubectl.json("get", "apiservice", "v1beta1.external.metrics.k8s.io")["spec"]["service"]
        self.assertEqual((service["namespace"], service["name"]), (NAMESPACE, RELEASE))

    # ---- the resource definition

    def test_an_upgrade_brings_the_resource_definition_up_to_date(self) -> None:
        self.kubectl.run("patch", "crd", CRD, "--type=json", "-p", '[{"op": "remove", "path": "/spec/names/shortNames"}]')
        self.upgrade("--force-conflicts")
        self.assertEqual(self.definition()["spec"]["names"].get("shortNames"), ["va"])

    def test_one_of_somebody_else_is_left_alone(self) -> None:
        self.uninstall()
        self.kubectl.run("delete", "crd", CRD)
        self.kubectl.run("apply", "-k", str(ROOT / "manifests/crd"))
        self.addCleanup(self.kubectl.run, "delete", "crd", CRD)
        said = self.upgrade()
        self.assertIn(f"The resource definition {CRD} is not part of this release", said)
        self.upgrade()
        self.assertNotIn("meta.helm.sh/release-name", self.definition()["metadata"].get("annotations", {}))

    def test_ours_is_not_deleted_when_its_annotations_were_lost(self) -> None:
        found = self.definition()
        self.kubectl.run("replace", "-f", str(ROOT / "manifests/crd" / f"{CRD}.yaml"))
        self.upgrade("--force-conflicts")
        self.assertEqual(self.definition()["metadata"]["uid"], found["metadata"]["uid"])
        self.assertEqual(self.definition()["metadata"]["annotations"]["helm.sh/resource-policy"], "keep")

    def test_a_sample_of_a_kind_that_is_new_comes_with_the_second_run(self) -> None:
        self.uninstall()
        self.kubectl.run("delete", "crd", CRD)
        self.kubectl.run("create", "namespace", "llm-inference")
        self.addCleanup(self.kubectl.run, "delete", "va", "-n", "llm-inference", "--all")
        samples = ("--set", "va.enabled=true,hpa.enabled=true,llmd.namespace=llm-inference")
        self.assertIn("NOT made yet", self.upgrade(*samples))
        eventually("the kind is served", lambda: self.plane.api.request(
            "GET", "/apis/llmd.ai/v1alpha1/variantautoscalings").status == 200)
        self.assertNotIn("NOT made yet", self.upgrade(*samples))
        self.assertEqual([item["metadata"]["name"] for item in self.kubectl.json("get", "va", "-n", "llm-inference")["items"]],
                         [f"{RELEASE}-va"])

    # ---- what a cluster lacks

    def test_kinds_that_the_cluster_does_not_have_are_named(self) -> None:
        for value, words in (("certificates.mode=certManager", "certificates.mode=certManager needs cert-manager"),
                             ("serviceMonitor.enabled=true", "serviceMonitor.enabled=true needs the Prometheus operator"),
                             ("prometheusRule.enabled=true", "prometheusRule.enabled=true needs the Prometheus operator"),
                             ("keda.enabled=true", "keda.enabled=true needs KEDA")):
            with self.subTest(value), self.assertRaises(Refused) as caught:
                self.upgrade("--set", value)
            self.assertIn(words, str(caught.exception))

    # ----

    def upgrade(self, *arguments: str) -> str:
        """Installs or upgrades; what helm says."""
        return helm.run("upgrade", "-i", RELEASE, str(CHART), "--namespace", NAMESPACE, "--create-namespace",
                        "--kubeconfig", str(self.plane.kubeconfig), "--reset-values", *arguments)

    def uninstall(self) -> None:
        helm.run("uninstall", RELEASE, "--namespace", NAMESPACE, "--kubeconfig", str(self.plane.kubeconfig), "--ignore-not-found")

    def secret(self) -> dict[str, bytes]:
        data = self.kubectl.json("get", "secret", f"{RELEASE}-tls", "-n", NAMESPACE)["data"]
        return {key: base64.b64decode(text) for key, text in data.items()}

    def bundle(self) -> bytes:
        return base64.b64decode(self.kubectl.json("get", "apiservice", CUSTOM)["spec"]["caBundle"])

    def policy(self) -> Any:
        return self.kubectl.json("get", "configmap", POLICY, "-n", NAMESPACE).get("data", {})

    def definition(self) -> Any:
        return self.kubectl.json("get", "crd", CRD)

    def assert_trusted(self, certificate: bytes, bundle: bytes) -> None:
        (self.folder / "ca.crt").write_bytes(bundle)
        done = subprocess.run(["openssl", "verify", "-CAfile", "ca.crt", "-verify_hostname", f"{RELEASE}.{NAMESPACE}.svc"],
                              input=certificate, cwd=self.folder, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
