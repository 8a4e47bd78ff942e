"""What the chart renders for different values, against the rules that every installation keeps."""
from __future__ import annotations

import base64
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

from harness.adapter import BINARY

from cluster.built import ROOT
from helm import NAMESPACE, RELEASE, ChartTestCase, Refused, Rendered, render

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
CERT_MANAGER = {"certificates": {"mode": "certManager"}}
OWN_CERTIFICATE = {"certificates": {"mode": "existingSecret", "existingSecret": "my-tls", "caBundle": PEM}}
NAMESPACED = {"wva": {"namespaceScoped": True, "watchNamespace": "llm-inference"}}
EXTERNAL = {"apiServices": {"external": {"enabled": True}}}
WAKE = {"wva": {"options": {"wake-directly": True, "gateway-metrics-url": "auto"}}}
READ_ONLY = {"wva": {"options": {"write-status": False, "write-events": False}}}
SAMPLES = {"va": {"enabled": True}, "hpa": {"enabled": True, "minReplicas": 0}, "llmd": {"scaleTargetName": "llama-8b"}}
MONITORING = {"serviceMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}, "grafanaDashboard": {"enabled": True}}
PROMETHEUS = {"wva": {
    "prometheus": {"baseURL": "https://prometheus.example.com", "caConfigMap": {"name": "prometheus-ca", "key": "service-ca.crt"},
                   "bearerToken": {"secretName": "prometheus-token"}, "clientCertificate": {"secretName": "prometheus-client"}},
    "options": {"prometheus-header": ["X-Scope-OrgID: a", "X-Other: b"], "signal-max-age": "3s", "metric-alias": ["wva_desired_replicas"]}}}
EGRESS = {"networkPolicy": {"egress": {"enabled": True}}}

VALUE_SETS: dict[str, Any] = {
    "defaults": {}, "cert-manager": CERT_MANAGER, "own certificate": OWN_CERTIFICATE, "namespaced": NAMESPACED, "external": EXTERNAL,
    "wake directly": WAKE, "read only": READ_ONLY, "samples": SAMPLES, "monitoring": MONITORING, "Prometheus with TLS": PROMETHEUS,
    "egress": EGRESS, "one replica": {"wva": {"replicaCount": 1}}, "debug": {"wva": {"logging": {"level": "debug", "format": "json"}}},
}


class Rendering(ChartTestCase):
    def test_the_guide_s_command(self) -> None:
        rendered = render(None, "--set", "wva.scaleToZero=true")
        self.assertIn({"name": "WVA_SCALE_TO_ZERO", "value": "true"}, rendered.container["env"])
        self.assertEqual(rendered.deployment["metadata"]["namespace"], NAMESPACE)
        self.assertEqual(rendered.deployment["spec"]["replicas"], 2)
        # `kubectl get configmap model-scale-to-zero-config` finds it, and it takes nothing back from the variable.
        self.assertEqual(rendered.named("ConfigMap", "model-scale-to-zero-config")["data"], {})

    def test_names_follow_the_release(self) -> None:
        self.assertTrue(render(release="other").named("Deployment", "other-workload-variant-autoscaler-controller"))
        self.assertTrue(render({"fullnameOverride": "short"}).named("Deployment", "short-controller"))
        for rendered in (render(release="r" * 53), render({"fullnameOverride": "f" * 80})):
            for kind in ("Service", "Deployment"):
                (item,) = rendered.of_kind(kind)
                self.assertLessEqual(len(item["metadata"]["name"]), 63)

    def test_every_pod_keeps_the_rules(self) -> None:
        for name, values in VALUE_SETS.items():
            with self.subTest(name):
                rendered = render(values)
                self.assert_restricted(rendered)
                self.assert_probed(rendered)
                self.assert_mounts_have_volumes(rendered)
                grace = int(_argument(rendered, "shutdown-grace-period").removesuffix("s"))
                pause = rendered.container["lifecycle"]["preStop"]["sleep"]["seconds"]
                self.assertGreater(rendered.pod["terminationGracePeriodSeconds"], grace + pause)

    def test_the_program_takes_every_argument(self) -> None:
        """Outside a pod it then lacks a way to the cluster, which it says once its options are right."""
        for name, values in VALUE_SETS.items():
            with self.subTest(name):
                arguments = render(values).arguments
                self.assertEqual(len({argument.split("=")[0] for argument in arguments if "header" not in argument}),
                                 len([argument for argument in arguments if "header" not in argument]), "given twice")
                self.assert_accepted(arguments)

    def test_selectors_find_the_pods(self) -> None:
        rendered = render(MONITORING)
        labels = rendered.deployment["spec"]["template"]["metadata"]["labels"].items()
        for selector in (
            rendered.deployment["spec"]["selector"]["matchLabels"],
            rendered.named("Service", RELEASE)["spec"]["selector"],
            rendered.named("PodDisruptionBudget", RELEASE)["spec"]["selector"]["matchLabels"],
            rendered.named("NetworkPolicy", RELEASE)["spec"]["podSelector"]["matchLabels"],
            rendered.pod["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"][0]["podAffinityTerm"]
            ["labelSelector"]["matchLabels"],
            rendered.pod["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
        ):
            self.assertTrue(selector.items() <= labels, selector)
        service_labels = rendered.named("Service", RELEASE)["metadata"]["labels"].items()
        self.assertTrue(rendered.named("ServiceMonitor", RELEASE)["spec"]["selector"]["matchLabels"].items() <= service_labels)

    # ---- registration and certificates

    def test_registration(self) -> None:
        custom = {"v1beta1.custom.metrics.k8s.io", "v1beta2.custom.metrics.k8s.io"}
        for values, names in (({}, custom), (EXTERNAL, custom | {"v1beta1.external.metrics.k8s.io"}),
                              ({"apiServices": {"custom": {"enabled": False}}}, set())):
            rendered = render(values)
            services = rendered.of_kind("APIService")
            self.assertEqual({item["metadata"]["name"] for item in services}, names)
            self.assertEqual(_argument(rendered, "external-metrics"), str("v1beta1.external.metrics.k8s.io" in names).lower())
            for item in services:
                self.assertEqual(item["spec"]["service"], {"name": RELEASE, "namespace": NAMESPACE, "port": 443})
                self.assertEqual(item["metadata"]["name"], f"{item['spec']['version']}.{item['spec']['group']}")
                self.assertIs(item["spec"]["insecureSkipTLSVerify"], False)

    def test_the_self_signed_certificate_verifies_by_what_is_registered(self) -> None:
        rendered = render()
        data = {key: base64.b64decode(text) for key, text in rendered.named("Secret", f"{RELEASE}-tls")["data"].items()}
        for item in rendered.of_kind("APIService"):
            self.assertEqual(base64.b64decode(item["spec"]["caBundle"]), data["ca.crt"])
        with tempfile.TemporaryDirectory() as folder:
            for key, content in data.items():
                (Path(folder) / key).write_bytes(content)
            verified = subprocess.run(
                ["openssl", "verify", "-CAfile", "ca.crt", "-purpose", "sslserver", "-verify_hostname", f"{RELEASE}.{NAMESPACE}.svc",
                 "tls.crt"], cwd=folder, capture_output=True, text=True, check=False)
        self.assertEqual((verified.returncode, verified.stdout), (0, "tls.crt: OK\n"), verified.stderr)

    def test_cert_manager_fills_in_the_authority(self) -> None:
        rendered = render(CERT_MANAGER)
        certificate = rendered.named("Certificate", RELEASE)["spec"]
        self.assertEqual((certificate["secretName"], certificate["dnsNames"]), (f"{RELEASE}-tls", [f"{RELEASE}.{NAMESPACE}.svc"]))
        self.assertEqual(certificate["issuerRef"]["name"], f"{RELEASE}-ca")
        self.assertTrue(rendered.named("Certificate", f"{RELEASE}-ca")["spec"]["isCA"])
        for item in rendered.of_kind("APIService"):
            self.assertEqual(item["metadata"]["annotations"], {"cert-manager.io/inject-ca-from": f"{NAMESPACE}/{RELEASE}"})
            self.assertNotIn("caBundle", item["spec"])
        self.assertEqual(rendered.of_kind("Secret"), [])
        given = {"certificates": {"mode": "certManager", "certManager": {"issuerRef": {"name": "company", "kind": "ClusterIssuer"}}}}
        (only,) = render(given).of_kind("Certificate")
        self.assertEqual(only["spec"]["issuerRef"], {"name": "company", "kind": "ClusterIssuer"})

    def test_an_own_certificate(self) -> None:
        rendered = render({**OWN_CERTIFICATE, **MONITORING})
        self.assertEqual(_volume(rendered, "tls")["secret"]["secretName"], "my-tls")
        for item in rendered.of_kind("APIService"):
            self.assertEqual(base64.b64decode(item["spec"]["caBundle"]).decode(), PEM)
        self.assertEqual(rendered.of_kind("Secret"), [])
        authority = rendered.named("ServiceMonitor", RELEASE)["spec"]["endpoints"][0]["tlsConfig"]["ca"]
        self.assertEqual(authority, {"configMap": {"name": f"{RELEASE}-serving-ca", "key": "ca.crt"}})
        self.assertEqual(rendered.named("ConfigMap", f"{RELEASE}-serving-ca")["data"]["ca.crt"], PEM)

    # ---- permissions

    def test_permissions_are_the_manifests_and_no_more(self) -> None:
        base = {(item["kind"], item["metadata"]["name"]): item.get("rules")
                for item in yaml.safe_load_all((ROOT / "manifests/base/rbac.yaml").read_text())}
        rendered = render()
        for kind, ours, theirs in (("ClusterRole", f"{RELEASE}-variants", "inferno-adapter"),
                                   ("ClusterRole", f"{RELEASE}-metrics-reader", "inferno-adapter-metrics-reader"),
                                   ("ClusterRole", f"{RELEASE}-metrics-scraper", "inferno-adapter-metrics-scraper")):
            self.assertEqual(rendered.named(kind, ours)["rules"], base[kind, theirs])
        renamed = yaml.safe_load(yaml.safe_dump(base["Role", "inferno-adapter-own-namespace"]).replace("inferno-adapter", RELEASE))
        self.assertEqual(rendered.named("Role", RELEASE)["rules"], renamed)
        self.assertEqual(_argument(rendered, "lease-name"), RELEASE)

    def test_namespaced_it_has_no_rights_elsewhere(self) -> None:
        rendered = render(NAMESPACED)
        self.assertEqual(_argument(rendered, "watch-namespace"), "llm-inference")
        role = rendered.named("Role", f"{RELEASE}-variants")
        self.assertEqual(role["rules"], render().named("ClusterRole", f"{RELEASE}-variants")["rules"])
        self.assertEqual({item["metadata"]["namespace"] for item in (role, rendered.named("RoleBinding", f"{RELEASE}-variants"))},
                         {"llm-inference"})
        granted = {item["roleRef"]["name"] for item in rendered.of_kind("ClusterRoleBinding")
                   if {"kind": "ServiceAccount", "name": RELEASE, "namespace": NAMESPACE} in item["subjects"]}
        self.assertEqual(granted, {"system:auth-delegator"})
        own = render({"wva": {"namespaceScoped": True}})
        self.assertEqual(_argument(own, "watch-namespace"), NAMESPACE)

    def test_rules_come_with_the_option_that_needs_them(self) -> None:
        usual = _rules(render())
        wake = {("*", "*/scale", "patch")}
        pools = {(group, "inferencepools", "list") for group in ("inference.networking.k8s.io", "inference.networking.x-k8s.io")}
        self.assertEqual(_rules(render(WAKE)) - usual, wake | pools)
        self.assertEqual(_rules(render({"wva": {"options": {"wake-directly": True}}})) - usual, wake)
        self.assertEqual(usual - _rules(render(READ_ONLY)),
                         {("llmd.ai", "variantautoscalings/status", "patch"), ("events.k8s.io", "events", "create")})

    def test_role_bindings_name_roles_that_are_there(self) -> None:
        for name, values in VALUE_SETS.items():
            rendered = render(values)
            roles = {(item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"])
                     for item in rendered.objects if item["kind"] in ("Role", "ClusterRole")}
            for binding in rendered.of_kind("RoleBinding") + rendered.of_kind("ClusterRoleBinding"):
                reference = binding["roleRef"]
                if reference["name"] in ("system:auth-delegator", "extension-apiserver-authentication-reader"):
                    continue
                namespace = binding["metadata"].get("namespace") if reference["kind"] == "Role" else None
                with self.subTest(f"{name}: {binding['metadata']['name']}"):
                    self.assertIn((reference["kind"], namespace, reference["name"]), roles)

    # ---- the rest

    def test_prometheus_with_certificates_and_a_token(self) -> None:
        rendered = render(PROMETHEUS)
        self.assertEqual(_volume(rendered, "prometheus-ca")["configMap"],
                         {"name": "prometheus-ca", "items": [{"key": "service-ca.crt", "path": "ca.crt"}]})
        for name, file in (("prometheus-ca-file", "prometheus/ca.crt"), ("prometheus-token-file", "prometheus-token/token"),
                           ("prometheus-client-cert-file", "prometheus-client/tls.crt")):
            self.assertEqual(_argument(rendered, name), f"/etc/inferno-adapter/{file}")
        self.assertEqual([argument for argument in rendered.arguments if "prometheus-header" in argument],
                         ["--prometheus-header=X-Scope-OrgID: a", "--prometheus-header=X-Other: b"])

    def test_entries_of_the_scale_to_zero_configmap(self) -> None:
        entries = {"default": {"enable_scale_to_zero": True, "retention_period": "15m"},
                   "llama-8b": {"model_id": "meta/llama-3.1-8b", "namespace": "production"}}
        data = render({"wva": {"modelScaleToZero": entries}}).named("ConfigMap", "model-scale-to-zero-config")["data"]
        self.assertEqual({key: yaml.safe_load(text) for key, text in data.items()}, entries)
        as_text = "enable_scale_to_zero: true\nretention_period: \"15m\"\n"
        data = render({"wva": {"modelScaleToZero": {"default": as_text}}}).named("ConfigMap", "model-scale-to-zero-config")["data"]
        self.assertEqual(data, {"default": as_text})
        self.assertNotIn("ConfigMap", render({"configMaps": {"create": False}}).kinds())

    def test_network_policy(self) -> None:
        policy = render().named("NetworkPolicy", RELEASE)["spec"]
        self.assertEqual((policy["policyTypes"], policy["ingress"]), (["Ingress"], [{"ports": [{"port": "https", "protocol": "TCP"}]}]))
        for url, port in (("http://prometheus:9090", 9090), ("https://prometheus.example.com/path", 443), ("http://p.example.com", 80)):
            rendered = render({**EGRESS, "wva": {"prometheus": {"baseURL": url}}}).named("NetworkPolicy", RELEASE)["spec"]
            ports = [item["port"] for rule in rendered["egress"] for item in rule["ports"]]
            self.assertEqual((rendered["policyTypes"], ports), (["Ingress", "Egress"], [53, 53, 443, 6443, port]))

    def test_the_samples_are_the_guide_s(self) -> None:
        rendered = render(SAMPLES)
        guide = yaml.safe_load((ROOT / "tests/e2e/guide/horizontalpodautoscaler.yaml").read_text())["spec"]
        ours = rendered.named("HorizontalPodAutoscaler", f"{RELEASE}-hpa")["spec"]
        self.assertEqual(ours["behavior"]["scaleDown"], guide["behavior"]["scaleDown"])
        self.assertEqual(ours["scaleTargetRef"], guide["scaleTargetRef"])
        guide["metrics"][0]["object"]["describedObject"]["name"] = f"{RELEASE}-va"
        self.assertEqual(ours["metrics"], guide["metrics"])
        keda = render({"keda": {"enabled": True}, "llmd": {"scaleTargetName": "llama-8b"}}).named("ScaledObject", f"{RELEASE}-scaledobject")
        guide = yaml.safe_load((ROOT / "tests/e2e/guide/scaledobject.yaml").read_text())["spec"]
        for field in ("minReplicaCount", "maxReplicaCount", "pollingInterval", "cooldownPeriod"):
            self.assertEqual(keda["spec"][field], guide[field])

    def test_what_an_older_kubernetes_lacks_is_left_out(self) -> None:
        old, new = (render(SAMPLES, "--kube-version", version) for version in ("1.28.0", "1.36.0"))
        self.assertEqual(("lifecycle" in old.container, "lifecycle" in new.container), (False, True))
        self.assertEqual(new.pod["terminationGracePeriodSeconds"] - old.pod["terminationGracePeriodSeconds"], 5)
        up = [rendered.named("HorizontalPodAutoscaler", f"{RELEASE}-hpa")["spec"]["behavior"]["scaleUp"] for rendered in (old, new)]
        self.assertEqual([behavior.get("tolerance") for behavior in up], [None, 0])
        with self.assertRaises(Refused):
            render(None, "--kube-version", "1.24.0")

    def test_without_the_controller_only_a_model_s_objects(self) -> None:
        self.assertEqual(render({"controller": {"enabled": False}, **SAMPLES}).kinds(), {"VariantAutoscaling", "HorizontalPodAutoscaler"})

    # ---- assertions

    def assert_restricted(self, rendered: Rendered) -> None:
        """Pod Security Standard "restricted", and a read-only root."""
        pod = rendered.pod["securityContext"]
        self.assertEqual((pod["runAsNonRoot"], pod["runAsUser"], pod["seccompProfile"]), (True, 65532, {"type": "RuntimeDefault"}))
        self.assertEqual(rendered.container["securityContext"], {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}})
        self.assertNotIn("hostPath", str(rendered.pod))
        self.assertTrue(rendered.container["resources"]["requests"].keys() >= {"cpu", "memory"})
        self.assertIn("memory", rendered.container["resources"]["limits"])

    def assert_probed(self, rendered: Rendered) -> None:
        for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
            self.assertEqual(rendered.container[probe]["httpGet"], {"path": path, "port": "https", "scheme": "HTTPS"})
        self.assertEqual(rendered.container["ports"], [{"name": "https", "containerPort": 6443, "protocol": "TCP"}])
        self.assertEqual(_argument(rendered, "secure-port"), "6443")

    def assert_mounts_have_volumes(self, rendered: Rendered) -> None:
        mounts = {item["name"]: item["mountPath"] for item in rendered.container["volumeMounts"]}
        self.assertEqual(set(mounts), {item["name"] for item in rendered.pod["volumes"]})
        for argument in rendered.arguments:
            if file := re.fullmatch(r"--[a-z-]+-file=(/etc/.+)", argument):
                self.assertTrue(any(file.group(1).startswith(path) for path in mounts.values()), argument)

    def assert_accepted(self, arguments: list[str]) -> None:
        done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=False, env={})
        self.assertEqual(done.returncode, 2)
        self.assertIn("--kubeconfig: is needed outside a cluster", done.stderr)


def _argument(rendered: Rendered, name: str) -> str:
    """Of the one argument with that option."""
    (found,) = [argument for argument in rendered.arguments if argument.startswith(f"--{name}=")]
    return found.split("=", 1)[1]


def _volume(rendered: Rendered, name: str) -> Any:
    (found,) = [item for item in rendered.pod["volumes"] if item["name"] == name]
    return found


def _rules(rendered: Rendered) -> set[tuple[str, str, str]]:
    """Group, resource, verb of the permissions outside the own namespace."""
    return {(group, resource, verb) for rule in rendered.named("ClusterRole", f"{RELEASE}-variants")["rules"]
            for group in rule["apiGroups"] for resource in rule["resources"] for verb in rule["verbs"]}
