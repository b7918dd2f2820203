"""What of a root can't be taken: listed as long as that is so, and no longer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from archive import troubles
from archive.db import Database
from indexer.roots import Root, Scan

OF_ROOT = ""  # the path of the trouble that the whole root has


class Troubled:
    """The listed troubles of one root, as the database has them."""

    def __init__(self, database: Database, root: Root, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._root = root
        self._clock = clock
        with database.read() as session:
            self.paths = troubles.listed(session, root.name)
        self._said: dict[str, str] = {}  # by path why, as this process has listed it

    def note(self, path: str, why: str) -> None:
        """The path can't be taken now."""
        self.note_all({path: why})

    def note_all(self, reasons: Mapping[str, str]) -> None:
        """These paths can't be taken now, each with why. Said again, it costs nothing."""
        new = {path: why for path, why in reasons.items() if self._said.get(path) != why}
        if not new:
            return
        with self._database.write() as session:
            for path, why in new.items():
                collection = self._root.collection_of(path)
                troubles.note(session, self._root.name, path, collection, why, self._clock())
        self.paths.update(new)
        self._said.update(new)

    def over(self, paths: Collection[str]) -> None:
        """These are taken, or are not there to be taken."""
        ended = self.paths.intersection(paths)
        if not ended:
            return
        with self._database.write() as session:
            for path in sorted(ended):
                troubles.over(session, self._root.name, path)
        self.paths -= ended
        for path in ended:
            self._said.pop(path, None)

    def compare(self, scan: Scan) -> None:
        """End what this look at the root no longer shows, or shows as it was taken."""
        here = {*scan.changed, *scan.passed}
        self.over([path for path in self.paths if path not in here and not scan.hides(path)])
