"""docs/integrations/prometheus.md lists every series of /metrics with its type and labels, and no other."""
from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from harness import certificates
from harness.adapter import Program
from harness.ports import free_port
from harness.testcase import ProcessTestCase
from harness.waiting import eventually

from pages import ROOT, Page, codes, rows

SAMPLES = Path(os.environ.get("INFERNO_SAMPLES", ROOT / "manifests/samples"))
NOT_OF_A_FAMILY = {"le"}
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: away
contexts: [{{name: away, context: {{cluster: away, user: nobody}}}}]
clusters: [{{name: away, cluster: {{server: "https://127.0.0.1:{port}", certificate-authority: {authority}}}}}]
users: [{{name: nobody, user: {{token: none}}}}]
"""


@dataclass
class Family:
    type: str
    labels: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Documented:
    type: str
    labels: set[str]
    cluster_only: bool
    appears_late: bool  # without a sample until something happens


def exposed(text: str) -> dict[str, Family]:
    """The families of a page of /metrics."""
    families: dict[str, Family] = {}
    for line in text.splitlines():
        if declared := re.fullmatch(r"# TYPE (\w+) (\w+)", line):
            families.setdefault(declared.group(1), Family(declared.group(2)))
        elif sample := re.match(r"(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? ", line):
            family = families.get(sample.group(0).split("{")[0].split()[0]) or families.get(sample.group(1))
            if family:
                family.labels |= set(re.findall(r'(\w+)="(?:[^"\\]|\\.)*"', sample.group(2) or "")) - NOT_OF_A_FAMILY
    return families


class MetricsPage(ProcessTestCase):
    def setUp(self) -> None:
        self.sections = Page(ROOT / "docs/integrations/prometheus.md").under("Series of the adapter")

    def documented(self) -> dict[str, Documented]:
        found = {}
        for section in self.sections:
            for row in rows([section]):
                (name,) = codes(row[0])
                found[name] = Documented(row[1], set(codes(row[2])), cluster_only=section.title == "In a cluster", appears_late="no sample before" in row[3])
        return found

    def check(self, families: dict[str, Family], expected: dict[str, Documented]) -> None:
        missing = {name for name, entry in expected.items() if name not in families and not entry.appears_late}
        self.assertEqual((set(families) - set(expected), missing), (set(), set()))
        for name, family in families.items():
            with self.subTest(name):
                self.assertEqual(family.type, expected[name].type)
                self.assertLessEqual(family.labels, expected[name].labels)

    def test_without_a_cluster(self) -> None:
        prometheus = self.empty_prometheus()
        adapter = self.adapter(SAMPLES, prometheus.url, ["--prometheus-timeout", "200ms"])
        with adapter.client() as client:
            def page() -> dict[str, Family]:
                return exposed(client.get("/metrics").body.decode())
            client.metric("llm-inference", "llama-8b-autoscaler")
            eventually("there are decisions", lambda: page().get("inferno_desired_replicas", Family("")).labels)
            families = page()
            prometheus.hold()
            eventually("a read has failed", lambda: page().get("inferno_adapter_signal_failures_total"))
            families |= {name: family for name, family in page().items() if name not in families}
        expected = {name: entry for name, entry in self.documented().items() if not entry.cluster_only}
        self.check(families, expected)
        self.assertEqual(set(families), set(expected))

    def test_in_a_cluster(self) -> None:
        """One whose API server is away: its series are there all the same."""
        authority = certificates.self_signed(self.folder, "authority")
        administrator = certificates.signed_by(authority, self.folder, "administrator", "/O=system:masters/CN=administrator")
        kubeconfig = self.folder / "kubeconfig"
        kubeconfig.write_text(KUBECONFIG.format(port=free_port(), authority=authority.certificate))
        adapter = Program(self.folder, [
            "--kubeconfig", str(kubeconfig), "--secure-port=0", "--prometheus-url", self.empty_prometheus().url, "--wake-directly",
            "--gateway-metrics-url", f"http://127.0.0.1:{free_port()}/metrics", "--client-ca-file", str(authority.certificate)])
        self.own(adapter.child)
        context = adapter.wait_ready().context()
        context.load_cert_chain(administrator.certificate, administrator.key)
        with adapter.client(context=context) as client:
            families = exposed(client.get("/metrics").body.decode())
        expected = self.documented()
        decisions = {name for name in expected if not name.startswith("inferno_adapter_")} | {"inferno_adapter_config_errors"}
        self.assertEqual(set(families) - set(expected), set())
        self.check(families, {name: entry for name, entry in expected.items() if entry.cluster_only or name in families})
        self.assertFalse(decisions & set(families), "decisions without a cluster's state")
        for name, entry in expected.items():
            if entry.appears_late and name not in families:
                self.assertTrue(any(f'"{name}"' in path.read_text() for path in (ROOT / "adapter").rglob("*.cpp")), name)
