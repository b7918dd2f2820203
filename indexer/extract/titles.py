"""Titles: short lines near the head that are, begin or end with the word of a kind."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Final

from indexer.extract.heads import Heads
from indexer.extract.kind_words import LABEL_KINDS, LABEL_WORDS, TITLE_TAILS
from indexer.extract.phrases import Phrases, first_written
from indexer.extract.rules import kind_rules

#: Titles stand in the first lines of a document.
HEAD_LINES: Final = 50
HEAD_CHARS: Final = 4_000
#: A line longer than this is a sentence.
TITLE_CHARS: Final = 110

_WORD: Final = re.compile(r"[^\W_]+")
#: A line, or a column of one: text laid out with wide gaps has several titles on a line.
_LINE: Final = re.compile(r"[^\S\n]*+\S[^\n]*")
_CELL: Final = re.compile(r"[^\s|]+(?: {1,2}[^\s|]+)*")
_COLUMN: Final = re.compile(r"[^\s;|][\t;|]\s*(?=[^\s;|])")
_LISTED: Final = re.compile(r"[-*•–] |\[|\d+(?:\.\d+)*[.)]? ")
_DECORATION: Final = "#*_=-–—•| \t\"'“”«»([<>/.:0123456789"


def find_titles(heads: Heads) -> Iterator[tuple[str, float, int, int, int]]:
    """Titles in the head of the first page that has text: kind, weight, page, start, end."""
    page = first_written(heads.pages)
    if page is None:
        return
    head = heads.of(page)
    places = [place for place in head.titles if place < HEAD_CHARS]
    if not places:
        return
    titles = kind_rules().titles
    lines = list(islice(_LINE.finditer(page.text, 0, HEAD_CHARS), HEAD_LINES))
    starts = [line.start() for line in lines]
    for position, here in groupby(places, lambda place: bisect_right(starts, place) - 1):
        line = lines[position]
        cells = _cells(page.text, line, [*here])
        if not cells or head.row_at(line.start()) or len(_COLUMN.findall(line.group())) > 1:
            continue  # the head of a table
        # Half of the weight is left at the foot of the head.
        place = 1.0 - 0.5 * max(0, position - 10) / (HEAD_LINES - 10)
        for cell in cells:
            found = _title_in(cell.group(), titles)
            if found is not None:
                kind, weight, start, end = found
                start, end = cell.start() + start, cell.start() + end
                yield kind, weight * place, page.number, start, end


def _cells(text: str, line: re.Match[str], places: Sequence[int]) -> list[re.Match[str]]:
    """The columns of a line in which a word of a title, at one of the places, may weigh anything.

    That is in one which it opens, or with a capital; not in prose.
    """
    return [
        cell
        for cell in _CELL.finditer(text, *line.span())
        if cell.end() - cell.start() <= TITLE_CHARS
        and any(
            text[place].isupper() or not text[cell.start() : place].strip(_DECORATION)
            for place in places
            if cell.start() <= place < cell.end()
        )
        and not _LISTED.match(cell.group())
    ]


def _title_in(line: str, titles: Phrases[str]) -> tuple[str, float, int, int] | None:
    """The title in one line: its kind, its weight, its place in the line.

    Of titles that follow each other directly the last is meant: a *purchase order agreement* is
    an agreement, a *contract amendment* an amendment.
    """
    spots = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(line)]
    words = [word.lower() for word, _, _ in spots]
    done = 0
    for first in range(len(words)):
        hit = titles.at(words, first) if first >= done else None
        if hit is None:
            continue
        after, kind = first + hit[0], hit[1]
        while after < len(words) and (following := titles.at(words, after)):
            after, kind = after + following[0], following[1]
        weight = _title_weight(line, spots, first, after, kind)
        if weight:
            return kind, weight, spots[first][1], spots[after - 1][2]
        done = after
    return None


def _title_weight(
    line: str, spots: list[tuple[str, int, int]], first: int, after: int, kind: str
) -> float:
    """How much a line looks like a title: 3 for the title alone, 0 for a sentence or label."""
    start, end = spots[first][1], spots[after - 1][2]
    before, rest = line[:start], line[end:]
    depth = len(before) - len(before.lstrip("#")) if before.startswith("#") else 0
    heading = 0.3 if depth > 1 else 1.0
    proud = line[start].isupper()
    clean_before = not before.strip(_DECORATION)
    rest_words = [word.lower() for word, _, _ in spots[after:]]
    numbered = any(char.isdigit() for char in rest.split(maxsplit=1)[0]) if rest_words else False
    if clean_before and not rest_words:
        return 3.0 * heading if proud or rest.strip() == "" else 2.0
    if clean_before and proud:
        following = rest_words[0]
        if numbered:
            return 2.4 * heading
        if following in TITLE_TAILS:
            return 2.2 * heading
        if following in LABEL_WORDS:
            return 1.0 if kind in LABEL_KINDS else 0.0
        if depth == 1 or rest.lstrip()[:1] in "-–—:|,(/":
            return 1.5 * heading
        return 0.0
    if proud and first <= 8 and (not rest_words or numbered):
        upper = sum(word[0].isupper() or word[0].isdigit() for word, _, _ in spots[:first])
        return 2.4 * heading if 2 * upper >= first else 0.0
    return 0.0
