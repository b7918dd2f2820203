"""One state of a Whoosh index."""

from __future__ import annotations

import heapq
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from indexer.search.fields import TEXTS, row_of
from indexer.search.seam import AnyTerm, Found, Node, Scored
from indexer.search.whoosh_segment import Segment
from indexer.search.whoosh_tree import Tree, Weights, field_name


class WhooshSnapshot:
    """One unchanging state of one index folder."""

    def __init__(self, reader: Any, known: Mapping[str, Segment]) -> None:
        self.generation = reader.generation()
        self.count: int = reader.doc_count()
        self._lock = threading.Lock()  # a reader's files have one position
        self._reader = reader
        count = reader.doc_count_all()
        lengths = {name: max(1.0, reader.field_length(name) / max(1, count)) for name in TEXTS}
        self._weights = Weights(reader, count, lengths)
        self._leaves: list[tuple[Any, Segment]] = []
        self._offsets: list[int] = []
        for leaf, offset in reader.leaf_readers():
            if leaf.doc_count_all():
                self._leaves.append((leaf, self._segment(leaf, known)))
                self._offsets.append(offset)

    @staticmethod
    def _segment(leaf: Any, known: Mapping[str, Segment]) -> Segment:
        before = known.get(leaf.segment().segment_id())
        if before is not None and len(before.live) == leaf.doc_count():
            return before
        return Segment(leaf, before)

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
                for number in Tree(self._weights, leaf, segment).matches(wanted)
            ]

    def idf(self, field: str, term: str) -> float:
        with self._lock:
            return self._weights.idf(field_name(field), term)

    def frequency(self, field: str, term: str) -> int:
        with self._lock:
            with_term: int = self._reader.doc_frequency(field_name(field), term)
        return min(self.count, with_term)

    def terms(self, field: str, prefix: str) -> list[tuple[str, int]]:
        found: Counter[str] = Counter()
        with self._lock:
            for leaf, _ in self._leaves:
                for text, info in leaf.iter_prefix(field_name(field), prefix):
                    found[text.decode()] += info.doc_frequency()
        return sorted(found.items())

    def total(self, query: Node) -> int:
        return sum(len(matched) for _, matched in self._matched(query))

    def search(self, query: Node, *, limit: int, sort: str = "best") -> Found:
        total = 0
        best: list[tuple[tuple[float | str, ...], Any, int]] = []
        with self._lock:
            for leaf, segment in self._leaves:
                tree = Tree(self._weights, leaf, segment)
                if sort == "best":
                    found = tree.scored(query)
                    total += len(found)
                    orders: Iterator[tuple[Any, ...]] = (
                        (-_near(score), segment.stored.orders[number]["path"], number)
                        for number, score in found.items()
                    )
                else:
                    matched = tree.matches(query)
                    total += len(matched)
                    orders = (
                        (
                            segment.stored.orders[number][sort],
                            segment.stored.orders[number]["path"],
                            number,
                        )
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

    def facets(self, query: Node, sizes: Mapping[str, int]) -> Mapping[str, Mapping[str, int]]:
        counts: dict[str, Counter[str]] = {name: Counter() for name in sizes}
        for segment, matched in self._matched(query):
            for name, counter in counts.items():
                facets = segment.stored.facets
                counter.update(value for number in matched for value in facets[number][name])
        return {name: dict(counter.most_common(sizes[name])) for name, counter in counts.items()}

    def _matched(self, query: Node) -> Iterator[tuple[Segment, set[int]]]:
        for leaf, segment in self._leaves:
            with self._lock:
                matched = Tree(self._weights, leaf, segment).matches(query)
            yield segment, matched

    @staticmethod
    def _scored(order: tuple[float | str, ...], stored: str) -> Scored:
        row = row_of(stored)
        return Scored((order[0], row.path, row.key), row)


def _near(score: float) -> float:
    """A score without the last bits, which hang on the order of its sums."""
    return float(f"{score:.5g}")
