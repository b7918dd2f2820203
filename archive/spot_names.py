"""Numbers that a text means by a name: "rättegångsbalken" is the statute 1942:740.

A name that its own number follows says nothing more than the number. Where the text gives it
another number once ("aktiebolagslagen (1975:1385)"), it means that one everywhere in the document.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from archive.scheme_types import CompiledScheme, NameOf
from archive.spot_values import COLON, Spot, ValueReader

#: Swedish and English: "köplagens", "jordabalken", "the Companies Act's".
_ENDING: Final = re.compile(r"(?:en)?(?:['’]?s)?(?![^\W_])")
_NUMBER_FOLLOWS: Final = re.compile(r"[ \t]?\n?[ \t]?\((?:nr |no )?", re.IGNORECASE)
#: Of another time or another country: not the one that the name means alone.
_ANOTHER: Final = re.compile(
    r"\b(?:\d{4} års|gamla|äldre|tidigare|förra|dåvarande|upphävda|finska|finländska|norska|danska"
    r"|isländska|tyska|engelska|old|former|previous|repealed)\s+$"
)
_BEFORE: Final = 24  # characters in which such a word stands


class NameReader(ValueReader):
    """Reads the names of one text, and which numbers the text itself gives them."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.told: dict[tuple[str, str], set[str]] = defaultdict(set)  # (scheme, name) → numbers

    def _named(self, places: Iterable[tuple[NameOf, int]]) -> Iterator[Spot]:
        for name, start in places:
            words = name.pattern.match(self.lower, start)
            ending = _ENDING.match(self.lower, words.end()) if words else None
            if ending is None or _ANOTHER.search(self.lower, max(0, start - _BEFORE), start):
                continue
            compiled = name.compiled
            if number := self._number_behind(compiled, ending.end()):
                self.told[compiled.name, name.words].add(number)
                continue
            key, groups = compiled.key_of(name.number)
            first, last = self.folded.at(start), self.folded.end(ending.end())
            yield Spot(
                compiled.name, first, last, name.number, key, groups, f'name "{name.words}"', COLON,
                name=name.words,
            )  # fmt: skip

    def _number_behind(self, compiled: CompiledScheme, position: int) -> str | None:
        opening = _NUMBER_FOLLOWS.match(self.text, position)
        if opening is None:
            return None
        matches = (pattern.match(self.text, opening.end()) for pattern in compiled.patterns)
        return next((match["number"] for match in matches if match), None)


def as_told(
    found: Sequence[Sequence[Spot]],
    readers: Sequence[NameReader],
    schemes: dict[str, CompiledScheme],
) -> list[list[Spot]]:
    """The spots of each page with names as the document itself numbers them.

    A name that the document gives two numbers means neither for sure, and is left out.
    """
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for reader in readers:
        for name, numbers in reader.told.items():
            told[name] |= numbers
    if not told:
        return [list(spots) for spots in found]
    return [[one for spot in spots for one in _told(spot, told, schemes)] for spots in found]


def _told(
    spot: Spot, told: dict[tuple[str, str], set[str]], schemes: dict[str, CompiledScheme]
) -> Iterator[Spot]:
    numbers = told.get((spot.scheme, spot.name or ""))
    if not numbers:
        yield spot
    elif len(numbers) == 1:
        (number,) = numbers
        key, groups = schemes[spot.scheme].key_of(number)
        yield replace(spot, written=number, key=key, groups=groups)
