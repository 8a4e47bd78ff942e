"""Values that are refused, with words that say which, and values files of the controller's chart, which are accepted."""
from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Iterator

import yaml

import helm
from helm import CHART, NAMESPACE, RELEASE, ChartTestCase, Refused, render

FIXTURE = Path(__file__).parent / "fixtures/controller-values.yaml"


class Values(ChartTestCase):
    def test_a_typo_is_refused_at_every_level(self) -> None:
        schema = json.loads((CHART / "values.schema.json").read_text())
        values: dict[str, Any] = {}
        expected: list[str] = []
        for path in _closed_objects(schema, ()):
            at = values
            for name in path:
                at = at.setdefault(name, {})
            at["typpo"] = True
            expected.append(f"- at '{'/' + '/'.join(path) if path else ''}': additional properties 'typpo' not allowed")
        said = self.refused(values)
        self.assertGreater(len(expected), 30)
        for line in expected:
            with self.subTest(line):
                self.assertIn(line, said)

    def test_values_that_contradict_each_other_are_refused(self) -> None:
        for values, words in (
            ({"wva": {"watchNamespace": "llm"}}, "wva.watchNamespace is only used where wva.namespaceScoped is true"),
            ({"wva": {"prometheus": {"caCert": "x", "caConfigMap": {"name": "y"}}}}, "give one of them"),
            ({"wva": {"prometheus": {"bearerToken": {"serviceAccount": True, "secretName": "x"}}}}, "give one of them"),
            ({"certificates": {"mode": "existingSecret"}}, "certificates.existingSecret: name of the Secret"),
            ({"certificates": {"mode": "existingSecret", "existingSecret": "x"}}, "certificates.caBundle: the CA (PEM)"),
            ({"certificates": {"caBundle": "-----BEGIN CERTIFICATE-----\n"}}, "belongs to certificates.mode=existingSecret"),
            ({"serviceAccount": {"create": False}}, "serviceAccount.name: the account to use"),
            ({"wva": {"image": {"repository": "ghcr.io/llm-d/llm-d-workload-variant-autoscaler"}}}, "take wva.image out of that values file"),
            ({"hpa": {"enabled": True}, "keda": {"enabled": True}}, "both would scale the same target"),
        ):
            with self.subTest(words):
                self.assertIn(words, self.refused(values))

    def test_values_of_the_wrong_kind_are_refused(self) -> None:
        for values, where in (
            ({"wva": {"scaleToZero": "yes"}}, "/wva/scaleToZero"),
            ({"wva": {"prometheus": {"baseURL": "prometheus:9090"}}}, "/wva/prometheus/baseURL"),
            ({"wva": {"options": {"signal-max-age": "5"}}}, "/wva/options/signal-max-age"),
            ({"wva": {"options": {"secure-port": 8443}}}, "/wva/options"),
            ({"certificates": {"mode": "cert-manager"}}, "/certificates/mode"),
            ({"prometheusRule": {"disabled": ["InfernoNoSuchAlert"]}}, "/prometheusRule/disabled/0"),
            ({"wva": {"modelScaleToZero": {"default": {"retention_period": "10 minutes"}}}}, "/wva/modelScaleToZero/default"),
        ):
            with self.subTest(where):
                self.assertIn(f"at '{where}", self.refused(values))

    def test_the_controller_s_values_file_is_used_where_it_means_the_same(self) -> None:
        rendered = render(yaml.safe_load(FIXTURE.read_text()))
        self.assertEqual(rendered.deployment["spec"]["replicas"], 3)
        self.assertEqual((rendered.container["image"], rendered.container["imagePullPolicy"]), ("registry.example.com/wva:v9.9.9", "Always"))
        for argument in (f"--watch-namespace={NAMESPACE}", "--prometheus-url=https://thanos.monitoring.svc.cluster.local:9091",
                         "--prometheus-ca-file=/etc/ssl/certs/prometheus-ca.crt", "-v=4"):
            self.assertIn(argument, rendered.arguments)
        self.assertIn({"name": "WVA_SCALE_TO_ZERO", "value": "true"}, rendered.container["env"])
        self.assertIn({"name": "prometheus-ca", "mountPath": "/etc/ssl/certs/prometheus-ca.crt", "subPath": "ca.crt", "readOnly": True},
                      rendered.container["volumeMounts"])
        (scraper,) = rendered.named("ClusterRoleBinding", f"{RELEASE}-metrics-scraper")["subjects"]
        self.assertEqual((scraper["namespace"], scraper["name"]), ("monitoring", "prometheus"))
        saturation = rendered.named("ConfigMap", "saturation-scaling-config")["data"]
        self.assertEqual(
            {key: yaml.safe_load(text) for key, text in saturation.items()},
            {"default": {"kvCacheThreshold": 0.75, "queueLengthThreshold": 4, "kvSpareTrigger": 0.15, "queueSpareTrigger": 2},
             "llm-d": {"model_id": "meta/llama-3.1-8b", "namespace": "llm-inference", "kvCacheThreshold": 0.7}})
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "llama-8b-decode"}
        variant = rendered.named("VariantAutoscaling", f"{RELEASE}-va")
        self.assertEqual(variant["spec"], {"scaleTargetRef": target, "modelID": "meta/llama-3.1-8b", "variantCost": "8.0"})
        autoscaler = rendered.named("HorizontalPodAutoscaler", f"{RELEASE}-hpa")["spec"]
        self.assertEqual((autoscaler["minReplicas"], autoscaler["maxReplicas"], autoscaler["scaleTargetRef"]), (0, 4, target))

    def test_the_notes_list_what_was_given_and_ignored(self) -> None:
        notes = self.notes("--values", str(FIXTURE))
        listed = [line.removeprefix("- ") for line in notes.splitlines() if line.startswith("- ")]
        self.assertEqual(listed, [
            "va.sloTpot", "va.sloTtft", "vllmService", "wva.configMap", "wva.controllerInstance", "wva.enabled", "wva.limitedMode",
            "wva.metrics", "wva.modelName", "wva.nodeSelector", "wva.otel", "wva.poolGroup", "wva.reconcileInterval"])
        self.assertNotIn("ignored", self.notes())

    def test_text_from_the_command_line_becomes_a_number_where_one_is_meant(self) -> None:
        rendered = render(None, "--set", "wva.capacityScaling.overrides.a.modelID=m,wva.capacityScaling.overrides.a.kvCacheThreshold=0.7",
                          "--set", "wva.options.max-connections=2000000,wva.logging.level=3")
        entry = yaml.safe_load(rendered.named("ConfigMap", "saturation-scaling-config")["data"]["a"])
        self.assertEqual(entry, {"model_id": "m", "kvCacheThreshold": 0.7})
        self.assertLessEqual({"--max-connections=2000000", "-v=3"}, set(rendered.arguments))

    def refused(self, values: Any) -> str:
        with self.assertRaises(Refused) as caught:
            render(copy.deepcopy(values))
        return str(caught.exception)

    def notes(self, *arguments: str) -> str:
        """What helm says after an installation."""
        said = helm.run("install", RELEASE, str(CHART), "--namespace", NAMESPACE, "--dry-run=client", *arguments)
        return said[said.index("\nNOTES:\n"):]


def _closed_objects(schema: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of objects with a fixed set of names."""
    if schema.get("additionalProperties") is False:
        yield path
        for name, inner in schema["properties"].items():
            yield from _closed_objects(inner, (*path, name))
