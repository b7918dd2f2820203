"""Near-duplicates: which of many texts have nearly all of their words in common.

Two texts are near-duplicates where at least so many of the words of the longer one stand in the
other too, each as often (archive.belonging). All such pairs are found, without comparing each with
each: two texts that agree so far share one of the rarest words of both, of which a few suffice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from archive.belonging import in_common

AGREE: Final = 0.9  # of the words of the longer text
FEWEST_WORDS: Final = 10  # of a text; a stamp or a cover sheet is like too many others
MOST_COMPARED: Final = (
    100_000  # pairs, about ten seconds; beyond, some are left out, and it is said
)
MOST_PAIRS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs of near-duplicates, and whether all texts could be compared."""

    pairs: tuple[tuple[int, int], ...]
    is_whole: bool


def near_duplicates(words: Mapping[int, Counter[str]]) -> Alike:
    """The near-duplicates among texts, which are given as words by id."""
    sizes = {one: text.total() for one, text in words.items() if text.total() >= FEWEST_WORDS}
    frequency: Counter[str] = Counter()
    for one in sizes:
        frequency.update(words[one].keys())
    found: list[tuple[int, int]] = []
    by_word: dict[tuple[str, int], list[int]] = defaultdict(list)
    compared = 0
    for one in sorted(sizes, key=lambda one: (sizes[one], one)):
        rare = _rarest(words[one], frequency, sizes[one])
        for other in sorted({known for word in rare for known in by_word[word]}):
            if sizes[other] < AGREE * sizes[one]:
                continue
            compared += 1
            if compared > MOST_COMPARED or len(found) >= MOST_PAIRS:
                return Alike(tuple(sorted(found)), is_whole=False)
            if in_common(words[one], words[other]) >= AGREE * sizes[one]:
                found.append((min(one, other), max(one, other)))
        for word in rare:
            by_word[word].append(one)
    return Alike(tuple(sorted(found)), is_whole=True)


def _rarest(text: Counter[str], frequency: Counter[str], size: int) -> list[tuple[str, int]]:
    """So many of its rarest words that a text which agrees must have one of them.

    A word that stands there three times is three: its first, second and third. Of `size` words a
    text lacks at most a tenth; one more than that can't all be among those which it lacks.
    """
    apart = [
        (word, number)
        for word in sorted(text, key=lambda word: (frequency[word], word))
        for number in range(text[word])
    ]
    return apart[: size - ceil(AGREE * size) + 1]
