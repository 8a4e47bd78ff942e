"""The fault matrix: what was seen of each fault, and the table of it in docs/reliability.md.

Tests record rows where INFERNO_FAULT_MATRIX names a folder. `matrix.py FOLDER` puts what is recorded there into the page.
"""
from __future__ import annotations

import dataclasses
import json
import os
import re
import sys
from pathlib import Path
from typing import Iterable

PAGE = Path(__file__).resolve().parents[2] / "docs/reliability.md"
BEGIN, END = "<!-- fault matrix: written by scripts/reliability.sh -->", "<!-- end of fault matrix -->"
PROMETHEUS, API_SERVER, OWN = "Prometheus", "The API server", "The adapter's own machine, and clocks"
HEAD = "| fault | answers meanwhile | zero decided | back to normal after |\n|---|---|---|---|\n"


@dataclasses.dataclass(frozen=True)
class Row:
    fault: str
    meanwhile: str
    zeros: str
    recovery: str

    def markdown(self) -> str:
        return f"| {self.fault} | {self.meanwhile} | {self.zeros} | {self.recovery} |\n"


def record(title: str, rows: Iterable[Row]) -> None:
    """Beside what has been recorded under this title."""
    folder = os.environ.get("INFERNO_FAULT_MATRIX")
    if folder:
        file = Path(folder) / f"{title}.json"
        recorded = json.loads(file.read_text()) if file.exists() else []
        file.write_text(json.dumps(recorded + [dataclasses.asdict(row) for row in rows]))


def faults_in_page() -> dict[str, list[str]]:
    """The first column of each table, by its title."""
    text = PAGE.read_text()
    found: dict[str, list[str]] = {}
    for line in text[text.index(BEGIN):text.index(END)].splitlines():
        if title := re.fullmatch(r"\*\*(.+)\*\*", line):
            rows = found.setdefault(title.group(1), [])
        elif row := re.match(r"\| ([^|]+) \|", line):
            rows.append(row.group(1))
    return {title: rows[1:] for title, rows in found.items()}  # without the head


def write_page(folder: Path) -> None:
    table = ""
    for title in (PROMETHEUS, API_SERVER, OWN):
        rows = [Row(**fields) for fields in json.loads((folder / f"{title}.json").read_text())]
        table += f"\n**{title}**\n\n{HEAD}" + "".join(row.markdown() for row in rows)
    text = PAGE.read_text()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    PAGE.write_text(f"{text[:begin]}\n{table}\n{text[end:]}")


if __name__ == "__main__":
    write_page(Path(sys.argv[1]))
