"""What an arrival means for documents.

The rules of identity are those of the design, section 4: same bytes in the collection, one more
sighting; changed bytes at the same place, the next version, unless the document still lives
elsewhere; all else a new document. No bytes at all are the same nowhere but at their place: every
file is empty for a moment when a program begins to save it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.arrivals import Arrival, ChildPlace, Outcome, Received, TreePlace
from archive.models import Blob, Collection, Document, Sighting, Tombstone, Version
from archive.sightings import ranked
from archive.vault import EMPTY

#: (root, path); or inside a document a name, with how many of that name are before it there.
Place = tuple[str, str] | tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Stands:
    """A version that bytes or a place lead to."""

    document_id: int
    version_id: int
    version: int
    sha256: str
    collection: str
    tombstone: str | None = None  # disposed, erased: its document has one


@dataclass(slots=True)
class Ledger:
    """What the database knows of the places and bytes of one batch, kept true while it is filed."""

    at_place: dict[Place, Stands] = field(default_factory=dict)
    is_live: dict[Place, bool] = field(default_factory=dict)
    by_bytes: dict[tuple[str, str], Stands] = field(default_factory=dict)  # (collection, sha256)
    empty: dict[int, Stands] = field(default_factory=dict)  # by document its version without bytes
    inside: dict[tuple[int, int, str], Stands] = field(default_factory=dict)
    """By version of the parent, position and sum: what was seen inside before."""
    ranks: dict[tuple[int, str, int], int] = field(default_factory=dict)  # see sightings.ranked
    places_of: dict[int, set[Place]] = field(default_factory=lambda: defaultdict(set))  # live ones
    last_version: dict[int, int] = field(default_factory=dict)
    parents: dict[int, Stands] = field(default_factory=dict)
    collections: dict[str, int] = field(default_factory=dict)
    blobs: dict[str, int] = field(default_factory=dict)
    destroyed: set[str] = field(default_factory=set)  # of these bytes: no document needed them
    knows_places: bool = True  # false while replaying: then each place is looked up

    @classmethod
    def load(cls, session: Session, arrivals: Sequence[Arrival]) -> Ledger:
        """Read all that the decisions on `arrivals` need, in a fixed number of queries."""
        ledger = cls()
        ledger._load_parents(session, arrivals)
        ledger._load_places(session, arrivals)
        ledger._load_bytes(session, {arrival.blob.sha256 for arrival in arrivals})
        ledger._load_documents(session)
        return ledger

    def place(self, arrival: Arrival) -> Received:
        """What the arrival means. New numbers stand as 0: they are drawn by the caller."""
        here = self.at_place.get(self.key(arrival.place))
        known = self._known(arrival)
        if known:
            if known.collection == arrival.collection:
                return Received(known.document_id, known.version_id, known.version, Outcome.KNOWN)
            return Received(0, 0, 1, Outcome.DOCUMENT)
        if here and (
            here.tombstone
            or here.collection != arrival.collection
            or self._lives_elsewhere(arrival)
        ):
            here = None
        if arrival.blob.sha256 == EMPTY:
            same = self.empty.get(here.document_id) if here else None
        else:
            same = self.by_bytes.get((arrival.collection, arrival.blob.sha256))
        if same:
            outcome = Outcome.KNOWN if same.tombstone == "erased" else Outcome.SIGHTED
            return Received(same.document_id, same.version_id, same.version, outcome)
        if here:
            version = self.last_version[here.document_id] + 1
            return Received(here.document_id, 0, version, Outcome.VERSION)
        return Received(0, 0, 1, Outcome.DOCUMENT)

    def learn(self, stands: Stands) -> None:
        """What bytes lead to from now on, unless they lead somewhere already."""
        if stands.sha256 == EMPTY:
            self.empty.setdefault(stands.document_id, stands)
        else:
            self.by_bytes.setdefault((stands.collection, stands.sha256), stands)

    def derived_from(self, arrival: Arrival, answer: Received) -> int | None:
        """The document whose place a new document takes, while that one lives on elsewhere."""
        here = self.at_place.get(self.key(arrival.place))
        if answer.outcome is Outcome.DOCUMENT and here and here.document_id != answer.document_id:
            return here.document_id
        return None

    def parent(self, document: int, version: int) -> Stands:
        """The parent of this file number and version."""
        known = self.parents.values()
        return next(p for p in known if (p.document_id, p.version) == (document, version))

    def key(self, place: TreePlace | ChildPlace) -> Place:
        """The same name inside the parent's next version counts as the same place."""
        if isinstance(place, TreePlace):
            return (place.root, place.path)
        return self.key_inside(place.parent_version_id, place.name, place.position)

    def key_inside(self, parent_version_id: int, name: str, position: int) -> Place:
        """The first of a name follows the first of that name, the second the second."""
        rank = self.ranks.get((parent_version_id, name, position), 0)
        return (self.parents[parent_version_id].document_id, name, rank)

    def _known(self, arrival: Arrival) -> Stands | None:
        """What stands at this very place with these bytes."""
        place, sha256 = arrival.place, arrival.blob.sha256
        if isinstance(place, ChildPlace):
            return self.inside.get((place.parent_version_id, place.position, sha256))
        key = self.key(place)
        here = self.at_place.get(key)
        return here if here and self.is_live.get(key) and here.sha256 == sha256 else None

    def _lives_elsewhere(self, arrival: Arrival) -> bool:
        key = self.key(arrival.place)
        return bool(self.places_of[self.at_place[key].document_id] - {key})

    def _load_parents(self, session: Session, arrivals: Sequence[Arrival]) -> None:
        ids = {a.place.parent_version_id for a in arrivals if isinstance(a.place, ChildPlace)}
        for stands in self._stands(session, Version.id.in_(ids)) if ids else ():
            self.parents[stands.version_id] = stands

    def _load_bytes(self, session: Session, sums: set[str]) -> None:
        rows = session.execute(
            select(Blob.sha256, Blob.id, Blob.destroyed_at).where(Blob.sha256.in_(sums))
        ).all()
        self.blobs = {row[0]: row[1] for row in rows}
        self.destroyed = {row[0] for row in rows if row[2] is not None}
        full = [blob_id for sha256, blob_id in self.blobs.items() if sha256 != EMPTY]
        known = self._stands(session, Version.blob_id.in_(full)) if full else []
        if EMPTY in self.blobs:
            here = {stands.document_id for stands in self.at_place.values()}
            is_empty = Version.blob_id == self.blobs[EMPTY]
            known += self._stands(session, is_empty, Version.document_id.in_(here))
        for stands in known:
            self.learn(stands)

    def _load_places(self, session: Session, arrivals: Sequence[Arrival]) -> None:
        paths: dict[str, list[str]] = defaultdict(list)
        for arrival in arrivals:
            if isinstance(arrival.place, TreePlace):
                paths[arrival.place.root].append(arrival.place.path)
        found: dict[Place, tuple[int, bool]] = {}
        for root, names in paths.items():
            rows = session.execute(
                select(Sighting.path, Sighting.version_id, Sighting.until)
                .where(Sighting.root == root, Sighting.path.in_(names))
                .order_by(Sighting.id)
            )
            for path, version_id, until in rows:
                found[(root, path or "")] = (version_id, until is None)
        children = self._children(session, arrivals)
        for document_id, (parent_id, name, position), child_id, is_there in children:
            rank = self.ranks[parent_id, name, position]
            found[document_id, name, rank] = (child_id, is_there)
        ids = {version_id for version_id, _ in found.values()} | {row[2] for row in children}
        stands = {s.version_id: s for s in self._stands(session, Version.id.in_(ids))}
        for place, (version_id, is_live) in found.items():
            self.at_place[place] = stands[version_id]
            self.is_live[place] = is_live
        for _, (parent_id, _, position), child_id, is_there in children:
            if is_there:
                child = stands[child_id]
                self.inside[parent_id, position, child.sha256] = child

    def _children(
        self, session: Session, arrivals: Sequence[Arrival]
    ) -> list[tuple[int, tuple[int, str, int], int, bool]]:
        """What was seen inside the parents' documents, in order: document, place, version, and
        whether it is still said to be there, as pages that were taken back are not.

        Each knows then how many of its name are before it, and so do those that arrive.
        """
        parents = {stands.document_id for stands in self.parents.values()}
        if not parents:
            return []
        rows = session.execute(
            select(
                Version.document_id, Sighting.parent_version_id, Sighting.name,
                Sighting.position, Sighting.version_id, Sighting.until,
            )
            .join(Version, Version.id == Sighting.parent_version_id)
            .where(Version.document_id.in_(parents))
            .order_by(Sighting.id)
        )  # fmt: skip
        found = [
            (row[0], (row[1] or 0, row[2] or "", row[3] or 0), row[4], row[5] is None)
            for row in rows
        ]
        coming = [
            (one.place.parent_version_id, one.place.name, one.place.position)
            for one in arrivals
            if isinstance(one.place, ChildPlace)
        ]
        self.ranks = ranked([*(place for _, place, *_ in found), *coming])
        return found

    def _load_documents(self, session: Session) -> None:
        ids = {s.document_id for s in (*self.at_place.values(), *self.by_bytes.values())}
        if not ids:
            return
        rows = session.execute(
            select(Document.id, Document.last_version).where(Document.id.in_(ids))
        )
        self.last_version = {row[0]: row[1] for row in rows}
        live = session.execute(
            select(Version.document_id, Sighting.root, Sighting.path)
            .join(Version, Version.id == Sighting.version_id)
            .where(
                Version.document_id.in_(ids), Sighting.until.is_(None), Sighting.path.is_not(None)
            )
        )
        for document_id, root, path in live:
            self.places_of[document_id].add((root or "", path or ""))

    def _stands(self, session: Session, *conditions: Any) -> list[Stands]:
        rows = session.execute(
            select(
                Version.document_id, Version.id, Version.number, Blob.sha256, Collection.name,
                Tombstone.what,
            )
            .join(Blob, Blob.id == Version.blob_id)
            .outerjoin(Tombstone, Tombstone.document_id == Version.document_id)
            .join(Document, Document.id == Version.document_id)
            .join(Collection, Collection.id == Document.collection_id)
            .where(*conditions)
            .order_by(Version.document_id, Version.number)
        )  # fmt: skip
        return [Stands(*row) for row in rows]
