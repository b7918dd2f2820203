"""Registered names without a shape of their own, found by dictionary: products, milestones, …"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from archive.keys import Folded, fold, groups_of
from archive.reading import Evidence, MentionFound, Name, PageText

#: Letters and digits are words of their own, so that AV200 and AV-200 are spelled alike.
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
#: A name of one short word is also a word of the language ("Aurora" is not, "Arc" may be): it must
#: be written as registered.
_SHORT: Final = 5
#: Company forms that are words as well, where they have no capital: "Wind as a source".
WORDS: Final = ("as", "sa", "se", "co")
#: What may stand between two words of a code, and what before or behind it makes it a longer one.
_WITHIN_CODE: Final = re.compile(r"[^\W_]+(?:[-/. _]?\n?[^\W_]+)*")
_LONGER_BEFORE: Final = re.compile(r"(?:[^\W_]|[^\W_][-_])\Z")
_LONGER_AFTER: Final = re.compile(r"(?!s(?![^\W_]))[^\W_]|[-_.]\d|[-_](?-i:[A-Z]{1,3})(?![^\W_])")

Found = tuple[Name, MentionFound]


class NameFinder:
    """Looks for many names at once: by first word, then by all words together.

    Cost grows with the words of the text, not with the number of names.
    """

    def __init__(self, names: Sequence[Name]) -> None:
        self._by_words: dict[tuple[str, ...], list[Name]] = {}
        lengths: dict[str, set[int]] = {}
        for name in names:
            words = tuple(match.group() for match in _WORD.finditer(fold(name.text).lower))
            if words:
                self._by_words.setdefault(words, []).append(name)
                lengths.setdefault(words[0], set()).add(len(words))
        self._lengths = {  # the longest name wins
            word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()
        }

    def find(self, page: PageText) -> list[Found]:
        """The names on a page; of one collection none over another, the longest where they begin.

        A name that several entries bear is there once for each that was given.
        """
        if not self._lengths:
            return []
        folded = fold(page.text)
        words = _WORD.findall(folded.lower)
        starts = [index for index, word in enumerate(words) if word in self._lengths]
        spans = [match.span() for match in _WORD.finditer(folded.lower)] if starts else []
        found: list[Found] = []
        taken: dict[int, int] = {}  # by collection: words before this one are part of a name
        for index in starts:
            for length in self._lengths[words[index]]:
                names = self._by_words.get(tuple(words[index : index + length]), ())
                run = spans[index : index + length]
                here = [
                    name
                    for name in names
                    if taken.get(name.collection_id, 0) <= index
                    and _is_meant(name.text, folded, run)
                    and not (name.scheme == "party" and _is_prose(folded, run[-1]))
                ]
                if here:
                    start, end = folded.at(run[0][0]), folded.end(run[-1][1])
                    found += [(name, _mention(page, name, start, end)) for name in here]
                    taken.update(dict.fromkeys((n.collection_id for n in here), index + length))
        return found


def find_names(pages: Sequence[PageText], names: Sequence[Name]) -> list[Found]:
    """All places where a registered name stands as whole words, by page and place."""
    if not names:
        return []
    finder = NameFinder(names)
    return [found for page in pages for found in finder.find(page)]


#: A name with more letters is another word, but for the s of a genitive: "Auroras hölje".
_LONGER_WORD: Final = re.compile(r"(?!s(?![^\W_]))[^\W_]")


def _is_meant(registered: str, folded: Folded, run: Sequence[tuple[int, int]]) -> bool:
    """Whether the spelling can be the name: its case, what stands between its words and around."""
    start, end = run[0][0], run[-1][1]
    quote, text = folded.text[start:end], folded.text
    if any(char.isdigit() for char in registered):
        if " " not in registered.strip() and not _is_code(registered, quote):
            return False
        around = _LONGER_BEFORE.search(text[max(0, start - 2) : start])
        return not around and not _LONGER_AFTER.match(text, end)
    if (start and text[start - 1].isalnum()) or _LONGER_WORD.match(text, end):
        return False
    if len(run) > 1:
        return "\n\n" not in quote
    if len(registered) <= _SHORT:
        return quote == registered
    return quote == registered or quote.isupper() or quote[0].isupper() == registered[0].isupper()


def _is_prose(folded: Folded, last: tuple[int, int]) -> bool:
    """Whether the last word is a company form that is a word of the language, written so."""
    return folded.text[slice(*last)] in WORDS


def _is_code(registered: str, quote: str) -> bool:
    """A code is written in one piece, and with its capitals: "av 200" is Swedish for "of 200"."""
    if not _WITHIN_CODE.fullmatch(quote):
        return False
    letters = [char for char in registered if char.isalpha()]
    return quote.isupper() or [char for char in quote if char.isalpha()] == letters


def _mention(page: PageText, name: Name, start: int, end: int) -> MentionFound:
    return MentionFound(
        name.scheme,
        name.text,
        name.key,
        name.groups or groups_of(name.text),
        Evidence(page.number, start, end, page.text[start:end]),
        "cites",
        rule="registered name",
    )
