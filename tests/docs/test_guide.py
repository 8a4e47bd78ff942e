"""What the end-to-end tests try of the scale-to-zero guide, the page has in the same words: every object, command and answer."""
from __future__ import annotations

import json
import unittest
from typing import Any

import yaml
from pages import ROOT, Page

TRIED = ROOT / "tests/e2e/guide"
LANGUAGES = {".yaml": "yaml", ".json": "json", ".bash": "bash"}


def meaning(language: str, text: str) -> Any:
    """Without comments, which are each one's own."""
    if language == "bash":
        return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    if language == "json":
        return json.loads(text)
    document = yaml.safe_load(text)
    if isinstance(document, dict) and document.get("kind") == "ConfigMap":
        document["data"] = {key: yaml.safe_load(value) for key, value in document["data"].items()}
    return document


class Guide(unittest.TestCase):
    def test_what_is_tried_is_what_is_printed(self) -> None:
        blocks = Page(ROOT / "docs/user-guide/scale-to-zero.md").blocks
        for path in sorted(path for path in TRIED.iterdir() if path.suffix in LANGUAGES):
            language = LANGUAGES[path.suffix]
            with self.subTest(path.name):
                printed = [meaning(language, block.text) for block in blocks if block.language == language]
                self.assertTrue(meaning(language, path.read_text()) in printed, "the page has no such block")
