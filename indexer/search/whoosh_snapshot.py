"""One state of a Whoosh index, asked by our own query trees."""

from __future__ import annotations

import heapq
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log
from typing import Any, Final

from indexer.search.fields import TEXTS, row_of
from indexer.search.seam import (
    AnyTerm,
    Between,
    Bool,
    Every,
    Found,
    Node,
    Phrase,
    Scored,
    Term,
)

_K1: Final = 1.2
_B: Final = 0.75
#: Positions are read slowly; what only orders hits is left out where there are more than these.
_MOST_FOR_ORDER: Final = 300


def _name(field: str) -> str:
    return field if field in TEXTS else f"t_{field}"


class Segment:
    """What one segment says of its documents, by their number in it; segments never change."""

    def __init__(self, reader: Any) -> None:
        self.id: str = reader.segment().segment_id()
        stored = [reader.stored_fields(number) for number in range(reader.doc_count_all())]
        self.facets: list[dict[str, list[str]]] = [fields["facets"] for fields in stored]
        self.orders: list[dict[str, Any]] = [fields["orders"] for fields in stored]
        self.numbers: list[dict[str, int]] = [fields["numbers"] for fields in stored]
        self.lengths = {
            name: [reader.doc_field_length(number, name) for number in range(len(stored))]
            for name in TEXTS
        }


class WhooshSnapshot:
    """One unchanging state of one index folder."""

    def __init__(self, reader: Any, known: Mapping[str, Segment]) -> None:
        self.generation = reader.generation()
        self.count: int = reader.doc_count()
        self._lock = threading.Lock()  # a reader's files have one position
        self._reader = reader
        self._count_all = reader.doc_count_all()
        self._average = {
            name: max(1.0, reader.field_length(name) / max(1, self._count_all)) for name in TEXTS
        }
        self._leaves: list[tuple[Any, Segment]] = []
        self._offsets: list[int] = []
        for leaf, offset in reader.leaf_readers():
            if leaf.doc_count_all():
                number = leaf.segment().segment_id()
                self._leaves.append((leaf, known.get(number) or Segment(leaf)))
                self._offsets.append(offset)

    @property
    def segments(self) -> Iterator[Segment]:
        return (segment for _, segment in self._leaves)

    def numbers_of(self, keys: Iterable[str]) -> list[int]:
        """Whoosh's numbers of the live documents with these keys."""
        wanted = AnyTerm("key", tuple(keys))
        with self._lock:
            return [
                offset + number
                for (leaf, segment), offset in zip(self._leaves, self._offsets, strict=True)
                for number in _Tree(self, leaf, segment).matches(wanted)
            ]

    def idf(self, field: str, term: str) -> float:
        with self._lock:
            with_term = self._reader.doc_frequency(_name(field), term)
        return log(1 + (self._count_all - with_term + 0.5) / (with_term + 0.5))

    def frequency(self, field: str, term: str) -> int:
        with self._lock:
            with_term: int = self._reader.doc_frequency(_name(field), term)
        return min(self.count, with_term)

    def terms(self, field: str, prefix: str) -> list[tuple[str, int]]:
        found: Counter[str] = Counter()
        with self._lock:
            for leaf, _ in self._leaves:
                for text, info in leaf.iter_prefix(_name(field), prefix):
                    found[text.decode()] += info.doc_frequency()
        return sorted(found.items())

    def total(self, query: Node) -> int:
        return sum(len(matched) for _, matched in self._matched(query))

    def search(self, query: Node, *, limit: int, sort: str = "best") -> Found:
        total = 0
        best: list[tuple[tuple[float | str, ...], Any, int]] = []
        with self._lock:
            for leaf, segment in self._leaves:
                tree = _Tree(self, leaf, segment)
                if sort == "best":
                    found = tree.scored(query)
                    total += len(found)
                    orders: Iterator[tuple[Any, ...]] = (
                        (-_near(score), segment.orders[number]["path"], number)
                        for number, score in found.items()
                    )
                else:
                    matched = tree.matches(query)
                    total += len(matched)
                    orders = (
                        (segment.orders[number][sort], segment.orders[number]["path"], number)
                        for number in matched
                    )
                for *order, number in heapq.nsmallest(limit, orders):
                    best.append((tuple(order), leaf, number))
            best.sort(key=lambda hit: hit[0])
            hits = [
                self._scored(order, leaf.stored_fields(number)["row"])
                for order, leaf, number in best[:limit]
            ]
        return Found(total, tuple(hits))

    def facets(self, query: Node, fields: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        counts: dict[str, Counter[str]] = {name: Counter() for name in fields}
        for segment, matched in self._matched(query):
            for name, counter in counts.items():
                facets = segment.facets
                counter.update(value for number in matched for value in facets[number][name])
        return counts

    def _matched(self, query: Node) -> Iterator[tuple[Segment, set[int]]]:
        for leaf, segment in self._leaves:
            with self._lock:
                matched = _Tree(self, leaf, segment).matches(query)
            yield segment, matched

    @staticmethod
    def _scored(order: tuple[float | str, ...], stored: str) -> Scored:
        row = row_of(stored)
        return Scored((order[0], row.path, row.key), row)


class _Tree:
    """Answers one query tree over one segment."""

    def __init__(self, snapshot: WhooshSnapshot, leaf: Any, segment: Segment) -> None:
        self._snapshot = snapshot
        self._leaf = leaf
        self._segment = segment

    def matches(self, node: Node) -> set[int]:
        """The numbers of the documents that match."""
        match node:
            case Term(field, text):
                return set(self._ids(field, text))
            case AnyTerm(field, texts):
                return {number for text in texts for number in self._ids(field, text)}
            case Phrase():
                return set(self._phrase(node, None))
            case Between(field, low, high):
                numbers = self._segment.numbers
                return {n for n in self._live() if low <= numbers[n].get(field, high + 1) <= high}
            case Every():
                return self._live()
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
        found = set.intersection(*sorted(needed, key=len)) if needed else self._live()
        for part in node.without:
            if found:
                found = found - self.matches(part)
        return found

    def _all_scored(self, node: Bool) -> dict[int, float]:
        found = dict.fromkeys(self._all(node), 0.0)
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

    def _live(self) -> set[int]:
        return set(self._leaf.all_doc_ids())

    def _ids(self, field: str, text: str) -> Iterable[int]:
        name = _name(field)
        if (name, text.encode()) not in self._leaf:
            return ()
        ids: Iterable[int] = self._leaf.postings(name, text).all_ids()
        return ids

    def _bm25(self, field: str, text: str, boost: float) -> dict[int, float]:
        name = _name(field)
        if (name, text.encode()) not in self._leaf:
            return {}
        lengths, average = self._segment.lengths[name], self._snapshot._average[name]
        frequency = self._snapshot._reader.doc_frequency(name, text)
        count = self._snapshot._count_all
        weight = boost * (_K1 + 1) * log(1 + (count - frequency + 0.5) / (frequency + 0.5))
        postings = self._leaf.postings(name, text)
        scores: dict[int, float] = {}
        flat, slope = _K1 * (1 - _B), _K1 * _B / average
        while postings.is_active():
            number, times = postings.id(), postings.weight()
            scores[number] = weight * times / (times + flat + slope * lengths[number])
            postings.next()
        return scores

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


def _near(score: float) -> float:
    """A score without the last bits, which hang on the order of its sums."""
    return float(f"{score:.5g}")
