"""Who answers for a root or a folder of it, in which period: as the configuration says.

On a day the deepest folder that somebody answers for says who it is. Where nobody is named for all
of a root, its owner answers for it. Custodians of holds (archive.custodians) are who is asked to
keep what they have.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from archive.access import Viewer
from archive.config import Config, RootSection
from archive.globs import compile_glob


@dataclass(frozen=True, slots=True)
class Charge:
    """Somebody answers for a folder from the one day to the other, both included."""

    name: str
    since: date
    until: date

    def is_on(self, day: date) -> bool:
        return self.since <= day <= self.until


class FolderCustodians:
    """The custodians of the configuration, ready to be asked."""

    def __init__(self, config: Config) -> None:
        self._charges: dict[tuple[str, str], list[Charge]] = defaultdict(list)
        for one in config.custodians:
            charge = Charge(one.name, one.since or date.min, one.until or date.max)
            self._charges[one.root, _folder(one.folder)].append(charge)
        for root in config.roots:
            if root.owner and (root.name, "") not in self._charges:
                self._charges[root.name, ""].append(Charge(root.owner, date.min, date.max))

    def on(self, root: str, path: str, day: date) -> set[str]:
        """Who answered on a day for what lies at `path` below a root."""
        for charges in self._around(root, path):
            if names := {one.name for one in charges if one.is_on(day)}:
                return names
        return set()

    def between(self, root: str, path: str, first: date, last: date | None) -> set[str]:
        """Who answered for it on any day from the first to the last; None: still."""
        last = last or date.max
        around = [one for charges in self._around(root, path) for one in charges]
        begins = {one.since for one in around}
        begins |= {one.until + timedelta(1) for one in around if one.until < date.max}
        days = {first, *(day for day in begins if first <= day <= last)}
        return set().union(*(self.on(root, path, day) for day in days))

    def _around(self, root: str, path: str) -> Iterator[list[Charge]]:
        """Who ever answers for the folders around a path, the deepest folder first."""
        folder = unicodedata.normalize("NFC", path)
        while folder:
            folder = folder.rpartition("/")[0]
            yield self._charges.get((root, folder), [])


def known_custodians(
    collections: Mapping[str, int], viewer: Viewer, config: Config
) -> tuple[str, ...]:
    """Those who ever answer for something of which the viewer may read a collection, by name.

    `collections` are the ids of all collections by name.
    """
    readable = {name for name, number in collections.items() if number in viewer.reads}
    roots = {root.name: root for root in config.roots}
    named = {one.root for one in config.custodians if not _folder(one.folder)}
    found = {
        root.owner
        for root in config.roots
        if root.owner and root.name not in named and _filed_into(root, "") & readable
    }
    for one in config.custodians:
        if _filed_into(roots[one.root], _folder(one.folder)) & readable:
            found.add(one.name)
    return tuple(sorted(found))


def _filed_into(root: RootSection, folder: str) -> set[str]:
    """The collections of what lies below a root; of a folder of it, of what lies right in there."""
    if not folder:
        return {root.collection, *root.collections.values()}
    for pattern, name in root.collections.items():
        if compile_glob(pattern).fullmatch(f"{folder}/-"):
            return {name}
    return {root.collection}


def _folder(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip("/")
