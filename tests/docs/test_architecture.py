"""The folder table of docs/architecture.md has every folder, and no other; source files that the page names exist."""
from __future__ import annotations

import re
import unittest

from pages import ROOT, Page, codes, rows

LIBRARIES = ("adapter", "server")  # a row for each of their folders


def folders(*parts: str) -> set[str]:
    """That something of the project is in."""
    return {path.name for path in ROOT.joinpath(*parts).iterdir()
            if path.is_dir() and not path.name.startswith((".", "_")) and any(item.is_file() for item in path.rglob("*"))}


class Architecture(unittest.TestCase):
    page: Page

    @classmethod
    def setUpClass(cls) -> None:
        cls.page = Page(ROOT / "docs/architecture.md")

    def test_folders(self) -> None:
        table = rows(self.page.under("Folders"))
        listed = {name.rstrip("/") for row in table for name in codes(row[0])}
        for name in listed:
            self.assertTrue((ROOT / name).exists(), name)
        expected = folders() - {"build", *LIBRARIES} | {f"{library}/{name}" for library in LIBRARIES for name in folders(library)}
        self.assertEqual(expected - {name.split("/")[0] if name.split("/")[0] not in LIBRARIES else name for name in listed}, set())
        (tests,) = [row for row in table if codes(row[0]) == ["tests"]]
        self.assertEqual({name.rstrip("/") for name in codes(tests[1]) if name.endswith("/")}, folders("tests"))

    def test_source_files(self) -> None:
        for section in self.page.sections():
            for line in section.lines:
                for name in codes(line.text):
                    if re.fullmatch(r"[\w/]+\.(cpp|hpp|py|md)", name):
                        with self.subTest(line=line.number, name=name):
                            self.assertTrue(self.exists(name))

    def exists(self, name: str) -> bool:
        """Pages name a file from a library's folder, or alone where its folder was just named."""
        if "/" in name:
            return any((ROOT / folder / name).exists() for folder in ("", *LIBRARIES))
        return any(next((ROOT / library).rglob(name), None) for library in LIBRARIES)
