"""A row of labels above the row of their values, with nothing but single spaces between columns."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from archive.words import only_words
from indexer.extract.dates import find_dates
from indexer.extract.rules import label_rules

LONGEST_NUMBER: Final = 40
LONGEST_ROW: Final = 300
_DATES: Final = frozenset({"date", "due_date", "other"})
_DIGIT: Final = re.compile(r"\d")
_VALUE: Final = re.compile(r"[ \t]*(?P<value>[^\W_][\w./+-]*)(?=\s|$)")


def value_under(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the value of a number's label at `start` to `end` stands in the next line.

    Only where the place is certain: nothing but labels of dates stand left of it, and just as many
    dates open the next line. Other labels may follow. A row with digits is no row of labels, and
    where one more row has such a number, it is a list of what bears them.
    """
    line = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    if line_end < 0 or any(char.isdigit() for char in text[line:line_end]):
        return None
    if not text[end:line_end].strip(" .:") and start == line:
        return None  # a label on a line of its own is read as such
    before = _date_labels(text[line:start])
    if before is None:
        return None
    position = line_end + 1
    next_end = text.find("\n", position)
    next_end = len(text) if next_end < 0 else next_end
    for date in islice(find_dates(text, position, next_end), before):
        if text[position : date.start].strip():
            return None
        position, before = date.end, before - 1
    match = _VALUE.match(text, position, next_end)
    if before or match is None or not any(char.isdigit() for char in match["value"]):
        return None
    first, last = match.span("value")
    if last - first > LONGEST_NUMBER or _is_list(text, match["value"], next_end):
        return None
    is_date = any(date.start == first for date in find_dates(text, first, next_end))
    return None if is_date else (first, last)


def _is_list(text: str, value: str, row_end: int) -> bool:
    """Whether the row below has a number of the same shape, digit for digit."""
    below = text[row_end + 1 : row_end + 1 + LONGEST_ROW].partition("\n")[0]
    return _DIGIT.sub("0", value) in _DIGIT.sub("0", below).split()


def _date_labels(text: str) -> int | None:
    """How many labels of dates these words are; nothing where they are anything else."""
    words, position, count = only_words(text).split(), 0, 0
    while position < len(words):
        hit = label_rules().at(words, position)
        if hit is None or not _DATES & {meaning.fact for meaning in hit[1]}:
            return None
        position, count = position + hit[0], count + 1
    return count
