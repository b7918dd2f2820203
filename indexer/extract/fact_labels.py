"""Finding labels on a page, and the stretch of text in which a label's value stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from archive.reading import PageText
from indexer.extract.heads import Head
from indexer.extract.label_rows import LabelRow, is_label, is_rest
from indexer.extract.rules import Meaning, label_rules

#: Labels stand on the first two pages and on the last, in the head of long ones.
PAGE_CHARS: Final = 8_000
#: A value begins this near its label on the same line.
VALUE_CHARS: Final = 90
#: A row of heads and two below are looked at so far.
LONGEST_ROWS: Final = 3_000
#: What stands between cells, and how many of them a row of a table has at least.
_CELL_ENDS: Final = ("\t", ";", "|")
LEAST_ENDS: Final = 2
#: … or in one of the next lines.
LINES_BELOW: Final = 2

#: "Total (RM)", "Total SEK:" say nothing yet.
_SAYS: Final = re.compile(r"\d|[^\W\d_]{4,}|[a-zåäö]{2,}")
_CELL_BORDER: Final = re.compile(r"[\t;|]|,|[ ]{2,}")
#: A minus before an amount with cents belongs to it.
_SKIPPED: Final = re.compile(
    r"""(?:[\s:.#*_=>|…·]|-(?!\d[\d .,]*[.,]\d\d\b)|"?;"?|"?,(?=[^\s])"?|"(?=\t)|(?<=\t)")*"""
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label on a page. The value stands in `start` to `end` on its line, or `below` it."""

    page: PageText
    meanings: tuple[Meaning, ...]
    label_start: int
    label_end: int
    start: int
    end: int
    below: tuple[int, int] | None  # the next lines, where the rest of its own is empty
    column: int  # which of the labels without a value on this line it is
    is_over: bool = False  # it heads a column: the value is the cell below it

    def means(self, fact: str, kind: str) -> Meaning | None:
        """The meaning as this fact in a document of this kind."""
        return next(
            (m for m in self.meanings if m.fact == fact and (m.kinds is None or kind in m.kinds)),
            None,
        )


def find_labels(head: Head) -> list[Label]:
    """The labels in the head of a page, in order of place."""
    text, rules = head.page.text, label_rules()
    found: list[tuple[tuple[Meaning, ...], int, int]] = []
    over: list[Label] = []
    done = 0
    for start in head.labels:
        words = head.words_from(start) if done <= start < PAGE_CHARS else ()
        hit = rules.at(words, 0) if words else None
        if hit is None:
            continue
        length, meanings = hit
        end = head.end(start, words[:length])
        if "\n" in text[start:end]:  # two lines are no label, but the second may begin with one
            continue
        done = end
        row = head.row_at(start)
        if row is not None:
            over += _over_value(head.page, row, meanings, start, end)
        elif _is_label(text, start, end, meanings[0].strict):
            found.append((meanings, start, end))
    beside = (
        label
        for label in _with_values(head.page, found)
        if not heads_a_list(text, label.label_start)
    )
    return sorted([*over, *beside], key=lambda label: label.label_start)


def _over_value(
    page: PageText, row: LabelRow, meanings: tuple[Meaning, ...], start: int, end: int
) -> Iterator[Label]:
    """The label of a column, where it is all that its cell says."""
    cell_end, value = row.cells.get(start, (0, (0, 0)))
    if cell_end and is_rest(page.text[end:cell_end]):
        yield Label(page, meanings, start, cell_end, *value, None, 0, is_over=True)


def heads_a_list(text: str, start: int) -> bool:
    """Does what stands there head a column of a table of several rows?

    The cells below tell of what the rows are about, each its own, and not of the document. The row
    of heads has three cells or more and no digit; the two rows below have as many cells, some of
    them with digits in both.

    >>> heads_a_list("Order;Seller;Sum\\nPO-1;Acme;5\\nPO-2;Borg;7", 6)
    True
    >>> heads_a_list("Order;Seller;Sum\\nPO-1;Acme;5", 6)
    False
    """
    line = text.rfind("\n", 0, start) + 1
    heads, *below = text[line : line + LONGEST_ROWS].split("\n", 3)[:3]
    sign = next((sign for sign in _CELL_ENDS if heads.count(sign) >= LEAST_ENDS), None)
    if sign is None or len(below) < 2 or any(char.isdigit() for char in heads):
        return False
    if not all(cell.strip(' "') for cell in heads.split(sign)):
        return False
    rows = [row.split(sign) for row in below]
    if any(len(row) != heads.count(sign) + 1 for row in rows):
        return False
    columns = zip(*rows, strict=True)
    return any(all(any(char.isdigit() for char in cell) for cell in cells) for cells in columns)


def _is_label(text: str, start: int, end: int, strict: bool) -> bool:
    """Whether words stand as a label does: at the start of a line or column, or before a colon."""
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start]
    opens = not before.strip(" \t#*_|•->0123456789.()\"'") or before.endswith(
        ("  ", "\t", "| ", ";")
    )
    after = text[end : end + 4]
    colon = ":" in after.split("\n")[0] or after.startswith((" #", "*:"))
    proud = text[start].isupper()
    if strict:
        return (opens and (proud or colon)) or (colon and proud)
    return opens or proud or colon


def _with_values(
    page: PageText, found: list[tuple[tuple[Meaning, ...], int, int]]
) -> Iterator[Label]:
    text = page.text
    empty: dict[int, int] = {}  # labels without a value so far, by the start of their line
    for index, (meanings, start, end) in enumerate(found):
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        following = found[index + 1][1] if index + 1 < len(found) else len(text)
        skipped = _SKIPPED.match(text, end)
        value = min(skipped.end() if skipped else end, line_end)
        stop = min(line_end, following, value + VALUE_CHARS)
        line = text.rfind("\n", 0, start) + 1
        below, column = None, 0
        sum_wanted = any(meaning.fact == "total" for meaning in meanings)
        if _is_label_beside(text, end, value, stop):
            value = stop = line_end
        if value >= stop or (sum_wanted and not _SAYS.search(text, value, stop)):
            column = empty.get(line, 0)
            empty[line] = column + 1
            below = (line_end, _lines_end(text, line_end, LINES_BELOW))
        yield Label(page, meanings, start, end, value, stop, below, column)


def _is_label_beside(text: str, end: int, value: int, stop: int) -> bool:
    """Whether the next cell is itself a label: `Buyer;Order no`."""
    if not _CELL_BORDER.search(text, end, value):
        return False
    return is_label(_CELL_BORDER.split(text[value:stop])[0].strip(' "'))


def _lines_end(text: str, start: int, lines: int) -> int:
    """The end of so many lines with text after `start`."""
    end = start
    for _ in range(lines):
        skipped = _BLANKS.match(text, end)
        end = text.find("\n", skipped.end() if skipped else end)
        if end < 0:
            return len(text)
    return end


_BLANKS: Final = re.compile(r"\s*")
