"""The PrometheusRule: valid, about series that the program has, and each alert fires when it should and not before (fixtures/alerts.yaml)."""
from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import yaml

from cluster.built import ROOT
from exported import ExportedTestCase
from helm import NAMESPACE, RELEASE, ChartTestCase, render

FIXTURE = Path(__file__).parent / "fixtures/alerts.yaml"
VALUES = {"prometheusRule": {"enabled": True, "labels": {"release": "monitoring"}, "alertLabels": {"team": "serving"},
                             "neverZeroModels": ["meta/llama-3.1-70b", "qwen/.*"]}}


def _rules(values: Any) -> list[Any]:
    (group,) = render(values).named("PrometheusRule", RELEASE)["spec"]["groups"]
    return group["rules"]


class Alerts(ExportedTestCase, ChartTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        ChartTestCase.setUpClass()
        super().setUpClass()

    def setUp(self) -> None:
        self.rules = _rules(VALUES)
        (self.folder / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "inferno-adapter", "rules": self.rules}]}))

    def test_promtool_takes_them(self) -> None:
        self.promtool("check", "rules", "rules.yaml")

    def test_each_is_described_and_leads_to_the_operations_page(self) -> None:
        headings = {line.lstrip("# ") for line in (ROOT / "docs/operations.md").read_text().splitlines() if line.startswith("#")}
        self.assertLessEqual({rule["alert"] for rule in self.rules}, headings)
        for rule in self.rules:
            with self.subTest(rule["alert"]):
                self.assertEqual(set(rule["annotations"]), {"summary", "description", "runbook_url"})
                self.assertEqual(rule["annotations"]["runbook_url"].rsplit("/", 2)[1:], ["docs", f"operations.md#{rule['alert'].lower()}"])
                self.assertIn(rule["labels"]["severity"], ("warning", "critical"))
                self.assertEqual(rule["labels"]["team"], "serving")

    def test_they_use_what_the_program_exports(self) -> None:
        for rule in self.rules:
            with self.subTest(rule["alert"]):
                self.assert_exported(rule["expr"])

    def test_they_are_about_this_release(self) -> None:
        for rule in self.rules:
            with self.subTest(rule["alert"]):
                self.assertEqual(rule["expr"].count("{"), rule["expr"].count(f'{{job="{RELEASE}",namespace="{NAMESPACE}"'))

    def test_each_fires_when_it_should(self) -> None:
        cases = yaml.safe_load(FIXTURE.read_text())
        fired = {case["alertname"] for test in cases["tests"] for case in test["alert_rule_test"] if case["exp_alerts"]}
        quiet = {case["alertname"] for test in cases["tests"] for case in test["alert_rule_test"] if not case["exp_alerts"]}
        names = {rule["alert"] for rule in self.rules}
        self.assertEqual((fired, quiet), (names, names), "each alert has a case in which it fires and one in which it doesn't")
        (self.folder / "tests.yaml").write_text(yaml.safe_dump(self.with_annotations(cases)))
        self.promtool("test", "rules", "tests.yaml")

    def test_values_leave_some_out(self) -> None:
        names = {rule["alert"] for rule in _rules({"prometheusRule": {"enabled": True, "disabled": ["InfernoMassScaleToZero"]},
                                                   "wva": {"replicaCount": 1}})}
        self.assertEqual({rule["alert"] for rule in self.rules} - names,
                         {"InfernoMassScaleToZero", "InfernoUnexpectedScaleToZero", "InfernoAdapterReplicaMissing"})

    def with_annotations(self, cases: Any) -> Any:
        """The cases give an alert's labels and the words of its description that differ; the rest is as the rules have it."""
        rules = {rule["alert"]: rule for rule in self.rules}
        for case in (case for test in cases["tests"] for case in test["alert_rule_test"]):
            rule = rules[case["alertname"]]
            for alert in case["exp_alerts"]:
                description = rule["annotations"]["description"]
                for template, text in alert.pop("words", {}).items():
                    self.assertIn(template, description)
                    description = description.replace(template, text)
                self.assertNotIn("{{", description, "every part of a description that varies has its words in the case")
                alert["exp_labels"] = {**rule["labels"], **alert.get("exp_labels", {})}
                alert["exp_annotations"] = {**rule["annotations"], "description": description}
        return cases

    def promtool(self, *arguments: str) -> None:
        done = subprocess.run(["promtool", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
