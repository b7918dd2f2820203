"""Where on its pages a hit has what was searched, and the two lines that show it best.

Marks are code points of the page text, end-exclusive. What is marked is what matched: base forms
as the document's language has them, phrases over any punctuation, identifiers however spelled.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.search.analysis import composed, place_of, spans
from indexer.search.lemmas import Lemmas, base

_BETWEEN: Final = r"[\W_]*"
_LONGEST: Final = 220  # characters of a snippet: two lines
_STEM: Final = 3  # first letters that the forms of one word have in common, as a rule
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """One place, and the number of the part of the query that it answers."""

    start: int
    end: int
    part: int


@dataclass(frozen=True, slots=True)
class Sought:
    """One part of a query as text to be marked. The weight says how much a place tells."""

    words: frozenset[str] = frozenset()  # exact tokens
    forms: frozenset[str] = frozenset()  # base forms
    phrases: tuple[tuple[str, ...], ...] = ()
    keys: tuple[str, ...] = ()  # identifiers' keys, folded
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Snippet:
    """`page` is 1-based; None where there is no page."""

    page: int | None
    text: str
    marks: tuple[tuple[int, int], ...]


class Highlighter:
    """Finds the parts of one query in texts."""

    def __init__(self, parts: Sequence[Sought], lemmas: Lemmas) -> None:
        self._parts = parts
        self._lemmas = lemmas
        words = {word for part in parts for word in part.words}
        words |= {base(form) for part in parts for form in part.forms}
        begins = {word[:_STEM] for word in words}
        self._begins = _any_of(begins, tail=r"[^\W_]*")
        self._exact = [(number, _sequence(part)) for number, part in enumerate(parts)]
        self._known: dict[tuple[str, str | None], tuple[int, ...]] = {}

    def marks(self, text: str, language: str | None) -> list[Mark]:
        """Every place in `text`, in order; none lies over another."""
        text, places = composed(text)
        lower = text.lower()
        if len(lower) != len(text):  # İ alone grows
            lower = "".join(char.lower()[0] for char in text)
        found = [
            Mark(match.start(), match.end(), number)
            for number, pattern in self._exact
            if pattern
            for match in pattern.finditer(lower)
        ]
        if self._begins:
            for match in self._begins.finditer(lower):
                for number in self._answers(match[0], language):
                    found.append(Mark(match.start(), match.end(), number))
        if places is not None:
            found = [Mark(*place_of(places, one.start, one.end), one.part) for one in found]
        return list(_apart(found))

    def snippet(self, pages: Sequence[str], language: str | None) -> Snippet:
        """The page that has most of what was sought, and two lines of it."""
        best, marks, number = 0.0, [], 0
        possible = sum(part.weight for part in self._parts)
        for index, text in enumerate(pages):
            found = self.marks(text, language)
            worth = sum(self._parts[part].weight for part in {mark.part for mark in found})
            if worth > best:
                best, marks, number = worth, found, index
            if best >= possible:
                break
        if not pages:
            return Snippet(None, "", ())
        return _cut(pages[number], marks, number + 1, [part.weight for part in self._parts])

    def _answers(self, token: str, language: str | None) -> tuple[int, ...]:
        """The parts of the query that a token of a document answers."""
        key = (token, language)
        if key not in self._known:
            folded = [part for part, _, _ in spans(token)]
            terms = set(self._lemmas.terms(folded, language))
            self._known[key] = tuple(
                number
                for number, part in enumerate(self._parts)
                if part.words.intersection(folded) or part.forms & terms
            )
        return self._known[key]


def _any_of(texts: Iterable[str], tail: str = "") -> re.Pattern[str] | None:
    choices = "|".join(_begun(text) for text in sorted(texts, key=len, reverse=True) if text)
    return re.compile(rf"(?:{choices}){tail}") if choices else None


def _begun(text: str) -> str:
    """A pattern for `text` where a word begins.

    What stands before is looked at last: `re` skips to the first letters of a pattern, but not of
    one that begins with a look behind.
    """
    literal = re.escape(text)
    return rf"{literal}(?<![^\W_]{literal})"


def _sequence(part: Sought) -> re.Pattern[str] | None:
    """A pattern for the phrases and identifiers of a part."""
    choices = [
        r"[\W_]+".join([_begun(first), *map(re.escape, rest)])
        for first, *rest in filter(None, part.phrases)
    ]
    choices += [
        _BETWEEN.join([_begun(key[0]), *map(re.escape, key[1:])]) for key in filter(None, part.keys)
    ]
    return re.compile(rf"(?:{'|'.join(choices)})(?![^\W_])") if choices else None


def _apart(marks: list[Mark]) -> Iterator[Mark]:
    end = -1
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.start >= end:
            yield mark
            end = mark.end


def _cut(text: str, marks: Sequence[Mark], page: int, weights: Sequence[float]) -> Snippet:
    """The stretch of the page with the most telling marks, as one line of plain spaces."""
    begin, end = _window(text, marks, weights)
    out, shown = ("… " if text[:begin].strip() else ""), []
    at = begin
    for mark in (*(m for m in marks if begin <= m.start and m.end <= end), None):
        until = mark.start if mark else end
        out += _SPACES.sub(" ", text[at:until])
        if mark:
            start = len(out)
            out += _SPACES.sub(" ", text[mark.start : mark.end])
            shown.append((start, len(out)))
            at = mark.end
    out = out.rstrip() + (" …" if end < len(text.rstrip()) else "")
    return Snippet(page, out, tuple(shown))


def _window(text: str, marks: Sequence[Mark], weights: Sequence[float]) -> tuple[int, int]:
    """Start and end of at most _LONGEST characters, cut between words."""
    if not marks:
        start = len(text) - len(text.lstrip())
        return start, _word_end(text, min(len(text), start + _LONGEST))
    starts = [mark.start for mark in marks]
    best, first, last = -1.0, 0, 0
    for index, mark in enumerate(marks):
        stop = bisect_left(starts, mark.start + _LONGEST - 60, index + 1)
        parts = {other.part for other in marks[index:stop]}
        worth = sum(weights[part] for part in parts) + 0.01 * (stop - index)
        if worth > best:
            best, first, last = worth, index, stop - 1
    used = marks[last].end - marks[first].start
    before = max(0, min(60, (_LONGEST - used) // 2))
    begin = max(0, marks[first].start - before)
    if begin:
        space = text.find(" ", begin, marks[first].start)
        begin = space + 1 if space >= 0 else begin
    return begin, _word_end(text, min(len(text), max(begin + _LONGEST, marks[last].end)))


def _word_end(text: str, end: int) -> int:
    """`end`, or the end of the last whole word before it."""
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, end - 30), end + 1)
    return space if space > 0 else end
