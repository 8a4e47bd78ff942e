"""The chart as a package: lint, versions, and its copies of what the project has elsewhere."""
from __future__ import annotations

import json
import re
import subprocess

import yaml

from harness.adapter import BINARY

import helm
from cluster.built import ROOT
from helm import CHART, ChartTestCase, render

# Options that the chart sets by other values or by itself, because they need a file, an object or a permission with them.
SET_BY_THE_CHART = {
    "secure-port", "bind-address", "tls-cert-file", "tls-private-key-file", "shutdown-grace-period", "external-metrics",  # serving
    "prometheus-url", "prometheus-ca-file", "prometheus-token-file", "prometheus-client-cert-file", "prometheus-client-key-file",
    "prometheus-insecure-skip-verify",
    "standalone-dir", "kubeconfig", "namespace", "watch-namespace", "lease-name",  # who and where it is
    "log-format", "config", "help", "version",
}


class Package(ChartTestCase):
    def test_lint_finds_nothing(self) -> None:
        self.assertIn("0 chart(s) failed", helm.run("lint", "--strict", str(CHART)))

    def test_versions_are_the_project_s(self) -> None:
        match = re.search(r"^project\(inferno-adapter VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(), re.M)
        assert match is not None
        chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
        self.assertEqual((chart["appVersion"], chart["version"]), (match.group(1), match.group(1)))
        self.assertEqual(render().container["image"], f"ghcr.io/inferno-adapter/inferno-adapter:{match.group(1)}")

    def test_the_resource_definition_is_the_project_s(self) -> None:
        ours = (ROOT / "manifests/crd/variantautoscalings.llmd.ai.yaml").read_text()
        self.assertEqual((CHART / "files/variantautoscalings.llmd.ai.yaml").read_text(), ours)
        rendered = render().named("CustomResourceDefinition", "variantautoscalings.llmd.ai")
        self.assertEqual(rendered["spec"], yaml.safe_load(ours)["spec"])
        self.assertEqual(rendered["metadata"]["annotations"], {"helm.sh/resource-policy": "keep"})

    def test_values_know_every_option_of_the_program(self) -> None:
        printed = subprocess.run([BINARY, "--help"], capture_output=True, text=True, check=True).stdout
        options = set(re.findall(r"^  --([a-z-]+)", printed, re.M))
        schema = json.loads((CHART / "values.schema.json").read_text())
        known = set(schema["properties"]["wva"]["properties"]["options"]["properties"])
        self.assertEqual(known | SET_BY_THE_CHART, options)
        self.assertEqual(known & SET_BY_THE_CHART, set())

    def test_every_default_is_in_the_schema_and_described_by_it(self) -> None:
        schema = json.loads((CHART / "values.schema.json").read_text())
        open_objects = [path for path in _objects(schema, "") if path not in OPEN]
        self.assertEqual(open_objects, [])


# Where the schema can't know the names: Kubernetes' own types, and keys that users choose.
OPEN = {
    "global", "affinity", "podSecurityContext", "securityContext", "resources.requests", "resources.limits", "hpa.behavior.scaleUp",
    "hpa.behavior.scaleDown", "keda.behavior.scaleUp", "keda.behavior.scaleDown",
}


def _objects(schema: dict[str, object], path: str) -> list[str]:
    """Paths of objects whose names are not restricted."""
    found: list[str] = []
    if schema.get("type") == "object" and "additionalProperties" not in schema:
        found.append(path)
    properties = schema.get("properties")
    for name, inner in (properties.items() if isinstance(properties, dict) else ()):
        found += _objects(inner, f"{path}.{name}".lstrip("."))
    return found
