"""Paths of versions as people read them: ROOT/relative/path; PARENT!/name for what is inside."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from archive.arrivals import UPLOAD, shown_root, upload_root
from archive.bulk import chunked
from archive.models import Sighting, Version, utc_text

#: So many `!/` of a path are tried: files lie in files a few levels deep, and no more is paid for.
_MOST_INSIDE: Final = 50


def byte_order(path: str) -> bytes:
    """Sort key of paths: by their bytes."""
    return path.encode("utf-8", "surrogatepass")


@dataclass(slots=True)
class Places:
    """Sightings of versions, and of the parents that they are inside of."""

    sightings: dict[int, list[Sighting]] = field(default_factory=lambda: defaultdict(list))
    documents: dict[int, int] = field(default_factory=dict)  # version: document
    names: dict[int, dict[str, int]] = field(default_factory=dict)  # parent: name: how many
    as_of: datetime | None = None  # what was live then; else what is now
    _shown: dict[int, tuple[str, int | None]] = field(default_factory=dict)  # found already

    def shown(self, version_id: int) -> tuple[str, int | None]:
        """The path that shows a version, its last known one if it is nowhere now; and its parent.

        Of several live ones the first in byte order.
        """
        if version_id not in self._shown:
            chosen = self._chosen(version_id)
            self._shown[version_id] = self._path(chosen), self._parent(chosen)
        return self._shown[version_id]

    def _chosen(self, version_id: int) -> Sighting:
        sightings = self.sightings[version_id]
        live = [s for s in sightings if self._is_live(s)]
        if live:
            return min(live, key=lambda s: byte_order(self._path(s)))
        known = [s for s in sightings if self.as_of is None or s.since <= self.as_of]
        return max(known or sightings, key=lambda s: (s.until or s.since, s.id))

    def files(self, version_id: int) -> list[str]:
        """The paths of the files of the tree that it is, or is inside of: now, else last."""
        live = [s for s in self.sightings[version_id] if self._is_live(s)]
        paths = {self._file(s) for s in live or [self._chosen(version_id)]}
        return sorted(paths, key=byte_order)

    def _file(self, sighting: Sighting) -> str:
        while sighting.parent_version_id is not None:
            sighting = self._chosen(sighting.parent_version_id)
        return self._path(sighting)

    def live(self, version_ids: Sequence[int]) -> list[str]:
        """The present paths of all these versions, in byte order."""
        paths = {
            self._path(sighting)
            for version_id in version_ids
            for sighting in self.sightings[version_id]
            if self._is_live(sighting)
        }
        return sorted(paths, key=byte_order)

    def roots(self, version_id: int, nesting: int) -> frozenset[str]:
        """The roots below which a version lies, or last lay; also inside `nesting` other files."""
        sightings = self.sightings[version_id]
        ends = [sighting.until for sighting in sightings]
        last = None if None in ends else max((end for end in ends if end), default=None)
        found: set[str] = set()
        for sighting in sightings:
            if sighting.until == last and sighting.parent_version_id is None:
                found.add(sighting.root or "")
            elif sighting.until == last and nesting and sighting.parent_version_id is not None:
                found |= self.roots(sighting.parent_version_id, nesting - 1)
        return frozenset(found)

    def sightings_of(self, version_id: int, as_of: datetime | None = None) -> list[dict[str, Any]]:
        """Where a version was seen, from when until when, in the order of time."""
        return [
            {
                "path": self._path(sighting),
                "since": utc_text(sighting.since),
                "until": utc_text(sighting.until)
                if sighting.until and (as_of is None or sighting.until <= as_of)
                else None,
            }
            for sighting in self.sightings[version_id]
            if as_of is None or sighting.since <= as_of
        ]

    def _is_live(self, sighting: Sighting) -> bool:
        if self.as_of is None:
            return sighting.until is None
        is_over = sighting.until is not None and sighting.until <= self.as_of
        return sighting.since <= self.as_of and not is_over

    def _parent(self, sighting: Sighting) -> int | None:
        if sighting.parent_version_id is None:
            return None
        return self.documents[sighting.parent_version_id]

    def _path(self, sighting: Sighting) -> str:
        if sighting.parent_version_id is None:
            return f"{shown_root(sighting.root)}/{sighting.path}"
        name = sighting.name or ""
        if self.names.get(sighting.parent_version_id, {}).get(name, 0) > 1:
            name = f"{name}#{sighting.position}"
        return f"{self.shown(sighting.parent_version_id)[0]}!/{name}"


def load_places(
    session: Session, version_ids: Iterable[int], *, as_of: datetime | None = None
) -> Places:
    """All sightings of these versions, with those of their parents up to the tree."""
    places = Places(as_of=as_of)
    wanted = set(version_ids)
    while wanted:
        parents: set[int] = set()
        for chunk in chunked(wanted):
            # rows that are read like sightings, and made in a third of the time
            rows: Any = session.execute(
                select(*Sighting.__table__.columns, Version.document_id)
                .join(Version, Version.id == Sighting.version_id)
                .where(Sighting.version_id.in_(chunk))
                .order_by(Sighting.id)
            )
            for row in rows:
                places.sightings[row.version_id].append(row)
                places.documents[row.version_id] = row.document_id
                if row.parent_version_id is not None:
                    parents.add(row.parent_version_id)
        _count_names(session, places, parents)
        wanted = parents - places.sightings.keys()
    return places


def gone_since(
    session: Session, document_ids: Iterable[int], as_of: datetime | None = None
) -> dict[int, datetime]:
    """Of these documents those that are nowhere now (or were then), and since when."""
    ends: dict[int, datetime] = {}
    lives: set[int] = set()
    for chunk in chunked(document_ids):
        rows = session.execute(
            select(Version.document_id, Sighting.until)
            .join(Sighting, Sighting.version_id == Version.id)
            .where(
                Version.document_id.in_(chunk),
                true() if as_of is None else Sighting.since <= as_of,
            )
        )
        for document_id, until in rows:
            if until is None or (as_of is not None and until > as_of):
                lives.add(document_id)
            else:
                ends[document_id] = max(until, ends.get(document_id, until))
    return {key: until for key, until in ends.items() if key not in lives}


def _count_names(session: Session, places: Places, parents: set[int]) -> None:
    for chunk in chunked(parents):
        rows = session.execute(
            select(Sighting.parent_version_id, Sighting.name, Sighting.position)
            .where(Sighting.parent_version_id.in_(chunk), Sighting.until.is_(None))
            .distinct()
        )
        for parent, name, _position in rows:
            if parent is not None:
                counts = places.names.setdefault(parent, defaultdict(int))
                counts[name or ""] += 1


def versions_at(session: Session, path: str) -> list[int]:
    """The versions ever seen at a path as people write it; what is there now first.

    `!/` stands before what is inside a file, but may also end the name of a folder: the whole path
    is tried below its root, then each `!/` from the right, the last 50 of them.

    The path below a root, and each name inside a file, is tried as it was typed, then composed and
    decomposed (NFC, NFD). One that is stored partly in the one form and partly in the other is
    found as it is stored only.
    """
    marks = [match.start() for match in re.finditer("!/", path)]
    ends = [*marks[-_MOST_INSIDE:], len(path)]
    below = _below_root(session, path, ends)
    inside: list[list[int]] = [[] for _ in ends]
    for number, end in enumerate(ends[:-1]):
        holders = below[number] + inside[number]
        names = [path[end + len("!/") : later] for later in ends[number + 1 :]]
        for later, found in enumerate(_inside(session, holders, names), number + 1):
            inside[later] = found + inside[later]
    return below[-1] + inside[-1]


def _below_root(session: Session, path: str, ends: Sequence[int]) -> list[list[int]]:
    """The versions at `path` up to each of these ends, taken as the path of a file in a root."""
    root = path.partition("/")[0]
    is_upload = Sighting.root.startswith(upload_root(""))
    is_root = is_upload if root == UPLOAD else Sighting.root.in_(_forms(root))
    wanted = [_forms(path[len(root) + 1 : end]) for end in ends]
    rows = session.execute(
        select(Sighting.version_id, Sighting.until, Sighting.path)
        .where(is_root, Sighting.path.in_({form for forms in wanted for form in forms}))
        .order_by(Sighting.id.desc())
    ).all()
    return [
        _in_order((row, forms.index(row.path)) for row in rows if row.path in forms)
        for forms in wanted
    ]


def _inside(session: Session, holders: Sequence[int], names: Sequence[str]) -> list[list[int]]:
    """The versions inside these under each of these names, or `NAME#POSITION`."""
    wanted = [_forms(name) for name in names]
    every = {form for forms in wanted for form in forms}
    every |= {form.rpartition("#")[0] for form in every}
    rows: list[Any] = []
    for chunk in chunked(holders):
        rows += session.execute(
            select(Sighting.version_id, Sighting.until, Sighting.name, Sighting.position)
            .where(Sighting.parent_version_id.in_(chunk), Sighting.name.in_(every))
            .order_by(Sighting.id.desc())
        )
    found = []
    for forms in wanted:
        named = _in_order((row, forms.index(row.name)) for row in rows if row.name in forms)
        numbered = _in_order(
            (row, forms.index(shown))
            for row in rows
            if (shown := f"{row.name}#{row.position}") in forms
        )
        found.append(named + numbered)
    return found


def _in_order(rows: Iterable[tuple[Any, int]]) -> list[int]:
    """Versions by sightings and the place of their form: what is there now, then what was typed."""
    ordered = sorted(rows, key=lambda one: (one[0].until is not None, one[1]))
    return [row.version_id for row, _ in ordered]


def _forms(text: str) -> list[str]:
    """A text as it is, composed and decomposed; each form once."""
    forms = (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text))
    return list(dict.fromkeys(forms))
