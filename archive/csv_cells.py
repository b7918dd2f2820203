"""Cells of CSV that no spreadsheet takes for a formula, and back.

What a spreadsheet would run (OWASP, "CSV injection") is written behind an apostrophe, which it
takes for the mark of a text. What has such a mark itself gets another one, so nothing is lost on
the way back. Negative numbers and a dash alone run nothing and stay.
"""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = "'"
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
_HARMLESS: Final = re.compile(r"-(?:[0-9]+(?:\.[0-9]+)?)?")


def safe_cell(text: str) -> str:
    """The text as a cell.

    >>> safe_cell("=1+1"), safe_cell("-12.50"), safe_cell("-"), safe_cell("'=1")
    ("'=1+1", '-12.50', '-', "''=1")
    """
    is_run = _FORMULA.match(text) and not _HARMLESS.fullmatch(text)
    return f"{_MARK}{text}" if is_run else text


def text_of_cell(cell: str) -> str:
    """What `safe_cell` was given.

    >>> text_of_cell("'=1+1"), text_of_cell("-12.50"), text_of_cell("''=1"), text_of_cell("'s")
    ('=1+1', '-12.50', "'=1", "'s")
    """
    return cell[1:] if cell.startswith(_MARK) and _FORMULA.match(cell) else cell
