"""Which terms of the asked folders `word*` and `word~` stand for, and how a word may be meant.

Nothing here knows a term that is only in a folder that was not asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

from indexer.search.analysis import unaccented
from indexer.search.seam import Snapshot

MOST: Final = 1_000
SHORTEST_PREFIX: Final = 2  # letters; below that a prefix stands for half the term list
SHORTEST_FUZZY: Final = 3
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzåäöéüæø0123456789"
_MEANT: Final = {"a": "aåäàâ", "o": "oöôø", "e": "eéè", "u": "uü", "å": "åa", "ä": "äa", "ö": "öo"}
_VARIANTS: Final = 300  # accents tried of one word


@dataclass(frozen=True, slots=True)
class Expansion:
    """The most frequent terms, at most MOST, and how many there are in all."""

    terms: tuple[str, ...]
    count: int


def beginning(snapshots: Sequence[Snapshot], field: str, prefix: str) -> Expansion:
    """The terms of a field that begin with `prefix`."""
    found: Counter[str] = Counter()
    for snapshot in snapshots:
        for term, frequency in snapshot.terms(field, prefix):
            found[term] += frequency
    return _most_frequent(found)


def one_typo(snapshots: Sequence[Snapshot], token: str) -> Expansion:
    """The words that are `token` but for one letter more, less, other or two swapped.

    The first letter stays: it is rarely wrong, and would make `word~` find every rhyme.
    """
    return _most_frequent(_frequencies(snapshots, {token, *_edits(token, 1)}))


def spelled_alike(snapshots: Sequence[Snapshot], token: str) -> str | None:
    """The most frequent word that may be meant by one that is nowhere: by accents, then typos."""
    for candidates in (_accents(token), _edits(token, 0)):
        found = _frequencies(snapshots, {c for c in candidates if c and c != token})
        if found:
            return _most_frequent(found).terms[0]
    return None


def _frequencies(snapshots: Sequence[Snapshot], terms: Iterable[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for term in terms:
        frequency = sum(snapshot.frequency("exact", term) for snapshot in snapshots)
        if frequency:
            found[term] = frequency
    return found


def _most_frequent(found: Counter[str]) -> Expansion:
    terms = sorted(found, key=lambda term: (-found[term], term))
    return Expansion(tuple(terms[:MOST]), len(terms))


def _edits(token: str, first: int) -> Iterator[str]:
    """Every spelling one edit away, from letter number `first` (0-based) on."""
    letters = sorted({*_LETTERS, *token})
    for at in range(first, len(token) + 1):
        before, after = token[:at], token[at:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in letters)


def _accents(token: str) -> Iterator[str]:
    """The same letters with other marks: atgard, åtgärd."""
    choices = [_MEANT.get(letter, letter) for letter in token]
    yield unaccented(token)
    yield from ("".join(letters) for letters in islice(product(*choices), _VARIANTS))
