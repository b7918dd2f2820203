"""The words of a text as tables are written, and where the words of a table stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from archive.keys import lower_case

T = TypeVar("T")

#: Latin-1 to Latin-1: letters in lower case, digits, and a space for all else.
_LATIN: Final = bytes(
    ord(char.lower()) if char.isalnum() else 0x20 for char in map(chr, range(256))
)
_ANY_DIGIT: Final = bytes(0x30 if char in b"0123456789" else char for char in _LATIN)
_NO_DIGIT: Final = bytes(0x20 if char in b"0123456789" else char for char in _LATIN)
_BEYOND: Final = re.compile(r"[^\x00-\xff]")
_DIGIT: Final = re.compile(r"\d")


def only_words(text: str) -> str:
    """The text in lower case, with a space for all that is no letter or digit; offsets stay."""
    plain = _in_latin(text)
    return _by_characters(text) if plain is None else plain.translate(_LATIN).decode("latin-1")


def with_any_digit(text: str) -> str:
    """The same with a 0 for each digit."""
    plain = _in_latin(text)
    if plain is None:
        return _DIGIT.sub("0", _by_characters(text))
    return plain.translate(_ANY_DIGIT).decode("latin-1")


def only_letters(text: str) -> str:
    """The same with a space for each digit."""
    plain = _in_latin(text)
    if plain is None:
        return _DIGIT.sub(" ", _by_characters(text))
    return plain.translate(_NO_DIGIT).decode("latin-1")


def _in_latin(text: str) -> bytes | None:
    """The text in Latin-1, dashes and quotes beyond it as `?`; None where a letter is beyond.

    Bytes are translated many times quicker than characters.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        if any(map(str.isalnum, set(_BEYOND.findall(text)))):
            return None
        return text.encode("latin-1", "replace")


def _by_characters(text: str) -> str:
    lower = lower_case(text)
    for char in set(lower):
        if not char.isalnum():
            lower = lower.replace(char, " ")
    return lower


class WordMarks(Generic[T]):
    """Finds the marks of a table in one pass, however many they are (Aho and Corasick, 1975).

    A mark is written as in `only_words`, with a space where a word must begin or end: ` order ` is
    a word, ` kep` the beginning of one, `avtal ` the end of one.
    """

    def __init__(self, meanings: Mapping[str, T]) -> None:
        self._meanings = list(meanings.values())
        self._marks = AhoCorasick(meanings)

    def find(self, words: str) -> list[tuple[int, T]]:
        """Each mark in a text of `only_words`: where its word begins, and its meaning, in order.

        A word with several marks comes several times.
        """
        padded, meanings = f" {words} ", self._meanings
        found = self._marks.find_matches_as_indexes(padded, overlapping=True)
        return [
            (start if padded[start] == " " else padded.rindex(" ", 0, start), meanings[mark])
            for mark, start, _ in found
        ]
