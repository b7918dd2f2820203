"""How text becomes terms. The same code for every engine, for indexing, queries and marks.

A token is a run of letters and digits, whatever else stands between; `_`, dashes, slashes and
dots split. Nothing is left out: no stop words, one-letter tokens stay (118/A is not 118/B).
å, ä and ö are letters, and so is é: nothing is folded but case and compatibility forms (NFKC).
Marks that stand behind their letter, as in names that macOS wrote, stand in it first (NFC).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

VERSION: Final = 6
"""Raised when other terms or fields are made: indexes of another version are rebuilt."""

#: By each character of a composed text the (start, end) in the text as it was; None: the same.
Places: TypeAlias = Sequence[tuple[int, int]] | None

_LONGEST: Final = 100  # what is longer is no word, and is parted
_TOKEN: Final = re.compile(rf"[^\W_]{{1,{_LONGEST}}}")

#: Most texts have one byte a character, in which what parts tokens is blotted out at once: in half
#: the time that the pattern takes.
_WESTERN: Final = "cp1252"
_BLOTTED: Final = bytes(
    code if _TOKEN.fullmatch(bytes([code]).decode(_WESTERN, "ignore")) else ord(" ")
    for code in range(256)
)


#: Letters and digits of it that NFKC makes others of: ² and º.
_UNSTABLE: Final = bytes(
    code
    for code in _BLOTTED
    if not unicodedata.is_normalized("NFKC", bytes([code]).decode(_WESTERN, "ignore"))
)


def _fold(token: str) -> list[str]:
    """A token in its folded form; more than one where NFKC splits it (½ is 1⁄2)."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", token.casefold()).casefold())


def tokens(text: str) -> list[str]:
    """The folded tokens of `text` in order."""
    folded = text.casefold()
    try:
        blotted = folded.encode(_WESTERN).translate(_BLOTTED)
    except UnicodeEncodeError:  # else there are no marks to be composed
        if not unicodedata.is_normalized("NFC", text):
            folded = unicodedata.normalize("NFC", text).casefold()
        found = _TOKEN.findall(folded)
        is_stable = unicodedata.is_normalized("NFKC", " ".join(found))
    else:
        found = blotted.decode(_WESTERN).split()
        if max(map(len, found), default=0) > _LONGEST:
            found = _TOKEN.findall(folded)
        is_stable = len(blotted.translate(None, _UNSTABLE)) == len(blotted)
    if is_stable:
        return found
    # Token by token, for NFKC would make words of what is none: Acme™ is not AcmeTM.
    return [part for token in found for part in ((token,) if token.isascii() else _fold(token))]


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded tokens of `text` with (start, end) in code points of `text`."""
    text, places = composed(text)
    for match in _TOKEN.finditer(text):
        start, end = place_of(places, match.start(), match.end())
        for part in _fold(match[0]):
            yield part, start, end


def composed(text: str) -> tuple[str, Places]:
    """NFC of `text`, and the way back; what NFC changes leads to all that it was made of."""
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _goes_with(text, start, end):
            continue
        own = text[start:end]
        piece = unicodedata.normalize("NFC", own)
        pieces.append(piece)
        if piece == own:
            places += ((at, at + 1) for at in range(start, end))
        else:
            places += [(start, end)] * len(piece)
        start = end
    return "".join(pieces), places


def _goes_with(text: str, start: int, at: int) -> bool:
    """Whether NFC may join the character `at` with those from `start`: a mark, a part of Hangul."""
    char = text[at]
    if char.isascii() or unicodedata.combining(char):
        return not char.isascii()
    apart = [unicodedata.normalize("NFC", part) for part in (text[start:at], char)]
    return unicodedata.normalize("NFC", text[start : at + 1]) != "".join(apart)


def place_of(places: Places, start: int, end: int) -> tuple[int, int]:
    """Where a stretch of a composed text stands in the text as it was."""
    return (start, end) if places is None else (places[start][0], places[end - 1][1])


def squeezed(text: str) -> str:
    """A name or number as people compare it: folded, without anything between its tokens."""
    return "".join(tokens(text))


def unaccented(token: str) -> str:
    """The token without its marks (å is a), for a second chance only, never for the first."""
    return "".join(c for c in unicodedata.normalize("NFD", token) if not unicodedata.combining(c))
