"""One segment of a Whoosh index, with what answers need of it in memory."""

from __future__ import annotations

from array import array
from typing import Any, Final

from indexer.search.fields import TEXTS

_MOST_READ: Final = 2_000_000  # postings of one segment held in memory: 16 MB


class Stored:
    """What one segment's documents are counted, sorted, filtered and weighed by."""

    def __init__(self, reader: Any) -> None:
        stored = [reader.stored_fields(number) for number in range(reader.doc_count_all())]
        self.facets: list[dict[str, list[str]]] = [fields["facets"] for fields in stored]
        self.orders: list[dict[str, Any]] = [fields["orders"] for fields in stored]
        self.numbers: list[dict[str, int]] = [fields["numbers"] for fields in stored]
        self.lengths = {
            name: [reader.doc_field_length(number, name) for number in range(len(stored))]
            for name in TEXTS
        }


class Segment:
    """What one segment says of its documents, by their number in it, and its live documents.

    A segment's files never change, but more of its documents may be deleted: then there is another
    Segment, which takes over from `known` what stays true.
    """

    def __init__(self, reader: Any, known: Segment | None) -> None:
        self.id: str = reader.segment().segment_id()
        self.live = frozenset(reader.all_doc_ids())
        self._reader = reader
        self._read: dict[tuple[str, str], tuple[array[int], array[float]]] = {}
        self._read_count = 0
        self.stored: Stored = known.stored if known else Stored(reader)

    def postings(self, name: str, text: str) -> tuple[array[int], array[float]]:
        """The live documents with a term, and how often each has it."""
        key = (name, text)
        if key not in self._read:
            if self._read_count > _MOST_READ:
                self._read, self._read_count = {}, 0
            self._read[key] = found = self._postings(name, text)
            self._read_count += len(found[0])
        return self._read[key]

    def _postings(self, name: str, text: str) -> tuple[array[int], array[float]]:
        numbers, times = array("I"), array("f")
        if (name, text.encode()) in self._reader:
            matcher = self._reader.postings(name, text)
            while matcher.is_active():
                numbers.append(matcher.id())
                times.append(matcher.weight())
                matcher.next()
        return numbers, times
