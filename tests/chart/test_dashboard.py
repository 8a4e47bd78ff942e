"""The dashboard: its queries parse, and ask for series that the program has."""
from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import yaml

from exported import ExportedTestCase
from helm import CHART, RELEASE, ChartTestCase, render

BOARD: Any = json.loads((CHART / "dashboards/inferno-adapter.json").read_text())
QUERIES = [(panel["title"], target["expr"]) for panel in BOARD["panels"] for target in panel.get("targets", [])]


class Dashboard(ExportedTestCase, ChartTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        ChartTestCase.setUpClass()
        super().setUpClass()

    def test_the_configmap_has_it(self) -> None:
        made = render({"grafanaDashboard": {"enabled": True, "namespace": "monitoring"}}).named("ConfigMap", f"{RELEASE}-dashboard")
        self.assertEqual((made["metadata"]["namespace"], made["metadata"]["labels"]["grafana_dashboard"]), ("monitoring", "1"))
        self.assertEqual(json.loads(made["data"]["inferno-adapter.json"]), BOARD)

    def test_queries_parse(self) -> None:
        rules = [{"record": f"panel:{number}", "expr": _without_variables(query)} for number, (_, query) in enumerate(QUERIES)]
        (self.folder / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
        done = subprocess.run(["promtool", "check", "rules", "--lint=none", "rules.yaml"], cwd=self.folder, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_queries_use_what_the_program_exports(self) -> None:
        for title, query in QUERIES:
            with self.subTest(title):
                self.assert_exported(_without_variables(query))

    def test_every_count_of_requests_and_decisions_is_shown(self) -> None:
        shown = {name for _, query in QUERIES for name, _ in re.findall(r"\b(\w+)\{([^}]*)\}", query)}
        counters = {name for name in self.exported if name.endswith("_total")}
        self.assertEqual(counters - shown, NOT_SHOWN)

    def test_panels_do_not_overlap(self) -> None:
        taken: set[tuple[int, int]] = set()
        for panel in BOARD["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertEqual(cells & taken, set(), panel["title"])
            taken |= cells
        self.assertLessEqual(max(x for x, _ in taken), 23)


# Of use in a search for a cause, not at a glance.
NOT_SHOWN = {
    "inferno_adapter_prometheus_connections_total", "inferno_adapter_kubernetes_connections_total",
    "inferno_adapter_kubernetes_response_bytes_total",
}


def _without_variables(query: str) -> str:
    return query.replace("$__rate_interval", "5m").replace("$", "")
