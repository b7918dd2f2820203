"""What lies outside the limits of a search for a matter: period, folders, custodians.

A version lies in a folder where it was ever seen there, also inside a mail or container; as of a
time, where it lay then. A document is a custodian's who answered for its folder on a day on which
it lay there, or on the date that it bears: what was filed late was theirs before.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.arrivals import shown_root
from archive.families import there
from archive.folder_custodians import FolderCustodians
from archive.paths import Places, load_places

#: Why something that a term finds is left out; of several reasons the first.
LEFT_OUT: Final = ("no-date", "period", "folder", "custodian")
DEEPEST: Final = 20  # files within files; what is filed lies in fewer


@dataclass(frozen=True, slots=True)
class OutsideLimits:
    """The limits: what is empty limits nothing."""

    folders: tuple[str, ...]  # ROOT/relative/path
    custodians: FolderCustodians
    names: tuple[str, ...]  # of custodians
    since: date | None
    until: date | None
    as_of: datetime | None

    def period(self, day: str | None) -> str:
        """Why a date is outside; empty where it is not."""
        if not (self.since or self.until):
            return ""
        if day is None:
            return "no-date"
        known = date.fromisoformat(day)
        is_in = (self.since or date.min) <= known <= (self.until or date.max)
        return "" if is_in else "period"


@dataclass(frozen=True, slots=True)
class Lay:
    """Below a root at a path, from then until then."""

    root: str
    path: str
    since: date
    until: date | None


def outside_limits(
    session: Session, viewer: Viewer, dates: Mapping[int, str | None], limits: OutsideLimits
) -> dict[int, str]:
    """By version why it is left out, one of `LEFT_OUT`; `dates` are theirs, by version."""
    outside = {version: why for version, day in dates.items() if (why := limits.period(day))}
    if not (limits.folders or limits.names):
        return outside
    inside = [version for version in dates if version not in outside]
    places = load_places(session, inside, as_of=limits.as_of)
    seen = there(session, viewer, places.documents.values())
    folders = [_parts(folder) for folder in limits.folders]
    for version in inside:
        lay = list(_lay(places, version, seen, limits.as_of))
        here = [one for one in lay if _is_below(one, folders)] if folders else lay
        if folders and not here:
            outside[version] = "folder"
        elif limits.names and not _is_theirs(here, dates[version], limits):
            outside[version] = "custodian"
    return outside


def _lay(
    places: Places, version: int, seen: set[int], as_of: datetime | None, depth: int = 0
) -> Iterator[Lay]:
    """Where a version lay in the tree, also inside what the viewer may read."""
    for sighting in places.sightings[version]:
        since, until = sighting.since, sighting.until
        if as_of and (since > as_of or (until and until <= as_of)):
            continue
        first = as_of.date() if as_of else since.date()
        last = first if as_of else until.date() if until else None
        parent = sighting.parent_version_id
        if parent is None:
            yield Lay(shown_root(sighting.root), sighting.path or "", first, last)
        elif depth < DEEPEST and places.documents.get(parent) in seen:
            for one in _lay(places, parent, seen, as_of, depth + 1):
                first_there = max(first, one.since)
                last_there = min((end for end in (last, one.until) if end), default=None)
                if last_there is None or last_there >= first_there:
                    yield Lay(one.root, one.path, first_there, last_there)


def _parts(folder: str) -> tuple[str, str]:
    root, _, path = unicodedata.normalize("NFC", folder).strip("/").partition("/")
    return root, path


def _is_below(lay: Lay, folders: list[tuple[str, str]]) -> bool:
    path = unicodedata.normalize("NFC", lay.path)
    return any(
        lay.root == root and (not folder or path == folder or path.startswith(f"{folder}/"))
        for root, folder in folders
    )


def _is_theirs(lay: list[Lay], day: str | None, limits: OutsideLimits) -> bool:
    wanted, custodians = set(limits.names), limits.custodians
    for one in lay:
        names = custodians.between(one.root, one.path, one.since, one.until)
        if day:
            names |= custodians.on(one.root, one.path, date.fromisoformat(day))
        if wanted & names:
            return True
    return False
