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
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from archive.errors import DamageFound
from indexer.search.analysis import VERSION
from indexer.search.seam import Engine, IndexDoc, SearchIndex, Snapshot

_LIVE: Final = "live"
_BATCH: Final = 1_000  # documents between commits of a rebuild


class IndexFolders:
    """Opens, rebuilds and drops the index of each collection. Safe for many threads."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self._root = root
        self._engine = engine
        self._lock = threading.Lock()
        self._open: dict[int, LiveIndex] = {}

    def open(self, collection: int) -> LiveIndex:
        """The index of a collection, made where there is none; always the same object."""
        with self._lock:
            if collection not in self._open:
                self._open[collection] = LiveIndex(self._root / str(collection), self._engine)
            return self._open[collection]

    def collections(self) -> list[int]:
        """The collections that have an index on disk."""
        if not self._root.is_dir():
            return []
        return sorted(int(path.name) for path in self._root.iterdir() if path.name.isdigit())

    def is_outdated(self, collection: int) -> bool:
        """Whether an index has to be rebuilt: there is none, or of another engine or analysis."""
        return not self.open(collection).is_of_now()

    def rebuild(self, collection: int, docs: Iterable[IndexDoc]) -> int:
        """Make the index anew beside the old one, count it, and put it in the old one's place.

        Returns how many documents it holds. Nobody else may write this index meanwhile; readers
        go on with the old one.
        """
        return self.open(collection).rebuild(docs)

    def drop(self, collection: int) -> None:
        """Delete the index of a collection that no longer exists."""
        with self._lock:
            index = self._open.pop(collection, None)
        if index is not None:
            index.close()
        shutil.rmtree(self._root / str(collection), ignore_errors=True)


class LiveIndex:
    """The SearchIndex of one collection, which follows the link when another is swapped in."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine
        self._lock = threading.Lock()
        self._name = ""
        self._index: SearchIndex | None = None

    def upsert(self, docs: Iterable[IndexDoc]) -> None:
        self._now().upsert(docs)

    def delete(self, keys: Iterable[str]) -> None:
        self._now().delete(keys)

    def commit(self) -> None:
        self._now().commit()

    def snapshot(self) -> Snapshot:
        return self._now().snapshot()

    def close(self) -> None:
        with self._lock:
            if self._index is not None:
                self._index.close()
            self._index, self._name = None, ""

    def is_of_now(self) -> bool:
        """Whether the live index is of this engine and this VERSION of analysis."""
        return self._link().startswith(f"{self._engine.name}-{VERSION}-")

    def rebuild(self, docs: Iterable[IndexDoc]) -> int:
        """See IndexFolders.rebuild."""
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

    def _now(self) -> SearchIndex:
        """The index that the link names; made where there is none that this program can read."""
        with self._lock:
            name = self._link()
            if self._index is not None and name == self._name:
                return self._index
            if self._index is not None:
                self._index.close()
            if not self.is_of_now():
                name = self._next_name()
                self._engine.open(self._folder / name).close()
                self._point(name)
            self._index = self._engine.open(self._folder / name)
            self._name = name
            return self._index

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
