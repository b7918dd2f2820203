"""Rows of sheets as lines of text, their cells apart by tabulators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

#: Cells that make a row one of a table. A row of a form has a label and a value, however far apart.
OF_A_TABLE: Final = 3


def line_of(cells: Sequence[str]) -> str:
    """A row as one line; in a table empty cells keep their place, so that columns stay columns.

    >>> line_of(["1", "", "104711", "500.00", ""])
    '1\\t\\t104711\\t500.00'
    >>> line_of(["", "Order no", "", "4500012399"])
    'Order no\\t4500012399'
    """
    filled = [cell for cell in cells if cell]
    if len(filled) < OF_A_TABLE:
        return "\t".join(filled)
    return "\t".join(cells).rstrip("\t")
