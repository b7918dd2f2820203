"""A row of labels above the one row of their values, as spreadsheets and exports have it.

`Invoice no;Invoice date;Buyer` above `INV-301;2025-03-05;Acme`: what stands under a label is its
value, and what stands beside it is another label. Several rows of values are a list, of which each
row tells of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.scheme_types import NUMBER_WORDS
from archive.vocabulary import KINDS
from archive.words import only_words
from indexer.extract.amounts import amount_rules
from indexer.extract.rules import label_rules

#: Such a table stands in the head of a page.
CHARS: Final = 12_000
LONGEST_LABEL: Final = 60
LONGEST_ROW: Final = 3_000
#: What parts cells, the surest first, and how many of them a row has at least: prose has commas.
SIGNS: Final = {"\t": 1, ";": 1, "|": 1, ",": 2}
LEAST_LABELS: Final = 2  # that are known ones

_HEADS: Final = re.compile(r"^[^\n\d]*[\t;|,][^\n\d]*\n(?=[^\n]*[\t;|,])", re.MULTILINE)
_DIGIT: Final = re.compile(r"\d")
_BRACKETS: Final = re.compile(r"[(\[][^)\]]*[)\]]")
_NAMES: Final = frozenset({"name", "namn", "company", "företag"})  # "Buyer name" heads buyers

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One of them. `cells`: by where the cell of a label begins its end, and its value's span."""

    start: int
    end: int  # of the row of labels
    values: Span  # the row of values
    cells: dict[int, tuple[int, Span]]


def label_rows(text: str) -> Iterator[LabelRow]:
    """All in the head of a text, in order; a label without a value, or the reverse, is left out."""
    done = 0
    for match in _HEADS.finditer(text, 0, CHARS):
        if match.start() >= done and (row := _row(text, match.start(), match.end() - 1)):
            done = row.values[1]
            yield row


def _row(text: str, start: int, end: int) -> LabelRow | None:
    for sign, least in SIGNS.items():
        if text.count(sign, start, end) < least:
            continue
        heads, below = _cells(text, (start, end), sign), _line(text, end + 1)
        if sign == "|" and not text[slice(*below)].strip(" \t|:-"):  # the rule of Markdown
            below = _line(text, below[1] + 1)
        values = _cells(text, below, sign)
        if len(heads) <= least or len(heads) != len(values) or _goes_on(text, below, sign, values):
            continue
        if _are_labels(text, heads) and _are_values(text, values):
            pairs = zip(heads, values, strict=True)
            cells = {
                head[0]: (head[1], value)
                for head, value in pairs
                if head[0] < head[1] and value[0] < value[1]
            }
            return LabelRow(start, end, below, cells)
    return None


def _are_labels(text: str, cells: list[Span]) -> bool:
    labels = [text[start:end] for start, end in cells]
    is_short = all(len(label) <= LONGEST_LABEL for label in labels)
    return is_short and sum(map(is_label, labels)) >= LEAST_LABELS


def _are_values(text: str, cells: list[Span]) -> bool:
    values = [text[start:end] for start, end in cells]
    return any(map(_DIGIT.search, values)) and sum(map(is_label, values)) < LEAST_LABELS


def _goes_on(text: str, row: Span, sign: str, values: list[Span]) -> bool:
    """Whether another row of values follows: some column has digits in both."""
    following = _cells(text, _line(text, row[1] + 1), sign)
    if len(following) != len(values):
        return False
    both = zip(values, following, strict=True)
    return any(all(_DIGIT.search(text, *cell) for cell in cells) for cells in both)


def _line(text: str, start: int) -> Span:
    """The line that begins here, without its end."""
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return min(start, len(text)), end


def _cells(text: str, line: Span, sign: str) -> list[Span]:
    """The cells of a line without quotes and the spaces around them; empty ones are empty spans."""
    start, end = line
    if end - start > LONGEST_ROW:
        return []
    if sign == "|":  # a table of Markdown has one at each end as well
        start += len(text[start:end]) - len(text[start:end].lstrip(" \t|"))
        end -= len(text[start:end]) - len(text[start:end].rstrip(" \t|"))
    found, position = [], start
    while position <= end:
        match = _cell(sign).match(text, position, end)
        if match is None:
            return []
        found.append(match.span(1 if match[1] is not None else 2))
        if match.end() == end and not text.endswith(sign, position, end):
            break
        position = match.end()
    return found


@cache
def _cell(sign: str) -> re.Pattern[str]:
    apart = re.escape(sign)
    return re.compile(rf' *(?:"((?:[^"]|"")*)"|([^"{apart}]*?)) *(?:{apart}|\Z)')


def is_label(cell: str) -> bool:
    """Is this a label that we know, and nothing else?

    >>> is_label("Order no."), is_label("Total (SEK)"), is_label("Köparens namn")
    (True, True, False)
    >>> is_label("Buyer name"), is_label("Acme AB"), is_label("Fakturanummer")
    (True, False, True)
    """
    words = only_words(_BRACKETS.sub("", cell)).split()
    if not words:
        return False
    hit = label_rules().at(words, 0)
    if hit is not None and is_rest(" ".join(cell.split()[hit[0] :])):
        return True
    if words[-1] in NUMBER_WORDS and len(words) > 1:
        return True
    return "".join(words) in _number_labels() or words[-1].endswith(("nummer", "nr"))


def is_rest(rest: str) -> bool:
    """Whether nothing stands behind a label in its cell that would make another one of it.

    >>> is_rest(" (SEK)"), is_rest("name"), is_rest("EUR"), is_rest("before discount")
    (True, True, True, False)
    """
    words = only_words(_BRACKETS.sub("", rest)).strip()
    return not words or words in _NAMES or bool(amount_rules().currency.fullmatch(rest.strip()))


def kind_of_number(cell: str) -> str | None:
    """The kind of document whose own number stands behind this label, if it is such a label.

    >>> kind_of_number("Fakturanr."), kind_of_number("Your order"), kind_of_number("Buyer")
    ('invoice', None, None)
    """
    return _number_labels().get("".join(only_words(cell).split()))


@cache
def _number_labels() -> dict[str, str | None]:
    """The labels of numbers, run together, and the kind of document that bears such a number."""
    found: dict[str, str | None] = {}
    for scheme in BUILTIN_SCHEMES:
        bearer = scheme.bearer if scheme.bearer in KINDS else None
        found |= {_bare(label): None for label in scheme.cite_labels}
        found |= {_bare(label): bearer for label in scheme.own_labels}
    return found


def _bare(label: str) -> str:
    return "".join(only_words(label).split())
