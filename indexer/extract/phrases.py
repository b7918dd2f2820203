"""Looking for many phrases in one pass over the words of a text; all spaces alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Final, Generic, TypeVar

from archive.keys import lower_case
from archive.reading import Evidence, PageText
from archive.remembered import Remembered

T = TypeVar("T")

#: Spaces that only look different, each as one plain space: offsets stay.
_SPACES: Final = "\u00a0\u2007\u202f\u2009\u2002\u2003"

_WORD: Final = re.compile(r"[^\W_]+")
_NO_WORDS: Final = {code: " " for code in range(128) if not chr(code).isalnum()}


def with_plain_spaces(pages: Sequence[PageText]) -> list[PageText]:
    """The pages with every space within a line plain, at the same offsets."""
    return [_with_plain_spaces(page) for page in pages]


def _with_plain_spaces(page: PageText) -> PageText:
    text = page.text
    if not text.isascii():
        for space in _SPACES:
            text = text.replace(space, " ")  # some hundred times quicker than translate
    return page if text is page.text else replace(page, text=text)


def quoting(found: Evidence, pages: Sequence[PageText]) -> Evidence:
    """The evidence with the exact words of these pages."""
    if found.page is None:
        return found
    text = next(page.text for page in pages if page.number == found.page)
    return replace(found, quote=text[found.start : found.end])


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in lower case; their places are looked up for the few that matter."""

    text: str
    words: list[str]
    plain: str  # the same words parted by spaces, a space before and behind
    start: int  # what of the text was left out before them

    def starts(self, places: Iterable[int]) -> Iterator[int]:
        """Where in the text the words of these indexes begin.

        In order, and of a word that is among them each occurrence is.
        """
        after: dict[str, int] = {}
        for place in places:
            word = self.words[place]
            at = self.plain.find(f" {word} ", after.get(word, 0))
            after[word] = at + 1
            yield self.start + at

    def end(self, start: int, first: int, count: int) -> int:
        """Where so many words end of which the first, of that index, begins at that offset."""
        at = start - self.start + 1
        for word in self.words[first : first + count]:
            at = self.plain.index(word, at) + len(word)
        return self.start + at - 1


def words_of(text: str, start: int = 0, end: int | None = None) -> Words:
    """The words between two offsets; letters and digits make words, all else parts them."""
    plain = only_words(text[start:end])
    return Words(text, plain.split(), f" {plain} ", start)


def only_words(text: str) -> str:
    """The text in lower case, with a space for all that is no letter or digit; offsets stay.

    Many times quicker than a pattern for words.
    """
    lower = lower_case(text)
    if lower.isascii():
        return lower.translate(_NO_WORDS)
    for char in set(lower):
        if not char.isalnum():
            lower = lower.replace(char, " ")
    return lower


@dataclass(frozen=True, slots=True)
class Phrases(Generic[T]):
    """Phrases and what each one means; `*avtal` is any longer word with that ending."""

    by_word: dict[str, tuple[tuple[tuple[str, ...], T], ...]]  # longest first
    endings: tuple[tuple[str, T], ...]  # longest first
    any_ending: tuple[str, ...]
    begins: Remembered[str, bool]  # of a word: whether a phrase may begin with it

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, T]]) -> Phrases[T]:
        by_word: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        endings: list[tuple[str, T]] = []
        for phrase, meaning in pairs:
            if phrase.startswith("*"):
                endings.append((phrase[1:], meaning))
            else:
                words = tuple(_WORD.findall(phrase.lower()))
                by_word.setdefault(words[0], []).append((words, meaning))
        endings.sort(key=lambda ending: -len(ending[0]))
        any_ending = tuple(ending for ending, _ in endings)
        return cls(
            {
                word: tuple(sorted(found, key=lambda phrase: -len(phrase[0])))
                for word, found in by_word.items()
            },
            tuple(endings),
            any_ending,
            Remembered(lambda word: word in by_word or word.endswith(any_ending)),
        )

    def places(self, words: Sequence[str]) -> list[int]:
        """Where a phrase may begin: the few words worth asking `at` about."""
        return [*compress(range(len(words)), map(self.begins.__getitem__, words))]

    def at(self, words: Sequence[str], position: int) -> tuple[int, T] | None:
        """How many words from a position are a phrase, and its meaning; the longest one wins."""
        word = words[position]
        for phrase, meaning in self.by_word.get(word, ()):
            if len(phrase) == 1 or tuple(words[position : position + len(phrase)]) == phrase:
                return len(phrase), meaning
        if self.endings and word.endswith(self.any_ending):
            for ending, meaning in self.endings:
                if word.endswith(ending) and len(word) > len(ending):
                    return 1, meaning
        return None
