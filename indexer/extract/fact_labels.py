"""Finding labels on a page, and the stretch of text in which a label's value stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from archive.reading import PageText
from indexer.extract import fact_words
from indexer.extract.misread import mended
from indexer.extract.phrases import Phrases, words_of

#: Labels stand on the first two pages and on the last, in the head of long ones.
PAGE_CHARS: Final = 8_000
#: A value begins this near its label on the same line.
VALUE_CHARS: Final = 90
#: … or in one of the next lines.
LINES_BELOW: Final = 2

#: "Total (RM)", "Total SEK:" say nothing yet.
_SAYS: Final = re.compile(r"\d|[^\W\d_]{4,}|[a-zåäö]{2,}")
_SKIPPED: Final = re.compile(r"[\s:.#*_=>|…·-]*")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label means: the name of a fact, or none; how good it is; on which kinds."""

    fact: str
    rank: int = 0
    kinds: frozenset[str] | None = None
    strict: bool = False


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

    def means(self, fact: str, kind: str) -> Meaning | None:
        """The meaning as this fact in a document of this kind."""
        return next(
            (m for m in self.meanings if m.fact == fact and (m.kinds is None or kind in m.kinds)),
            None,
        )


@cache
def label_rules() -> Phrases[tuple[Meaning, ...]]:
    """All labels of fact_words, made once a process; a phrase may have several meanings."""
    table: dict[str, list[Meaning]] = {}

    def put(phrases: Iterable[str], fact: str, rank: int, kinds: frozenset[str] | None) -> None:
        for phrase in phrases:
            strict = phrase in fact_words.STRICT
            table.setdefault(phrase, []).append(Meaning(fact, rank, kinds, strict))

    for phrases, kinds in fact_words.OWN_DATE:
        put(phrases, "date", 3 if kinds else 2, kinds)
    put(fact_words.BARE_DATE, "date", 1, None)
    put(fact_words.OTHER_DATE, "other", 0, None)
    put(fact_words.DUE_DATE, "due_date", 1, None)
    put(fact_words.EFFECTIVE_FROM, "effective_from", 1, None)
    put(fact_words.EXPIRES_ON, "expires_on", 1, None)
    for rank, phrases in fact_words.TOTALS:
        put(phrases, "total", rank, None)
    put(fact_words.NO_TOTAL, "other", 0, None)
    put(fact_words.TENDERED, "tendered", 1, None)
    put(fact_words.CHANGE, "change", 1, None)
    put(fact_words.ROUNDING, "rounding", 1, None)
    put(fact_words.CURRENCY, "currency", 1, None)
    put(fact_words.REVISION, "revision", 1, None)
    for role, phrases in fact_words.PARTY_LABELS.items():
        put(phrases, role, 1, None)
    return Phrases.of((phrase, tuple(meanings)) for phrase, meanings in table.items())


def find_labels(page: PageText) -> list[Label]:
    """The labels in the head of a page, in order of place."""
    text = page.text
    words = words_of(text, 0, min(len(text), PAGE_CHARS))
    rules = label_rules()
    found: list[tuple[tuple[Meaning, ...], int, int]] = []
    done = 0
    seen = mended(words.words) if page.source == "ocr" else words.words
    places = rules.places(seen)
    for at, start in zip(places, words.starts(places), strict=True):
        hit = rules.at(seen, at) if at >= done else None
        if hit is None:
            continue
        length, meanings = hit
        end = words.end(start, at, length)
        if "\n" not in text[start:end] and _is_label(text, start, end, meanings[0].strict):
            found.append((meanings, start, end))
        done = at + length
    return list(_with_values(page, found))


def _is_label(text: str, start: int, end: int, strict: bool) -> bool:
    """Whether words stand as a label does: at the start of a line or column, or before a colon."""
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start]
    opens = not before.strip(" \t#*_|•->0123456789.()\"'") or before.endswith(("  ", "\t", "| "))
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
        if value >= stop or (sum_wanted and not _SAYS.search(text, value, stop)):
            column = empty.get(line, 0)
            empty[line] = column + 1
            below = (line_end, _lines_end(text, line_end, LINES_BELOW))
        yield Label(page, meanings, start, end, value, stop, below, column)


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
