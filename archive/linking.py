"""Entries and the documents that speak of them; linking many by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import DocumentView, load_views
from archive.exports import tell_references
from archive.keys import meets
from archive.listing import MOST, Listing
from archive.models import Document, Identifier
from archive.paths import load_places
from archive.records import file_number
from archive.references import ReferenceView, Target, incoming_of, standing
from archive.registers import EntryView
from archive.rulings import add_reference


def documents_of(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
    limit: int = MOST,
    offset: int = 0,
) -> Listing[dict[str, Any]]:
    """The documents that speak of an entry, by date, each with its references to it.

    A document that bears the entry's own number (a change request, filed) is among them, and what
    cites that document by that number speaks of the entry too.
    """
    borne = _numbers(session, entry, as_of)
    bearers = _bearing(session, viewer, borne, as_of)
    target = Target(entry.register.name, entry.id)
    targets = [target, *(Target("document", number) for number in sorted(bearers))]
    because: dict[int, list[ReferenceView]] = defaultdict(list)
    for view in incoming_of(session, viewer, targets, as_of=as_of):
        if view.target == target or target in view.candidates or _is_by(view, borne):
            because[view.row.document_id].append(view)
    views = load_views(session, viewer, ids=sorted({*because, *bearers}), as_of=as_of, on=on)
    views.sort(key=_by_date)
    chosen = views[offset : offset + limit]
    return Listing(tuple(_told(session, chosen, because, bearers)), len(views))


def link_many(
    session: Session,
    viewer: Viewer,
    document_ids: Sequence[int],
    target: Target,
    relation: str,
    at: datetime,
) -> list[int]:
    """Link documents by hand to one target, all or none; the ids of the references.

    Raises `NotFound`, `NotAllowed`, `UsageError`; the caller's transaction is not to be committed
    then. What is linked so already stays as it is.
    """
    return [
        add_reference(session, viewer, document_id, relation, target, at)
        for document_id in dict.fromkeys(document_ids)
    ]


def _numbers(
    session: Session, entry: EntryView, as_of: datetime | None
) -> list[tuple[str, str, str]]:
    rows = session.execute(
        select(Identifier.scheme, Identifier.key, Identifier.groups).where(
            Identifier.entry_id == entry.id, standing(Identifier, as_of)
        )
    )
    return [(scheme, key, groups) for scheme, key, groups in rows]


def _bearing(
    session: Session,
    viewer: Viewer,
    borne: Sequence[tuple[str, str, str]],
    as_of: datetime | None,
) -> set[int]:
    rows = session.execute(
        select(Document.id, Identifier.scheme, Identifier.key, Identifier.groups)
        .join(Identifier, Identifier.document_id == Document.id)
        .where(
            Identifier.key.in_([key for _, key, _ in borne]),
            standing(Identifier, as_of),
            Document.collection_id.in_(viewer.reads),
        )
    )
    return {
        number
        for number, scheme, key, groups in rows
        if any((scheme, key) == one[:2] and meets(groups, one[2]) for one in borne)
    }


def _is_by(view: ReferenceView, borne: Sequence[tuple[str, str, str]]) -> bool:
    row = view.row
    return any(
        (row.scheme, row.key) == one[:2] and meets(row.groups or "", one[2]) for one in borne
    )


def _by_date(view: DocumentView) -> tuple[str, int]:
    version = view.version
    return (version.date or version.received_at.date().isoformat(), view.document.id)


def _told(
    session: Session,
    views: Sequence[DocumentView],
    because: dict[int, list[ReferenceView]],
    bearers: set[int],
) -> list[dict[str, Any]]:
    places = load_places(session, [view.version.id for view in views])
    told = []
    for view in views:
        document, version = view.document, view.version
        references = tell_references(session, because.get(document.id, ()))
        fields = ("relation", "identifier", "quote", "page", "where", "status", "origin")
        told.append(
            {
                "document": file_number(document.id),
                "version": version.number,
                "kind": version.kind,
                "number": version.own_number,
                "title": version.title,
                "date": version.date,
                "path": places.shown(version.id)[0],
                "bears": document.id in bearers,
                "because": [{name: line[name] for name in fields} for line in references],
            }
        )
    return told
