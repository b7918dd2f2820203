"""Where words stand that a pattern can't do without, and the stretches of text around them.

A pattern that tries each character of a contract takes many times as long as finding a word.
"""

from __future__ import annotations

from collections.abc import Iterable


def places_of(lower: str, words: Iterable[str]) -> list[int]:
    """Where the words begin in a text of archive.keys.lower_case, also inside others, in order."""
    places = []
    for word in words:
        place = lower.find(word)
        while place >= 0:
            places.append(place)
            place = lower.find(word, place + len(word))
    return sorted(places)


def windows(lower: str, words: Iterable[str], before: int, after: int) -> list[tuple[int, int]]:
    """Start and end of each stretch around one of the words, in order; neighbours are one.

    `before` and `after` count characters from where a word begins.

    >>> windows("the law of Sweden, and no other law", ["law"], 4, 6)
    [(0, 10), (28, 35)]
    """
    found: list[tuple[int, int]] = []
    for place in places_of(lower, words):
        start, end = max(0, place - before), min(place + after, len(lower))
        if found and place - before <= found[-1][1]:
            start, _ = found.pop()
        found.append((start, end))
    return found
