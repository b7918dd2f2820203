"""Tables of phrases, looked up word by word; all spaces alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from archive.reading import Evidence, PageText

T = TypeVar("T")

#: Spaces that only look different, each as one plain space: offsets stay.
_SPACES: Final = "\u00a0\u2007\u202f\u2009\u2002\u2003"

_WORD: Final = re.compile(r"[^\W_]+")


def plain_spaces(text: str) -> str:
    """The text with every space within a line plain, at the same offsets."""
    if not text.isascii():
        for space in _SPACES:
            text = text.replace(space, " ")  # some hundred times quicker than translate
    return text


def quoting(found: Evidence, pages: Sequence[PageText]) -> Evidence:
    """The evidence with the exact words of these pages."""
    if found.page is None:
        return found
    text = next(page.text for page in pages if page.number == found.page)
    return replace(found, quote=text[found.start : found.end])


def file_name(path: str) -> str:
    """The file's own name, be it in a folder or in a container (`ROOT/a.zip!/b/c.txt`)."""
    return path.rpartition("!/")[2].rpartition("/")[2]


def first_written(pages: Iterable[PageText]) -> PageText | None:
    """The first page that has text."""
    return next((page for page in pages if page.text and not page.text.isspace()), None)


@dataclass(frozen=True, slots=True)
class Phrases(Generic[T]):
    """Phrases and what each one means; `*avtal` is any longer word with that ending."""

    by_word: dict[str, tuple[tuple[tuple[str, ...], T], ...]]  # longest first
    endings: tuple[tuple[str, T], ...]  # longest first
    any_ending: tuple[str, ...]

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
        )

    def marks(self) -> Iterator[str]:
        """The words with which a phrase may begin, as marks of archive.words."""
        yield from (f" {word} " for word in self.by_word)
        yield from (f"{ending} " for ending in self.any_ending)

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
