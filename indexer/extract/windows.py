"""Stretches of a text around words that a pattern can't do without.

A pattern that tries each character of a contract takes many times as long as finding a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def windows(lower: str, words: Iterable[str], before: int, after: int) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch around one of the words, in order; neighbours are one.

    `lower` is archive.keys.lower_case of the text, `before` and `after` count characters.

    >>> list(windows("the law of Sweden, and no other law", ["law"], 4, 6))
    [(0, 10), (28, 35)]
    """
    places = []
    for word in words:
        place = lower.find(word)
        while place >= 0:
            places.append(place)
            place = lower.find(word, place + len(word))
    start = end = None
    for place in sorted(places):
        if start is not None and end is not None and place - before > end:
            yield start, end
            start = None
        start = max(0, place - before) if start is None else start
        end = min(place + after, len(lower))
    if start is not None and end is not None:
        yield start, end
