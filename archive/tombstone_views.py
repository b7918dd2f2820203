"""Tombstones as a viewer sees them: of what they might read if it were still there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.arrivals import shown_root, upload_root
from archive.errors import NotFound
from archive.listing import MOST, Listing, listed
from archive.models import Account, Collection, Document, Sighting, Tombstone, Version
from archive.records import file_number


@dataclass(frozen=True, slots=True)
class TombstoneView:
    """What stays of a destroyed document.

    `content` are its versions: number, SHA-256, bytes. `lies_at` are the places in the filing tree
    where its file was last seen and still is, as far as anybody knows: nothing is removed there.
    """

    document: str
    collection: str
    kind: str
    number: str
    date: str
    what: str  # disposed, erased
    retention_class: str
    authority: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str
    approved_at: datetime
    destroyed_at: datetime
    content: tuple[tuple[int, str, int], ...]
    lies_at: tuple[str, ...]


def list_tombstones(
    session: Session, viewer: Viewer, *, limit: int = MOST, offset: int = 0
) -> Listing[TombstoneView]:
    """The tombstones in the viewer's collections, the newest first."""
    statement = _seen(viewer).order_by(Tombstone.destroyed_at.desc(), Tombstone.document_id.desc())
    found = listed(session, statement, tuple, limit=limit, offset=offset)
    return Listing(_views(session, found.items), found.total)


def tombstone_of(session: Session, viewer: Viewer, document_id: int) -> TombstoneView:
    """The tombstone of a document. Raises `NotFound`."""
    rows = session.execute(_seen(viewer).where(Tombstone.document_id == document_id)).all()
    if not rows:
        raise NotFound("tombstone of", file_number(document_id))
    return _views(session, [tuple(row) for row in rows])[0]


def _seen(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return (
        select(Tombstone, Collection.name)
        .join(Document, Document.id == Tombstone.document_id)
        .join(Collection, Collection.id == Document.collection_id)
        .where(Document.collection_id.in_(viewer.reads))
    )


def _views(session: Session, rows: Sequence[tuple[Any, ...]]) -> tuple[TombstoneView, ...]:
    ids = [row[0].document_id for row in rows]
    latest: dict[int, Version] = {}
    versions = select(Version).where(Version.document_id.in_(ids)).order_by(Version.number)
    for version in session.scalars(versions):
        latest[version.document_id] = version
    stones = [row[0] for row in rows]
    names = _names(
        session, [actor for one in stones for actor in (one.proposed_by, one.approved_by)]
    )
    places = _places(session, ids)
    found = []
    for row, collection in rows:
        version = latest[row.document_id]
        found.append(
            TombstoneView(
                file_number(row.document_id), collection, version.kind or "other",
                version.own_number or "", version.date or "", row.what, row.retention_class,
                row.authority, row.reason, names.get(row.proposed_by, row.proposed_by),
                row.proposed_at, names.get(row.approved_by, row.approved_by), row.approved_at,
                row.destroyed_at, tuple((one[0], one[1], one[2]) for one in row.content),
                tuple(places[row.document_id]),
            )
        )  # fmt: skip
    return tuple(found)


def _names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """By `user:3` the name of that account, as far as there is one."""
    ids = {int(actor.partition(":")[2]) for actor in actors if actor.startswith("user:")}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {f"user:{row[0]}": row[1] for row in rows}


def _places(session: Session, document_ids: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(Version.document_id, Sighting.root, Sighting.path)
        .join(Version, Version.id == Sighting.version_id)
        .where(
            Version.document_id.in_(document_ids), Sighting.until.is_(None),
            Sighting.path.is_not(None), ~Sighting.root.startswith(upload_root("")),
        )
        .order_by(Sighting.id)
    )  # fmt: skip
    found: dict[int, list[str]] = defaultdict(list)
    for document_id, root, path in rows:
        found[document_id].append(f"{shown_root(root)}/{path}")
    return found
