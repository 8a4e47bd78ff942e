"""docs/operations.md explains every alert of the chart and every reason, advice, condition and event of the program, and no other."""
from __future__ import annotations

import re
import unittest
from pathlib import Path

import yaml
from pages import ROOT, Page, codes, rows

CHART = ROOT / "charts/workload-variant-autoscaler"
CAMEL_CASE = r'"([A-Z][a-z]+(?:[A-Z][a-z]+)*)"'


def returned(path: str) -> set[str]:
    """The texts that the to_string() of this source returns."""
    return set(re.findall(rf"return {CAMEL_CASE};", (ROOT / path).read_text())) - {"Unknown"}


class OperationsPage(unittest.TestCase):
    page: Page

    @classmethod
    def setUpClass(cls) -> None:
        cls.page = Page(ROOT / "docs/operations.md")

    def first_cells(self, title: str) -> set[str]:
        return {codes(row[0])[0] for row in rows(self.page.under(title))}

    def headings_below(self, title: str) -> set[str]:
        return {section.title for section in self.page.under(title)[1:]}

    def test_alerts(self) -> None:
        alerts = {name for path in templates() for name in re.findall(r"^\s*- alert: (\w+)", path.read_text(), re.MULTILINE)}
        self.assertNotEqual(alerts, set())
        self.assertEqual(self.headings_below("Alerts"), alerts)

    def test_runbooks_lead_to_them(self) -> None:
        values = yaml.safe_load((CHART / "values.yaml").read_text())
        self.assertTrue(values["prometheusRule"]["runbookURL"].endswith("/docs/operations.md#"))
        self.assertLessEqual({title.lower() for title in self.headings_below("Alerts")}, self.page.anchors())

    def test_reasons_of_decisions(self) -> None:
        reasons = returned("adapter/decision/decision.cpp")
        self.assertIn("Saturation", reasons)
        self.assertEqual(self.first_cells("Reasons"), reasons)

    def test_advice(self) -> None:
        advice = returned("adapter/advice/advice.cpp")
        self.assertIn("NoSeries", advice)
        self.assertEqual(self.first_cells("Advice"), advice)

    def test_conditions(self) -> None:
        source = (ROOT / "adapter/feedback/variant_status.cpp").read_text()
        types = set(re.findall(rf"\.type = {CAMEL_CASE}", source))
        reasons = {reason for line in source.splitlines() if "reason" in line for reason in re.findall(CAMEL_CASE, line)} - types
        self.assertIn("TargetNotFound", reasons)
        table = rows(self.page.under("Conditions"))
        self.assertEqual({codes(row[0])[0] for row in table}, types)
        self.assertLessEqual(reasons, {reason for row in table for cell in row[1:] for reason in codes(cell)})

    def test_events(self) -> None:
        source = (ROOT / "adapter/feedback/variant_event.cpp").read_text()
        events = set(re.findall(rf"about\(variant, {CAMEL_CASE}", source))
        self.assertIn("ScaledToZero", events)
        self.assertEqual(self.first_cells("Events"), events)


def templates() -> list[Path]:
    return [path for path in sorted((CHART / "templates").iterdir()) if path.suffix in (".yaml", ".tpl")]
