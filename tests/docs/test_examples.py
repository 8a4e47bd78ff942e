"""Examples parse: YAML, JSON and shell commands. Options that pages name exist."""
from __future__ import annotations

import json
import re
import subprocess
import unittest
from typing import Iterator

import yaml
from helptext import HelpText
from pages import ROOT, Block, Page, all_pages

# Options of other programs that these pages speak of.
FOREIGN = {
    "--create-namespace", "--set", "--take-ownership",  # helm
    "--max-num-seqs", "--served-model-name", "--lora-modules", "--disable-log-stats", "--data-parallel-multi-port-external-lb",  # vLLM
    "--enable-metrics", "--max-running-requests", "--max-batch-size", "--parallel",  # other model servers
    "--metrics-endpoint-auth",  # an endpoint picker
    "--concurrent-horizontal-pod-autoscaler-syncs", "--kube-api-qps",  # kube-controller-manager
    "--preset",  # cmake
    "--keep",  # tests/e2e/kind.sh
    "--previous",  # kubectl
    "--rotate",  # certs/make-certs.sh
}


class Examples(unittest.TestCase):
    pages: list[Page]

    @classmethod
    def setUpClass(cls) -> None:
        cls.pages = all_pages()

    def blocks(self, *languages: str) -> Iterator[Block]:
        for page in self.pages:
            for block in page.blocks:
                if block.language in languages:
                    with self.subTest(page=str(page.path.relative_to(ROOT)), line=block.number):
                        yield block

    def test_every_block_says_what_it_is(self) -> None:
        for block in self.blocks(""):
            self.fail("a block of code without a language")

    def test_yaml(self) -> None:
        for block in self.blocks("yaml"):
            list(yaml.safe_load_all(block.text))

    def test_json(self) -> None:
        for block in self.blocks("json"):
            json.loads(block.text)

    def test_commands(self) -> None:
        for block in self.blocks("bash"):
            checked = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
            self.assertEqual((checked.returncode, checked.stderr), (0, ""))

    def test_options(self) -> None:
        flags = HelpText.of_the_program().flags
        for page in self.pages:
            if page.path.parent != ROOT and not page.path.is_relative_to(ROOT / "docs"):
                continue
            for number, text in page.code_spans():
                name = re.match(r"--[a-z][a-z0-9-]*[a-z0-9](?![a-z0-9-])", text)
                if name and name.group() not in FOREIGN:
                    with self.subTest(page=str(page.path.relative_to(ROOT)), line=number):
                        self.assertTrue(name.group() in flags, f"there is no option {name.group()}")

    def test_the_changelog_has_this_version(self) -> None:
        version = re.search(r"^project\(.* VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)
        assert version is not None
        self.assertIn(version.group(1), (ROOT / "CHANGELOG.md").read_text())
