"""Titles of any wording with the number behind them, as in "Baurechnung (380) Nr 471102"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archive.words import only_words
from indexer.extract.phrases import plain_spaces
from indexer.extract.rules import kind_rules

MOST_LINES: Final = 15  # with text, in which a document says what it is
LINE_CHARS: Final = 160
LONGEST_NUMBER: Final = 40

_LINE: Final = re.compile(r"[^\n]*\S[^\n]*")
#: Up to six words, a code in brackets, the word for "number", and the number.
_NUMBERED: Final = re.compile(
    r"[ \t#*_|]*(?P<title>[^\W\d_][^\W\d_'’-]*(?:[ \t]+[^\W\d_][^\W\d_'’-]*){0,5})[ \t]*"
    r"(?:\([^()\n]{1,20}\)[ \t]*)?"
    r"(?:(?:\b(?:nr|no|num|nummer|number|numéro)\b\.?|n[°º]|№|#)[ \t]*:?)[ \t]*"
    r"(?P<number>[^\W_][\w./+-]*)"
    r"(?=[ \t]*(?:$|[,;(]|[ \t]{2}|(?:vom|von|of|dated|date|du|den|av|från|from)\b))",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")


def numbered_titles(text: str, kind: str) -> Iterator[tuple[int, int]]:
    """Where numbers stand right behind a title of this kind, in the head of a text."""
    text = plain_spaces(text)
    for index, line in enumerate(_LINE.finditer(text)):
        if index >= MOST_LINES:
            return
        stop = min(line.end(), line.start() + LINE_CHARS)
        match = _NUMBERED.match(text[:stop], line.start())
        if match is None or not _is_title(match["title"], kind):
            continue
        number = match["number"].rstrip("./-")
        is_number = any(char.isdigit() for char in number) and not _DATE.fullmatch(number)
        if is_number and len(number) <= LONGEST_NUMBER:
            yield match.start("number"), match.start("number") + len(number)


def _is_title(words: str, kind: str) -> bool:
    """Whether the words are a title of this kind and of no other: "Ihre Bestellung" is not ours."""
    titles = kind_rules().titles
    folded = only_words(words).split()
    found = [titles.at(folded, at) for at in range(len(folded))]
    return {hit[1] for hit in found if hit is not None} == {kind}
