"""Numbers as their cells show them, where a format is about digits (ECMA-376-1, 18.8.31).

`00000` shows 123 as 00123, `"PO-"0` shows 12 as PO-12, `000000-0000` puts a dash between. What
groups by thousands, rounds, scales, or depends on the number is no code, and stays the number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

_SECTION: Final = re.compile(
    r'(?:\[\$-[0-9A-Fa-f,]+\])?(?P<pieces>(?:"[^"]*"|\\.|[-() ]|General|[#0])+)', re.DOTALL
)
_PIECE: Final = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<digits>General|[#0]+)|.')
_CODE: Final = re.compile(rb"\sformatCode=[\"']([^<>]*?)[\"'](?=\s|/|>)")
_GENERAL: Final = "General"
_MOST_DIGITS: Final = 15  # of a number in a cell; those behind are none of its own
#: Row and column of a cell, both from 0, to how its number is shown.
Places = Mapping[tuple[int, int], "NumberFormat"]


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """Literal text and runs of placeholders, in order; how many sections the format has."""

    pieces: tuple[tuple[str, bool], ...]  # a text, and whether it is placeholders
    sections: int

    def shown(self, number: float) -> str | None:
        """The number as people see it; None where the format is not about its digits."""
        if number != int(number) or abs(number) >= 10**_MOST_DIGITS:
            return None
        if self.sections > (1 if number < 0 else 2):  # they have a section of their own
            return None
        if number == 0 and not any(is_digits and "0" in text for text, is_digits in self.pieces):
            return None
        digits = str(abs(int(number)))
        shown: list[str] = []
        left = sum(len(text) for text, is_digits in self.pieces if is_digits)
        digits = digits.rjust(left)
        for text, is_digits in self.pieces:
            if is_digits:
                left -= len(text)
                taken, digits = digits[: len(digits) - left], digits[len(digits) - left :]
                zeros = text.rjust(len(taken))
                text = "".join(
                    digit if digit != " " else zero.replace("#", "")
                    for digit, zero in zip(taken, zeros, strict=True)
                )
            shown.append(text)
        return ("-" if number < 0 else "") + "".join(shown).strip()


def number_format(code: str) -> NumberFormat | None:
    """The format of that code, None where numbers are read without it."""
    sections = re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+', code)
    found = _SECTION.fullmatch(sections[0]) if sections else None
    if found is None:
        return None
    pieces: list[tuple[str, bool]] = []
    for piece in _PIECE.finditer(found["pieces"]):
        digits = piece["digits"]
        if digits:
            pieces.append(("#" if digits == _GENERAL else digits, True))
        else:
            pieces.append((piece["quoted"] or piece["escaped"] or piece[0].strip('"'), False))
    runs = [text for text, is_digits in pieces if is_digits]
    if not runs or (len(runs) > 1 and any("#" in run for run in runs)):
        return None  # no number, or one in groups, as amounts are
    if len("".join(runs)) == 1 and not any(
        text.strip() for text, is_digits in pieces if not is_digits
    ):
        return None
    return NumberFormat(tuple(pieces), code.count(";") + 1 if len(sections) > 1 else 1)


def has_number_formats(styles: bytes) -> bool:
    """Whether any format of a workbook shows codes; most have none, and are not parsed for it."""
    codes = (unescape(code.decode("utf-8", "replace")) for code in _CODE.findall(styles))
    return any(map(number_format, codes))


def cell_formats(styles: Any) -> dict[int, NumberFormat]:
    """Index of a cell's style to its format, of those that show codes (ECMA-376-1, 18.8).

    `styles`: the root of that part, by whichever of lxml and ElementTree read it.
    """
    formats: dict[str, NumberFormat] = {}
    for entry in styles.iterfind("{*}numFmts/{*}numFmt"):
        if found := number_format(entry.get("formatCode") or ""):
            formats[entry.get("numFmtId")] = found
    styled = enumerate(styles.iterfind("{*}cellXfs/{*}xf")) if formats else ()
    return {i: formats[xf.get("numFmtId")] for i, xf in styled if xf.get("numFmtId") in formats}


def places_in_sheet(xml: bytes, formats: Mapping[int, NumberFormat]) -> Places:
    """The cells of a sheet that have one of these formats."""
    if not formats:
        return {}
    styles = "|".join(map(str, formats))
    cell = re.compile(
        rb"<(?:\w+:)?c\b(?=[^<>]*\ss=[\"'](?P<style>%b)[\"'])"
        rb"[^<>]*\sr=[\"'](?P<column>[A-Z]{1,3})(?P<row>\d{1,7})[\"']" % styles.encode()
    )
    return {
        (int(found["row"]) - 1, _column(found["column"])): formats[int(found["style"])]
        for found in cell.finditer(xml)
    }


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1
