"""As much of Markdown as this project's pages use: headings with their anchors, links, tables, code."""
from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parents[2]
# Where other people's pages lie: output, caches, and what tools bring along.
FOREIGN = {"build", "node_modules"}

FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(\S*)")
HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
CODE_SPAN = re.compile(r"(`+)(.+?)\1")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\s{0,3}\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)")
CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Line:
    number: int
    text: str


@dataclass(frozen=True)
class Block:
    """A fenced block of code."""

    number: int  # of its first line
    language: str
    text: str


@dataclass(frozen=True)
class Section:
    level: int
    title: str
    lines: list[Line]  # up to the next heading of any level


class Page:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.prose: list[Line] = []
        self.blocks: list[Block] = []
        self._read(path.read_text())

    def _read(self, text: str) -> None:
        fence, language, body, start = "", "", [], 0
        for number, line in enumerate(text.splitlines(), 1):
            found = FENCE.match(line)
            if fence:
                if found and found.group(1).startswith(fence) and not found.group(2):
                    self.blocks.append(Block(start, language, "\n".join(body) + "\n"))
                    fence = ""
                else:
                    body.append(line)
            elif found:
                fence, language, body, start = found.group(1), found.group(2), [], number + 1
            else:
                self.prose.append(Line(number, line))
        if fence:
            raise ValueError(f"{self.path}:{start}: the block of code is never closed")

    def sections(self) -> list[Section]:
        found = [Section(0, "", [])]
        for line in self.prose:
            heading = HEADING.match(line.text)
            if heading:
                found.append(Section(len(heading.group(1)), heading.group(2), []))
            else:
                found[-1].lines.append(line)
        return found

    def under(self, title: str) -> list[Section]:
        """The section with this title, and those below it."""
        sections = self.sections()
        first = next((i for i, section in enumerate(sections) if section.title == title), None)
        if first is None:
            raise ValueError(f"{self.path} has no heading '{title}'")
        end = next((i for i in range(first + 1, len(sections)) if sections[i].level <= sections[first].level), len(sections))
        return sections[first:end]

    def anchors(self) -> set[str]:
        """As GitHub makes them of headings."""
        found: set[str] = set()
        for section in self.sections()[1:]:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", section.title).replace("`", "")
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            count, anchor = 0, slug
            while anchor in found:
                count += 1
                anchor = f"{slug}-{count}"
            found.add(anchor)
        return found

    def links(self) -> Iterator[tuple[int, str]]:
        """Line and target."""
        for line in self.prose:
            text = CODE_SPAN.sub("", line.text)
            for target in (*LINK.findall(text), *REFERENCE.findall(text)):
                yield line.number, target

    def code_spans(self) -> Iterator[tuple[int, str]]:
        for line in self.prose:
            for _, text in CODE_SPAN.findall(line.text):
                yield line.number, text.strip()


def rows(sections: list[Section]) -> list[list[str]]:
    """The cells of every table row in these sections, without headers and rules."""
    found: list[list[str]] = []
    for section in sections:
        in_body = False  # of a table
        for line in section.lines:
            text = line.text.strip()
            if is_rule(text):
                in_body = True
            elif not text.startswith("|"):
                in_body = False
            elif in_body:
                found.append([cell.strip().replace("\\|", "|") for cell in CELL.split(text.strip("|"))])
    return found


def is_rule(text: str) -> bool:
    return re.fullmatch(r"\|(?:\s*:?-+:?\s*\|)+", text) is not None


def codes(cell: str) -> list[str]:
    """What a cell has in backticks."""
    return [text.strip() for _, text in CODE_SPAN.findall(cell)]


def all_pages() -> list[Page]:
    """All pages of this project."""
    found = [path for path in sorted(ROOT.rglob("*.md"))
             if not any(part in FOREIGN or part.startswith(".") for part in path.relative_to(ROOT).parts)]
    return [Page(path) for path in found]
