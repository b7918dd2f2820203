"""Cells of CSV files are read by spreadsheets as what they are."""

from __future__ import annotations

import pytest

from archive.package_files import csv_file


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("-1+cmd", "'-1+cmd"),
        ("+46 70 123", "'+46 70 123"),
        ("@sum", "'@sum"),
        (-314, "-314"),
        ("-2250.00", "-2250.00"),
        ("PO-2024-113", "PO-2024-113"),
        (None, ""),
    ],
)
def test_no_cell_is_run_as_a_formula_and_negative_numbers_stay_numbers(value, cell):
    assert csv_file(["a"], [[value]]).decode("utf-8-sig").splitlines()[1].strip('"') == cell
