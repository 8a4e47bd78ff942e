"""docs/user-guide/configuration.md has every flag, environment variable and ConfigMap field, and no other. That meaning and default of each
flag are the program's is the unit tests' to check."""
from __future__ import annotations

import re
import unittest

from helptext import HelpText
from pages import ROOT, Page, codes, rows

FIELDS = ROOT / "adapter/policy/config_entry.cpp"


class ConfigurationPage(unittest.TestCase):
    page: Page

    @classmethod
    def setUpClass(cls) -> None:
        cls.page = Page(ROOT / "docs/user-guide/configuration.md")

    def test_flags_and_variables(self) -> None:
        given = HelpText.of_the_program()
        options = [row for row in rows(self.page.under("Options")) if len(row) == 4]
        flags = {text.split()[0] for row in options for text in codes(row[0])}
        variables = {text for row in options for text in codes(row[1])}
        self.assertEqual(flags, given.flags - {"--config", "--help", "--version"})
        self.assertEqual(variables | {"INFERNO_CONFIG"}, given.variables)
        spans = {word for _, text in self.page.code_spans() for word in re.split(r"[ =]", text)}
        self.assertLessEqual({"--config", "--help", "--version", "INFERNO_CONFIG"}, spans)

    def test_fields_of_config_maps(self) -> None:
        source = FIELDS.read_text()
        listed = re.search(r"scale_to_zero_fields\(\) \{ return \{([^}]*)\}", source)
        assert listed is not None
        scale_to_zero = set(re.findall(r"\w+", listed.group(1))) | {"model_id", "namespace"}
        thresholds = set(re.findall(r'\.name = "(\w+)"', source))
        self.assertGreater(len(scale_to_zero), 2)
        self.assertGreater(len(thresholds), 0)
        for title, fields in {"Scale-to-zero": scale_to_zero, "Saturation thresholds": thresholds}.items():
            with self.subTest(title):
                section = self.page.under(title)[:1]
                self.assertEqual({codes(row[0])[0] for row in rows(section)}, fields)
