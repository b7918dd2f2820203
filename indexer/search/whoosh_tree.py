"""Our own query trees over one segment of a Whoosh index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Final

from indexer.search.fields import TEXTS
from indexer.search.seam import AnyTerm, Between, Bool, Every, Node, Phrase, Term
from indexer.search.whoosh_segment import Segment

_K1: Final = 1.2
_B: Final = 0.75
#: Positions are read slowly; what only orders hits is left out where there are more than these.
_MOST_FOR_ORDER: Final = 300


def field_name(field: str) -> str:
    """The name in Whoosh's schema of a field of `fields.flatten`."""
    return field if field in TEXTS else f"t_{field}"


@dataclass(frozen=True, slots=True)
class Weights:
    """Statistics of a whole index, deleted documents among them until they are merged away."""

    reader: Any
    count: int
    average: dict[str, float]  # length by field, in tokens

    def idf(self, name: str, text: str) -> float:
        with_term = self.reader.doc_frequency(name, text)
        return log(1 + (self.count - with_term + 0.5) / (with_term + 0.5))


class Tree:
    """Answers one query tree over one segment."""

    def __init__(self, weights: Weights, leaf: Any, segment: Segment) -> None:
        self._weights = weights
        self._leaf = leaf
        self._segment = segment

    def matches(self, node: Node) -> set[int]:
        """The numbers of the documents that match."""
        match node:
            case Term(field, text):
                return set(self._segment.postings(field_name(field), text)[0])
            case AnyTerm(field, texts):
                read, name = self._segment.postings, field_name(field)
                return {number for text in texts for number in read(name, text)[0]}
            case Phrase():
                return set(self._phrase(node, None))
            case Between(field, low, high):
                numbers = self._segment.stored.numbers
                live = self._segment.live
                return {n for n in live if low <= numbers[n].get(field, high + 1) <= high}
            case Every():
                return set(self._segment.live)
            case Bool():
                return self._all(node)

    def scored(self, node: Node) -> dict[int, float]:
        """The documents that match with their score."""
        match node:
            case Term(field, text, boost):
                return self._bm25(field, text, boost)
            case AnyTerm(_, _, score):
                return dict.fromkeys(self.matches(node), score)
            case Phrase():
                return self._phrase(node, None)
            case Bool():
                return self._all_scored(node)
            case _:
                return dict.fromkeys(self.matches(node), 0.0)

    def _all(self, node: Bool) -> set[int]:
        needed = [self.matches(part) for part in (*node.keep, *node.must)]
        if node.should and not node.must:
            needed.append({n for part in node.should for n in self.matches(part)})
        found = set.intersection(*sorted(needed, key=len)) if needed else set(self._segment.live)
        for part in node.without:
            if found:
                found = found - self.matches(part)
        return found

    def _all_scored(self, node: Bool) -> dict[int, float]:
        found = dict.fromkeys(self._all(node), 0.0)
        if not found:
            return found
        for part in (*node.must, *node.should):
            if isinstance(part, Phrase) and part.slop:
                few = len(found) <= _MOST_FOR_ORDER
                scores = self._phrase(part, found.keys()) if few else {}
            else:
                scores = self.scored(part)
            if len(scores) < len(found):
                for number, score in scores.items():
                    if number in found:
                        found[number] += score
            else:
                for number in found:
                    found[number] += scores.get(number, 0.0)
        return found

    def _bm25(self, field: str, text: str, boost: float) -> dict[int, float]:
        name = field_name(field)
        numbers, times = self._segment.postings(name, text)
        if not numbers:
            return {}
        lengths = self._segment.stored.lengths[name]
        weight = boost * (_K1 + 1) * self._weights.idf(name, text)
        flat, slope = _K1 * (1 - _B), _K1 * _B / self._weights.average[name]
        return {
            number: weight * often / (often + flat + slope * lengths[number])
            for number, often in zip(numbers, times, strict=True)
        }

    def _phrase(self, phrase: Phrase, among: Iterable[int] | None) -> dict[int, float]:
        """Documents with the phrase; each scored by its terms, whatever their distance."""
        candidates = self._all(Bool(must=tuple(Term(phrase.field, t) for t in phrase.texts)))
        if among is not None:
            candidates.intersection_update(among)
        if not candidates:
            return {}
        places = [self._positions(phrase.field, text, candidates) for text in phrase.texts]
        found = {
            number
            for number in candidates
            if _side_by_side([place[number] for place in places], phrase.slop)
        }
        scores = dict.fromkeys(found, 0.0)
        for text in phrase.texts:
            for number, score in self._bm25(phrase.field, text, phrase.boost).items():
                if number in scores:
                    scores[number] += score
        return scores

    def _positions(self, field: str, text: str, wanted: set[int]) -> dict[int, list[int]]:
        postings = self._leaf.postings(field, text)
        found: dict[int, list[int]] = {}
        for number in sorted(wanted):
            postings.skip_to(number)
            found[number] = postings.value_as("positions")
        return found


def _side_by_side(places: Sequence[list[int]], slop: int) -> bool:
    """Whether some positions follow each other, with at most `slop` others between in all."""
    ends = dict.fromkeys(places[0], 0)  # position of the last word: others so far
    for following in places[1:]:
        known, ends = ends, {}
        for position in following:
            for extra in range(slop + 1):
                before = known.get(position - 1 - extra)
                if before is not None and before + extra <= slop:
                    ends[position] = min(before + extra, ends.get(position, slop))
    return bool(ends)
