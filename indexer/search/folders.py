"""The index folders of an archive: one a collection, each rebuilt beside itself and swapped.

    ROOT/lemmas-….table            what base forms are looked up in
    ROOT/7/tantivy-1-000003/       the engine's files: engine, VERSION of analysis, a number
    ROOT/7/live                    a symbolic link to the one that is asked

All of it is a cache of the database and may be deleted while nothing runs.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from archive.errors import DamageFound, storage_error
from indexer.search.analysis import VERSION
from indexer.search.seam import Engine, Found, IndexDoc, Node, SearchIndex, Snapshot

_LIVE: Final = "live"
_BATCH: Final = 5_000  # documents between commits of a rebuild


class IndexFolders:
    """Opens, rebuilds and drops the index of each collection. Safe for many threads."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self._root = root
        self._engine = engine
        self._lock = threading.Lock()
        self._open: dict[int, LiveIndex] = {}

    def open(self, collection: int) -> LiveIndex:
        """The index of a collection, always the same object; on disk from the first upsert on."""
        with self._lock:
            if collection not in self._open:
                self._open[collection] = LiveIndex(self._root / str(collection), self._engine)
            return self._open[collection]

    def collections(self) -> list[int]:
        """The collections that have an index on disk."""
        if not self._root.is_dir():
            return []
        return sorted(int(path.name) for path in self._root.iterdir() if path.name.isdigit())

    def others(self) -> list[str]:
        """Folders that are of no collection."""
        if not self._root.is_dir():
            return []
        return sorted(p.name for p in self._root.iterdir() if p.is_dir() and not p.name.isdigit())

    def is_outdated(self, collection: int) -> bool:
        """Whether an index has to be rebuilt: there is none, or of another engine or analysis."""
        return not self.open(collection).is_readable()

    def rebuild(self, collection: int, docs: Iterable[IndexDoc]) -> int:
        """Make the index anew beside the old one, count it, and put it in the old one's place.

        Returns how many documents it holds. Nobody else may write this index meanwhile; readers
        go on with the old one.
        """
        return self.open(collection).rebuild(docs)

    def drop(self, name: str) -> None:
        """Delete the index of a collection, or a folder that is of none. By the name it bears."""
        with self._lock:
            index = self._open.pop(int(name), None) if name.isdigit() else None
        if index is not None:
            index.close()
        shutil.rmtree(self._root / name, ignore_errors=True)


class LiveIndex:
    """The SearchIndex of one collection, which follows the link when another is swapped in."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine
        self._lock = threading.Lock()
        self._name = ""
        self._index: SearchIndex | None = None

    def upsert(self, docs: Iterable[IndexDoc]) -> None:
        with self._writing():
            (self._now() or self._begun()).upsert(docs)

    def delete(self, keys: Iterable[str]) -> None:
        with self._writing():
            if index := self._now():
                index.delete(keys)

    def commit(self) -> None:
        with self._writing():
            if index := self._now():
                index.commit()

    def snapshot(self) -> Snapshot:
        index = self._now()
        return index.snapshot() if index else Nothing()

    def close(self) -> None:
        with self._lock:
            if self._index is not None:
                self._index.close()
            self._index, self._name = None, ""

    def is_readable(self) -> bool:
        """Whether there is an index of this engine and this VERSION of analysis."""
        return self._is_ours(self._link())

    def rebuild(self, docs: Iterable[IndexDoc]) -> int:
        """See IndexFolders.rebuild."""
        with self._writing():
            return self._rebuild(docs)

    def _rebuild(self, docs: Iterable[IndexDoc]) -> int:
        name = self._next_name()
        made = self._engine.open(self._folder / name)
        keys: set[str] = set()
        source = iter(docs)
        try:
            while batch := list(islice(source, _BATCH)):
                made.upsert(batch)
                made.commit()
                keys.update(doc.key for doc in batch)
            found = made.snapshot().count
        finally:
            made.close()
        if found != len(keys):
            shutil.rmtree(self._folder / name)
            raise DamageFound(f"The new index of {len(keys)} documents holds {found}; not used.")
        self._swap(name)
        return found

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Where the disk fails: what was put in and not committed is lost, and said to be."""
        try:
            yield
        except OSError as error:
            with self._lock:
                self._index, self._name = None, ""
            raise storage_error(error, self._folder) from error

    def _now(self) -> SearchIndex | None:
        """The index that the link names, if this program can read it. Who only reads makes none."""
        with self._lock:
            name = self._link()
            if name != self._name:
                if self._index is not None:
                    self._index.close()
                ours = self._is_ours(name)
                self._index = self._engine.open(self._folder / name) if ours else None
                self._name = name
            return self._index

    def _begun(self) -> SearchIndex:
        """An empty index in the place of none, or of one that this program can't read."""
        name = self._next_name()
        self._engine.open(self._folder / name).close()
        self._swap(name)
        index = self._now()
        assert index is not None
        return index

    def _is_ours(self, name: str) -> bool:
        return name.startswith(f"{self._engine.name}-{VERSION}-")

    def _link(self) -> str:
        try:
            return os.readlink(self._folder / _LIVE)  # noqa: PTH115  (Path.readlink is slower)
        except FileNotFoundError:
            return ""

    def _next_name(self) -> str:
        numbers = [int(path.name.rsplit("-", 1)[1]) for path in self._folder.glob("*-*-*")]
        return f"{self._engine.name}-{VERSION}-{max(numbers, default=0) + 1:06d}"

    def _swap(self, name: str) -> None:
        with self._lock:
            if self._index is not None:
                self._index.close()
            self._point(name)
            self._index, self._name = None, ""

    def _point(self, name: str) -> None:
        """Put the link to a new folder, and take away what it no longer names."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{_LIVE}.{os.getpid()}"
        part.unlink(missing_ok=True)
        part.symlink_to(name)
        part.replace(self._folder / _LIVE)
        for path in self._folder.glob("*-*-*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)


class Nothing:
    """The Snapshot of a collection that has no index yet."""

    count = 0

    def idf(self, field: str, term: str) -> float:
        return 0.0

    def frequency(self, field: str, term: str) -> int:
        return 0

    def terms(self, field: str, prefix: str) -> list[tuple[str, int]]:
        return []

    def search(self, query: Node, *, limit: int, sort: str = "best") -> Found:
        return Found(0, ())

    def total(self, query: Node) -> int:
        return 0

    def facets(self, query: Node, sizes: Mapping[str, int]) -> Mapping[str, Mapping[str, int]]:
        return {name: {} for name in sizes}
