"""The heads of a document's pages, and where in them stands a word that a rule for facts knows.

One pass over a head finds the words of all rules together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from archive.reading import Evidence, PageText
from archive.words import WordMarks, only_words
from indexer.extract.label_rows import LabelRow, label_rows
from indexer.extract.misread import mended
from indexer.extract.phrases import plain_spaces
from indexer.extract.plain_text import parted_page, without_marks
from indexer.extract.rules import cue_mark, kind_rules, label_rules

#: Titles and labels stand in the head of a page; of cues there are enough in it.
HEAD_CHARS: Final = 12_000
#: No phrase of the tables has more words, nor is longer with what may part them.
_PHRASE_WORDS: Final = 8
_PHRASE_CHARS: Final = 200


@dataclass(slots=True)
class Head:
    """The head of one page: places are offsets in its text, in order."""

    page: PageText
    words: str  # as archive.words has them
    titles: list[int] = field(default_factory=list)  # where a title of a kind may begin
    labels: list[int] = field(default_factory=list)  # where a label may
    cues: list[tuple[int, str]] = field(default_factory=list)  # where a cue may, and which
    rows: tuple[LabelRow, ...] = ()

    def row_at(self, place: int) -> LabelRow | None:
        """The row of labels in which a place stands."""
        return next((row for row in self.rows if row.start <= place < row.end), None)

    def words_from(self, start: int) -> list[str]:
        """The next words, as many as the longest phrase has."""
        end = self.words.find(" ", start + _PHRASE_CHARS)
        words = self.words[start : end if end >= 0 else None]
        return words.split(None, _PHRASE_WORDS)[:_PHRASE_WORDS]

    def end(self, start: int, words: Sequence[str]) -> int:
        """Where these words end that begin at `start`."""
        for word in words:
            start = self.words.index(word, start) + len(word)
        return start


class Heads:
    """The pages of one document, made plain, and their heads as they are asked for."""

    def __init__(self, pages: Sequence[PageText]) -> None:
        self.written = pages
        self._plain = {page.number: without_marks(plain_spaces(page.text)) for page in pages}
        self._rows = {n: tuple(label_rows(plain.text)) for n, plain in self._plain.items()}
        self.pages = [
            parted_page(replace(page, text=self._plain[page.number].text), self._rows[page.number])
            for page in pages
        ]
        self._heads: dict[int, Head] = {}

    def as_written(self, found: Evidence) -> Evidence:
        """Evidence from one of `pages`, with place and words of the page as it is written."""
        if found.page is None or found.start is None or found.end is None:
            return found
        plain = self._plain[found.page]
        start, end = plain.at(found.start), plain.end(found.end)
        text = next(page.text for page in self.written if page.number == found.page)
        return replace(found, start=start, end=end, quote=text[start:end])

    def of(self, page: PageText) -> Head:
        """The head of one of `pages`."""
        head = self._heads.get(page.number)
        if head is None:
            head = self._heads[page.number] = _head(page, self._rows[page.number])
        return head


def _head(page: PageText, rows: tuple[LabelRow, ...]) -> Head:
    words = only_words(page.text[:HEAD_CHARS])
    head = Head(page, mended(words) if page.source == "ocr" else words, rows=rows)
    for start, (may_be_title, may_be_label, cues) in _marks().find(head.words):
        if may_be_title:
            head.titles.append(start)
        if may_be_label:
            head.labels.append(start)
        for before, cue in cues:
            head.cues.append((start - before, cue))
    return head


@cache
def _marks() -> WordMarks[tuple[bool, bool, list[tuple[int, str]]]]:
    """What may begin at a word: a title, a label, cues."""
    titles, labels = set(kind_rules().titles.marks()), set(label_rules().marks())
    cues: dict[str, list[tuple[int, str]]] = {}
    for cue in kind_rules().cues:
        mark, before = cue_mark(cue)
        cues.setdefault(mark, []).append((before, cue))
    return WordMarks(
        {
            mark: (mark in titles, mark in labels, cues.get(mark, []))
            for mark in sorted({*titles, *labels, *cues})
        }
    )
