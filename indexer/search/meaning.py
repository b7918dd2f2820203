"""What the parts of a query stand for in the asked folders, found out once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log
from typing import Final

from indexer.search.answers import Message, Note
from indexer.search.expand import SHORTEST_FUZZY, SHORTEST_PREFIX, Expansion, beginning, one_typo
from indexer.search.filters import Begins, Filter
from indexer.search.lemmas import Lemmas
from indexer.search.plan import words_of
from indexer.search.seam import Snapshot
from indexer.search.tree import Expr, Field, Fuzzy, Prefix, Word

#: A word in more than this share of the documents makes no hit by itself among those that have
#: some of the words, so that a pasted question finds more than its `the`, and is not marked.
_COMMON_SHARE: Final = 0.25
_COMMON_LEAST: Final = 1_000  # documents; below, nothing is common
#: Of so many words that `word*` or `word~` stands for each has its weight; more weigh alike.
MOST_WEIGHED: Final = 50
_MOST_PHRASES: Final = 300  # of a prefix behind other words, as `po-2024-1*`


class Statistics:
    """Counts over all asked folders."""

    def __init__(self, snapshots: Sequence[Snapshot]) -> None:
        self._snapshots = snapshots
        self._frequencies: dict[tuple[str, str], int] = {}
        self.count = sum(snapshot.count for snapshot in snapshots)

    def frequency(self, name: str, term: str) -> int:
        key = (name, term)
        if key not in self._frequencies:
            self._frequencies[key] = sum(s.frequency(name, term) for s in self._snapshots)
        return self._frequencies[key]

    def idf(self, frequency: int) -> float:
        return log(1 + (self.count - frequency + 0.5) / (frequency + 0.5))

    def boost(self, snapshot: Snapshot, name: str, term: str, like: int = 0) -> float:
        """What one folder's score of a term is multiplied by; `like`: as if it were so frequent."""
        own = snapshot.idf(name, term)
        return self.idf(max(like, self.frequency(name, term))) / own if own > 0 else 1.0


@dataclass(slots=True)
class Meaning:
    """Forms, expansions and statistics of one query."""

    snapshots: Sequence[Snapshot]
    collections: Sequence[int]  # whose register entries may show
    lemmas: Lemmas
    statistics: Statistics
    expansions: dict[Expr | Filter, Expansion] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def forms(self, word: Word) -> tuple[str, ...]:
        """The base forms that are in the asked folders."""
        forms = self.lemmas.forms(word.tokens[0])
        return tuple(form for form in forms if self.statistics.frequency("lemma", form))

    def frequency(self, expr: Expr) -> int:
        """About how many documents a word is in."""
        if word := words_of(expr):
            return max(
                [self.statistics.frequency("lemma", form) for form in self.forms(word)] or [0]
            )
        return 0

    def is_common(self, expr: Expr) -> bool:
        """Whether a word says little, being in so many documents."""
        limit = max(_COMMON_LEAST, self.statistics.count * _COMMON_SHARE)
        return self.frequency(expr) > limit

    def weighs_alike(self, expr: Expr) -> bool:
        """Whether all documents that an expression finds are as good as each other."""
        if isinstance(expr, Prefix | Fuzzy):
            return len(self.expanded(expr)) > MOST_WEIGHED
        return isinstance(expr, Field)

    def expanded(self, expr: Prefix | Fuzzy) -> tuple[str, ...]:
        """The words that `word*` or `word~` stands for."""
        if expr not in self.expansions:
            typed = expr.tokens[-1] if isinstance(expr, Prefix) else expr.token
            found = self._expansion(expr, typed)
            if found.count > len(found.terms):
                counts = {"count": str(found.count), "used": str(len(found.terms))}
                self.note(expr, "many-expansions", value=typed, **counts)
            self.expansions[expr] = found
        return self.expansions[expr].terms

    def _expansion(self, expr: Prefix | Fuzzy, typed: str) -> Expansion:
        if isinstance(expr, Fuzzy):
            if len(typed) >= SHORTEST_FUZZY:
                return one_typo(self.snapshots, typed)
        elif not typed:
            return Expansion((), 0)  # `po-*`: whatever follows
        elif len(expr.tokens) > 1:
            found = beginning(self.snapshots, "exact", typed)
            return Expansion(found.terms[:_MOST_PHRASES], found.count)
        elif len(typed) >= SHORTEST_PREFIX:
            return beginning(self.snapshots, "exact", typed)
        self.note(expr, "too-short", value=typed)
        return Expansion((typed,), 1)

    def values(self, at: Field, begins: Begins) -> tuple[str, ...]:
        if begins not in self.expansions:
            found = beginning(self.snapshots, begins.field, begins.prefix)
            if found.count > len(found.terms):
                self.note(at, "too-many", value=begins.prefix, used=str(len(found.terms)))
            self.expansions[begins] = found
        return self.expansions[begins].terms

    def note(self, at: Expr, name: str, **params: str) -> None:
        self.notes.append(Note(at.start, at.end, Message(name, params)))
