"""At which words of a text a label or a shape can begin: the only places that are looked at.

Cutting a text into words and looking each up costs a fraction of any pattern over the whole text,
and most words of most texts have been met before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import Final, Generic, TypeVar

from archive.remembered import Remembered

T = TypeVar("T")

#: Latin-1 to Latin-1: letters in lower case, digits, and a space for all else.
_WORD_BYTES: Final = bytes(
    ord(char.lower()) if char.isalnum() else 0x20 for char in map(chr, range(256))
)
_WORD_START: Final = re.compile(r"(?<![^\W_])[^\W_]")


@dataclass(frozen=True, slots=True)
class Opening(Generic[T]):
    """What can begin at a word: a label, these shapes, or both."""

    may_be_label: bool
    shapes: tuple[T, ...]


class Openings(Generic[T]):
    """The words at which labels and shapes begin.

    `labels`: their words in lower case; behind the last may stand one of `endings` in the same word
    ("ordernummer"). `starts`: how a shape begins, in lower case, and the shape: it begins where
    that is a word of its own or stands before a digit ("po 113", "po113"), with a `*` at its end
    before anything.
    """

    def __init__(
        self, labels: Iterable[str], endings: Iterable[str], starts: Iterable[tuple[str, T]]
    ) -> None:
        labels, starts = list(labels), list(starts)
        self._endings = tuple(b"".join(_words(ending)) for ending in endings)
        self._whole = {b"".join(_words(label)) for label in labels}
        self._begun = {words for label in labels for words in accumulate(_words(label))}
        self._starts: dict[bytes, list[tuple[bool, T]]] = {}
        for start, shape in starts:
            first = b"".join(_words(start)[:1])
            self._starts.setdefault(first, []).append((start.endswith("*"), shape))
        self._longest = max(map(len, self._starts), default=0)
        written = [*labels, *(start for start, _ in starts)]
        self._all = Opening(True, tuple(shape for _, shape in starts))
        self._is_latin = all(ord(char) < 256 for text in written for char in text)
        self._known = Remembered(self._opening)

    def places(self, text: str) -> Iterator[tuple[int, Opening[T]]]:
        """Where in a text a label or a shape may begin, in order; not at each one does."""
        if not self._is_latin:  # the words of others are not told apart
            return ((match.start(), self._all) for match in _WORD_START.finditer(text))
        words = text.encode("latin-1", "replace").translate(_WORD_BYTES).split(b" ")
        openings = [*map(self._known.__getitem__, words)]
        spaces = compress(range(len(words)), openings)  # so many stand before each word
        letters = list(accumulate(map(len, words), initial=0))
        return ((letters[at] + at, found) for at in spaces if (found := openings[at]))

    def _opening(self, word: bytes) -> Opening[T] | None:
        """What can begin at a word; None for all but few."""
        is_code = not word.isalpha()
        shapes = [
            shape
            for length in range(1, min(self._longest, len(word)) + 1)
            for is_open, shape in self._starts.get(word[:length], ())
            if is_open or is_code or length == len(word)
        ]
        may_be_label = (
            word in self._begun
            or self._is_whole(word)
            or (
                word.endswith(self._endings)
                and any(self._is_whole(word.removesuffix(ending)) for ending in self._endings)
            )
        )
        return Opening(may_be_label, tuple(shapes)) if shapes or may_be_label else None

    def _is_whole(self, words: bytes) -> bool:
        return words in self._whole or words.removesuffix(b"s") in self._whole


def _words(text: str) -> list[bytes]:
    return text.encode("latin-1", "replace").translate(_WORD_BYTES).split()
