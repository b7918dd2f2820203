"""The engine `whoosh`: pure Python, anywhere Python runs, to about 10,000 documents.

Whoosh keeps the files: segments, merging, locks, term lists, postings. The tree is answered here,
over whole postings of one segment at a time: its own matchers, which go from document to document
in Python, take several times as long, and its phrases mean something else by slop. The score is
BM25 as in tantivy. What facets, sorts and ranges need is held in memory beside each segment.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from archive.errors import Conflict
from indexer.search.fields import FACETS, TERMS, TEXTS, flatten
from indexer.search.lemmas import Lemmas
from indexer.search.quiet import import_quietly
from indexer.search.seam import IndexDoc
from indexer.search.whoosh_segment import Segment
from indexer.search.whoosh_snapshot import WhooshSnapshot

_MEMORY_MB: Final = 64  # of the writer, before it spills to disk


class WhooshEngine:
    """Makes and opens index folders."""

    name = "whoosh"

    def __init__(self, lemmas: Lemmas) -> None:
        self._lemmas = lemmas

    def open(self, folder: Path) -> WhooshIndex:
        folder.mkdir(parents=True, exist_ok=True)
        return WhooshIndex(folder, self._lemmas)


class WhooshIndex:
    """One index folder."""

    def __init__(self, folder: Path, lemmas: Lemmas) -> None:
        index = import_quietly("whoosh.index")
        self._folder = folder
        self._lemmas = lemmas
        if index.exists_in(str(folder)):
            self._index = index.open_dir(str(folder))
        else:
            self._index = index.create_in(str(folder), _schema())
        self._writer: Any = None
        self._waiting: dict[str, IndexDoc | None] = {}  # None: to be deleted
        self._lock = threading.Lock()
        self._segments: dict[str, Segment] = {}
        self._snapshot: WhooshSnapshot | None = None

    def upsert(self, docs: Iterable[IndexDoc]) -> None:
        self._lock_for_writing()
        self._waiting.update({doc.key: doc for doc in docs})

    def delete(self, keys: Iterable[str]) -> None:
        self._lock_for_writing()
        self._waiting.update(dict.fromkeys(keys))

    def commit(self) -> None:
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        waiting, self._waiting = self._waiting, {}
        for number in self.snapshot().numbers_of(waiting):
            writer.delete_document(number)
        for doc in waiting.values():
            if doc is not None:
                self._add(writer, doc)
        writer.commit()

    def snapshot(self) -> WhooshSnapshot:
        with self._lock:
            newest = self._index.latest_generation()
            if self._snapshot is None or self._snapshot.generation != newest:
                self._snapshot = WhooshSnapshot(self._index.reader(), self._segments)
                self._segments = {part.id: part for part in self._snapshot.segments}
            return self._snapshot

    def close(self) -> None:
        self._waiting.clear()
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.cancel()

    def _add(self, writer: Any, doc: IndexDoc) -> None:
        flat = flatten(doc, self._lemmas)
        writer.add_document(
            row=flat.row,
            facets={name: flat.terms[name] for name in FACETS},
            orders={**flat.text_orders, **flat.number_orders},
            numbers=flat.numbers,
            **{name: text.split(" ") for name, text in flat.texts.items() if text},
            **{f"t_{name}": terms for name, terms in flat.terms.items() if terms},
        )

    def _lock_for_writing(self) -> None:
        if self._writer is None:
            locked = import_quietly("whoosh.index").LockError
            try:
                self._writer = self._index.writer(limitmb=_MEMORY_MB)
            except locked as error:
                raise Conflict(f"Another process writes the index in {self._folder}.") from error


def _schema() -> Any:
    fields = import_quietly("whoosh.fields")
    stored = {name: fields.STORED() for name in ("row", "facets", "orders", "numbers")}
    texts = {name: fields.TEXT(phrase=positions) for name, positions in TEXTS.items()}
    return fields.Schema(**stored, **texts, **{f"t_{n}": fields.ID() for n in (*TERMS, *FACETS)})
