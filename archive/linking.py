"""Entries and the documents that speak of them; linking many by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.by_hand import add_reference, remove_reference
from archive.documents import DocumentView, load_views
from archive.errors import NotFound, UnknownTarget
from archive.exports import tell_references
from archive.keys import meets
from archive.listing import MOST, Listing
from archive.merges import merged
from archive.models import Candidate, Document, Identifier, Reference, Ruling, Version
from archive.party_spellings import Naming, load_signs, named_in
from archive.paths import load_places
from archive.records import file_number
from archive.references import (
    ReferenceView,
    Target,
    incoming_of,
    sees_dictionary,
)
from archive.registers import EntryView
from archive.ruled import is_beyond_doubt, is_grouped_alike
from archive.seeds import find_seed
from archive.then import standing


@dataclass(frozen=True, slots=True)
class Speaking:
    """Documents that speak of an entry, by date, and why: references to it, its number, a role."""

    views: tuple[DocumentView, ...]
    because: Mapping[int, Sequence[ReferenceView]]  # by document
    bearers: frozenset[int]
    named: Mapping[int, Sequence[Naming]]  # by document, of a party: as what it is named there


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
    found = speaking_of(session, viewer, entry, as_of=as_of, on=on)
    chosen = found.views[offset : offset + limit]
    return Listing(tuple(tell_speaking(session, found, chosen)), len(found.views))


def speaking_of(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> Speaking:
    """All documents that speak of an entry, by date, not told yet."""
    whole = merged(session, viewer, as_of).whole([entry.id])
    borne = _numbers(session, sorted(whole), as_of)
    bearers = _bearing(session, viewer, borne, as_of)
    target = Target(entry.register.name, entry.id)
    targets = [target, *(Target("document", number) for number in sorted(bearers))]
    because: dict[int, list[ReferenceView]] = defaultdict(list)
    for view in incoming_of(session, viewer, targets, as_of=as_of):
        if view.target == target or target in view.candidates or _is_by(view, borne):
            because[view.row.document_id].append(view)
    named: dict[int, list[Naming]] = defaultdict(list)
    for naming in named_in(session, viewer, load_signs(session, whole), as_of).get(entry.id, ()):
        named[naming.document_id].append(naming)
    found = sorted({*because, *bearers, *named})
    views = load_views(session, viewer, ids=found, as_of=as_of, on=on)
    views.sort(key=_by_date)
    return Speaking(tuple(views), because, frozenset(bearers), named)


def count_documents(
    session: Session, viewer: Viewer, wanted: Sequence[int]
) -> dict[int, tuple[int, str | None]]:
    """How many documents speak of each entry, and the date of the newest; few queries in all.

    What is ambiguous or was turned elsewhere by a ruling counts too; what was rejected does not.
    """
    if not wanted:
        return {}
    rejected = (
        select(Ruling.id)
        .where(
            Ruling.document_id == Reference.document_id,
            Ruling.scheme.is_not_distinct_from(Reference.scheme),
            Ruling.key.is_not_distinct_from(Reference.key),
            Ruling.relation == Reference.relation,
            is_grouped_alike(Ruling.groups, Reference.groups),
            Ruling.decision == "reject",
            Ruling.retracted_at.is_(None),
        )
        .exists()
    )
    entry = aliased(Identifier)
    whole = merged(session, viewer).whole(wanted)
    entry_ids = sorted(whole)
    ways = (
        select(Reference.fixed_entry_id, Document.id, Version.date)
        .select_from(Reference)
        .join(Document, Document.current_version_id == Reference.version_id)
        .where(Reference.fixed_entry_id.in_(entry_ids), Reference.retracted_at.is_(None))
        .where(~rejected),
        select(Candidate.entry_id, Document.id, Version.date)
        .select_from(Candidate)
        .join(Reference, Reference.id == Candidate.reference_id)
        .join(Document, Document.current_version_id == Reference.version_id)
        .where(Candidate.entry_id.in_(entry_ids), Candidate.retracted_at.is_(None))
        .where(Reference.retracted_at.is_(None), ~rejected)
        .where(sees_dictionary(viewer), is_beyond_doubt(viewer)),
        select(entry.entry_id, Document.id, Version.date)
        .select_from(entry)
        .join(Identifier, (Identifier.scheme == entry.scheme) & (Identifier.key == entry.key))
        .join(Document, Document.id == Identifier.document_id)
        .where(entry.entry_id.in_(entry_ids), entry.retracted_at.is_(None))
        .where(Identifier.retracted_at.is_(None)),
    )
    seen: dict[int, set[int]] = defaultdict(set)
    newest: dict[int, str] = {}
    for way in ways:
        rows = session.execute(
            way.join(Version, Version.id == Document.current_version_id)
            .where(Document.collection_id.in_(viewer.reads))
            .distinct()
        )
        for found, document_id, day in rows:
            entry_id = whole[found or 0]  # they were asked for by it
            seen[entry_id].add(document_id)
            newest[entry_id] = max(newest.get(entry_id, ""), day or "")
    for entry_id, namings in named_in(session, viewer, load_signs(session, whole)).items():
        for naming in namings:
            seen[entry_id].add(naming.document_id)
            newest[entry_id] = max(newest.get(entry_id, ""), naming.day or "")
    return {
        entry_id: (len(documents), newest[entry_id] or None) for entry_id, documents in seen.items()
    }


def find_target(session: Session, viewer: Viewer, text: str) -> Target:
    """What a person calls so and wants to link to. Raises `UnknownTarget`, `Ambiguous`."""
    try:
        return find_seed(session, viewer, text)
    except NotFound:
        raise UnknownTarget(text) from None


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


def made_by_hand(session: Session, reference_ids: Sequence[int], at: datetime) -> list[int]:
    """Those of the references that were made by hand at that moment, and not before it."""
    rows = session.scalars(
        select(Reference.id).where(
            Reference.id.in_(reference_ids),
            Reference.origin == "person",
            Reference.recorded_at == at,
            Reference.retracted_at.is_(None),
        )
    )
    return sorted(rows)


def unlink_many(
    session: Session, viewer: Viewer, reference_ids: Sequence[int], at: datetime
) -> None:
    """Take references back that were made by hand. Raises `NotFound`, `NotAllowed`."""
    for reference_id in dict.fromkeys(reference_ids):
        remove_reference(session, viewer, reference_id, at)


def _numbers(
    session: Session, entry_ids: Sequence[int], as_of: datetime | None
) -> list[tuple[str, str, str]]:
    rows = session.execute(
        select(Identifier.scheme, Identifier.key, Identifier.groups).where(
            Identifier.entry_id.in_(entry_ids), standing(Identifier, as_of)
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


def tell_speaking(
    session: Session, speaking: Speaking, views: Sequence[DocumentView]
) -> list[dict[str, Any]]:
    """Some of the documents with the reason why, in the order given."""
    places = load_places(session, [view.version.id for view in views])
    reasons = [one for view in views for one in speaking.because.get(view.document.id, ())]
    fields = ("relation", "identifier", "quote", "page", "where", "status", "origin")
    because: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in tell_references(session, reasons):
        because[line["source"]].append({name: line[name] for name in fields})
    told = []
    for view in views:
        document, version = view.document, view.version
        told.append(
            {
                "document": file_number(document.id),
                "version": version.number,
                "kind": version.kind,
                "number": version.own_number,
                "title": version.title,
                "date": version.date,
                "path": places.shown(version.id)[0],
                "bears": document.id in speaking.bearers,
                "roles": sorted({naming.role for naming in speaking.named.get(document.id, ())}),
                "because": because[file_number(document.id)],
            }
        )
    return told
