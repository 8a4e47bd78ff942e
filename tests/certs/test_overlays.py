"""The overlays of manifests/: certificates reach where they belong, optional components combine, and kubectl has nothing to complain of.
Also what tests/e2e/kind.sh applies, since the script itself needs Docker.
"""
from __future__ import annotations

import base64
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

import yaml

from made import ROOT, make

CUSTOM = {"v1beta1.custom.metrics.k8s.io", "v1beta2.custom.metrics.k8s.io"}
EXTERNAL = {"v1beta1.external.metrics.k8s.io"}
ACCOUNT = {"kind": "ServiceAccount", "name": "inferno-adapter", "namespace": "workload-variant-autoscaler-system"}


class Overlays(unittest.TestCase):
    kubectl: str
    manifests: Path  # a copy, with certificates in it

    @classmethod
    def setUpClass(cls) -> None:
        found = subprocess.run([str(ROOT / "scripts/build-control-plane.sh"), "--find", "kubernetes"],
                               capture_output=True, text=True, check=False)
        if found.returncode != 0:
            raise unittest.SkipTest(found.stderr.strip())
        cls.kubectl = f"{found.stdout.strip()}/bin/kubectl"
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="inferno-test-")))
        cls.manifests = folder / "manifests"
        shutil.copytree(ROOT / "manifests", cls.manifests, ignore=shutil.ignore_patterns("tls"))
        make(cls.manifests / "components/certificate-files/tls")
        for overlay in ("plain", "cert-manager", "namespaced"):
            cls.with_everything(overlay)

    @classmethod
    def with_everything(cls, overlay: str) -> None:
        """Beside the overlay, NAME-everything: the same with all optional components."""
        copy = cls.manifests / f"overlays/{overlay}-everything"
        shutil.copytree(cls.manifests / "overlays" / overlay, copy)
        file = copy / "kustomization.yaml"
        file.write_text(file.read_text().replace("# - ../../components/", "- ../../components/"))

    def render(self, folder: str) -> list[Any]:
        done = subprocess.run([self.kubectl, "kustomize", str(self.manifests / folder)],
                              capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return list(yaml.safe_load_all(done.stdout))

    def of_kind(self, folder: str, kind: str) -> dict[str, Any]:
        return {item["metadata"]["name"]: item for item in self.render(folder) if item["kind"] == kind}

    def test_made_certificates(self) -> None:
        tls = self.manifests / "components/certificate-files/tls"
        for overlay, services in {"plain": CUSTOM, "namespaced": CUSTOM, "plain-everything": CUSTOM | EXTERNAL,
                                  "namespaced-everything": CUSTOM | EXTERNAL}.items():
            with self.subTest(overlay):
                found = self.of_kind(f"overlays/{overlay}", "APIService")
                self.assertEqual(set(found), services)
                for item in found.values():
                    self.assertEqual(base64.b64decode(item["spec"]["caBundle"]), (tls / "ca.crt").read_bytes())
                secret = self.of_kind(f"overlays/{overlay}", "Secret")["inferno-adapter-serving-cert"]
                self.assertEqual((secret["type"], {name: base64.b64decode(text) for name, text in secret["data"].items()}), (
                    "kubernetes.io/tls", {name: (tls / name).read_bytes() for name in ("tls.crt", "tls.key", "ca.crt")}))

    def test_certificates_of_cert_manager(self) -> None:
        for overlay, services in {"cert-manager": CUSTOM, "cert-manager-everything": CUSTOM | EXTERNAL}.items():
            with self.subTest(overlay):
                found = self.of_kind(f"overlays/{overlay}", "APIService")
                wanted = {"cert-manager.io/inject-ca-from": "workload-variant-autoscaler-system/inferno-adapter-serving-cert"}
                self.assertEqual({name: item["metadata"]["annotations"] for name, item in found.items()}, dict.fromkeys(services, wanted))
                certificate = self.of_kind(f"overlays/{overlay}", "Certificate")["inferno-adapter-serving-cert"]
                self.assertIn("inferno-adapter.workload-variant-autoscaler-system.svc", certificate["spec"]["dnsNames"])

    def test_optional_components_set_their_options(self) -> None:
        for overlay, expected in {"plain": ("false", None), "plain-everything": ("true", "true")}.items():
            with self.subTest(overlay):
                set_ = self.environment(f"overlays/{overlay}")
                self.assertEqual((set_["INFERNO_EXTERNAL_METRICS"], set_.get("INFERNO_WAKE_DIRECTLY")), expected)

    def test_one_namespace(self) -> None:
        """All it may do in the whole cluster is to ask who a caller is. The rest is a role of the namespace that it watches."""
        for overlay, roles in {"namespaced": {"inferno-adapter"},
                               "namespaced-everything": {"inferno-adapter", "inferno-adapter-wake-directly"}}.items():
            with self.subTest(overlay):
                items = self.render(f"overlays/{overlay}")
                bound = {item["roleRef"]["name"] for item in items if item["kind"] == "ClusterRoleBinding" and ACCOUNT in item["subjects"]}
                self.assertEqual(bound, {"system:auth-delegator"})
                watched = self.environment(f"overlays/{overlay}")["INFERNO_WATCH_NAMESPACE"]
                there = [item for item in items if item["metadata"].get("namespace") == watched]
                self.assertEqual({(item["kind"], item["metadata"]["name"]) for item in there},
                                 {(kind, name) for kind in ("Role", "RoleBinding") for name in roles})
                for item in there:
                    if item["kind"] == "RoleBinding":
                        self.assertEqual((item["roleRef"]["kind"], item["roleRef"]["name"]), ("Role", item["metadata"]["name"]))

    def test_policy_is_the_users(self) -> None:
        """Applying an overlay again must not undo edits."""
        self.assertEqual(self.of_kind("overlays/plain-everything", "ConfigMap"), {})

    def test_the_kind_cluster(self) -> None:
        """Its model is the guide's: the same objects by the same names, with other windows."""
        self.assertIn("prometheus", self.of_kind("kind/prometheus", "Deployment"))
        sample = list(yaml.safe_load_all((ROOT / "manifests/samples/llama-8b.yaml").read_text()))
        wanted = {(item["kind"], item["metadata"]["namespace"], item["metadata"]["name"]) for item in sample}
        found = {(item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]) for item in self.render("kind/model")}
        self.assertEqual(wanted - found, set())

    def test_the_kind_script_uses_files_that_exist(self) -> None:
        done = subprocess.run([str(ROOT / "tests/e2e/kind.sh"), "--dry-run"], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        named = set(re.findall(r"(?<= )(?:\./charts|manifests|tests)/\S+", done.stdout))
        self.assertGreaterEqual(named, {"./charts/workload-variant-autoscaler", "manifests/kind/cluster.yaml", "tests/sim"})
        self.assertEqual({path for path in named if not (ROOT / path).exists()}, set())

    def test_the_image_is_of_this_version(self) -> None:
        version = re.search(r"project\(inferno-adapter VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())
        assert version is not None
        container = self.container("base")
        self.assertEqual(container["image"], f"ghcr.io/inferno-adapter/inferno-adapter:{version.group(1)}")

    def container(self, folder: str) -> Any:
        deployment = self.of_kind(folder, "Deployment")["workload-variant-autoscaler-controller"]
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        return container

    def environment(self, folder: str) -> dict[str, str]:
        return {entry["name"]: entry.get("value", "") for entry in self.container(folder)["env"]}
