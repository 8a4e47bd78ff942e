"""The page shows what the tests go through, all of it."""
from __future__ import annotations

import unittest

import matrix
import test_clock
import test_own_faults
from api_faults import API_OUTAGES
from outages import OUTAGES


class MatrixPage(unittest.TestCase):
    def test_it_has_a_row_for_every_fault(self) -> None:
        """`make reliability` writes it."""
        faults = matrix.faults_in_page()
        self.assertEqual(faults[matrix.PROMETHEUS], [outage.title for outage in OUTAGES.values()])
        self.assertEqual(faults[matrix.API_SERVER], [outage.title for outage in API_OUTAGES.values()])
        self.assertEqual(sorted(faults[matrix.OWN]), sorted([*test_clock.TITLES.values(), *test_own_faults.TITLES.values()]))

    def test_no_row_shows_a_zero(self) -> None:
        text = matrix.PAGE.read_text()
        for line in text[text.index(matrix.BEGIN):text.index(matrix.END)].splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) == 6 and cells[1] != "fault" and not cells[1].startswith("-"):
                self.assertEqual(cells[3], "none", line)
