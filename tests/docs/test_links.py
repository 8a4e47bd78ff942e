"""Every link between pages leads to a file, and to a heading where it names one. Nothing is fetched."""
from __future__ import annotations

import unittest
from pathlib import Path
from urllib.parse import unquote

from pages import ROOT, Page, all_pages

# What the scale-to-zero guide links to, and other people's pages with it.
PROMISED = {
    "docs/user-guide/scale-to-zero.md": set(),
    "docs/user-guide/configuration.md": set(),
    "docs/integrations/hpa-integration.md": {"feature-scale-to-zero", "hpa-behavior-configuration"},
    "docs/integrations/keda-integration.md": set(),
    "docs/integrations/prometheus.md": set(),
}


class Links(unittest.TestCase):
    pages: dict[Path, Page]

    @classmethod
    def setUpClass(cls) -> None:
        cls.pages = {page.path: page for page in all_pages()}

    def test_links_lead_somewhere(self) -> None:
        for page in self.pages.values():
            for number, target in page.links():
                if "://" in target or target.startswith("mailto:"):
                    continue
                with self.subTest(page=str(page.path.relative_to(ROOT)), line=number, target=target):
                    self.check(page, target)

    def check(self, page: Page, target: str) -> None:
        name, _, anchor = target.partition("#")
        self.assertFalse(name.startswith("/"), "a link from the root of a file system leads nowhere on a web page")
        path = (page.path.parent / unquote(name)).resolve() if name else page.path
        self.assertTrue(path.is_relative_to(ROOT), "it leads out of the project")
        self.assertTrue(path.exists(), "there is no such file")
        if anchor:
            self.assertIn(path, self.pages, "only pages have anchors")
            self.assertIn(unquote(anchor), self.pages[path].anchors())

    def test_pages_are_where_the_guide_says(self) -> None:
        for name, anchors in PROMISED.items():
            with self.subTest(name):
                self.assertLessEqual(anchors, self.pages[ROOT / name].anchors())

    def test_every_page_of_the_documentation_is_found_from_the_readme(self) -> None:
        reached, ahead = set(), {ROOT / "README.md"}
        while ahead:
            page = ahead.pop()
            reached.add(page)
            targets = {(page.parent / unquote(target.partition("#")[0])).resolve() for _, target in self.pages[page].links()
                       if "://" not in target and target.partition("#")[0]}
            ahead |= {target for target in targets if target in self.pages} - reached
        documentation = {path for path in self.pages if path.is_relative_to(ROOT / "docs") or path.parent == ROOT}
        self.assertEqual({str(path.relative_to(ROOT)) for path in documentation - reached}, set())
