"""Which rulings on references a viewer knows of, and what each is on.

A ruling is on document, scheme, key and relation. Where a reference has no number (it was made by
hand, or by filing), it is on document, relation and target, or on all of that relation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.models import Document, Entry, Reference, Ruling
from archive.then import standing
from archive.vocabulary import MISREAD

IN_CHUNK = 2000

#: Document, scheme, key, relation; without a key also the document or entry that is meant.
Named = tuple[int, str | None, str | None, str, int | None, int | None]


def ruling_on(rulings: Mapping[Named, Ruling], row: Reference) -> Ruling | None:
    """The ruling on a reference: without a number the latest of those on its target and on all."""
    named = (row.document_id, row.scheme, row.key, row.relation)
    ruling = rulings.get((*named, None, None))
    if row.key is not None:
        return ruling
    own = rulings.get((*named, row.fixed_document_id, row.fixed_entry_id))
    both = [one for one in (ruling, own) if one is not None]
    return max(both, key=lambda one: one.id, default=None)


def _name_of(ruling: Ruling) -> Named:
    named = (ruling.document_id, ruling.scheme, ruling.key, ruling.relation)
    if ruling.key is not None:
        return (*named, None, None)
    return (*named, ruling.target_document_id, ruling.target_entry_id)


def rulings_of(
    session: Session, viewer: Viewer, documents: set[int], as_of: datetime | None
) -> dict[Named, Ruling]:
    """The latest ruling by each name that the viewer may know of.

    One that leads to what is hidden is as if it had not been made: what it took the place of holds.
    """
    found: dict[Named, Ruling] = {}
    hidden: set[tuple[Named, datetime]] = set()
    wanted = sorted(documents)
    for start in range(0, len(wanted), IN_CHUNK):
        rows = session.execute(
            select(Ruling, aims_within(viewer))
            .where(Ruling.document_id.in_(wanted[start : start + IN_CHUNK]))
            .order_by(Ruling.id.desc())  # what took the place of another comes before that
        )
        for row, is_seen in rows:
            named = _name_of(row)
            stands = row.recorded_at <= (as_of or row.recorded_at) and (
                row.retracted_at is None
                or (as_of is not None and row.retracted_at > as_of)
                or (named, row.retracted_at) in hidden
            )
            if stands and is_seen:
                found.setdefault(named, row)
            elif stands:
                hidden.add((named, row.recorded_at))
    return found


def aims_within(viewer: Viewer) -> ColumnElement[bool]:
    """Does a ruling lead nowhere, or to what the viewer may read?"""
    entries = select(Entry.id).where(Entry.collection_id.in_(viewer.reads))
    documents = select(Document.id).where(Document.collection_id.in_(viewer.reads))
    return and_(
        or_(Ruling.target_document_id.is_(None), Ruling.target_document_id.in_(documents)),
        or_(Ruling.target_entry_id.is_(None), Ruling.target_entry_id.in_(entries)),
    )


def is_beyond_doubt(viewer: Viewer, as_of: datetime | None = None) -> ColumnElement[bool]:
    """Was the number read as it stands, or has a person said what it means, to the viewer's eyes?

    One that may be misread is no reference to anybody else: see archive.misread.
    """
    return ~and_(Reference.origin == MISREAD, ~_is_said(aims_within(viewer), as_of))


def is_for_everybody() -> ColumnElement[bool]:
    """The same for all who may read the reference: what was said leads to its own collection."""
    entries = select(Entry.id).where(Entry.collection_id == Reference.collection_id)
    documents = select(Document.id).where(Document.collection_id == Reference.collection_id)
    aims = or_(
        Ruling.target_document_id.in_(documents.correlate(Reference)),
        Ruling.target_entry_id.in_(entries.correlate(Reference)),
    )
    return ~and_(Reference.origin == MISREAD, ~_is_said(aims, None))


def _is_said(aims: ColumnElement[bool], as_of: datetime | None) -> ColumnElement[bool]:
    return exists().where(
        Ruling.document_id == Reference.document_id,
        Ruling.scheme == Reference.scheme,
        Ruling.key == Reference.key,
        Ruling.relation == Reference.relation,
        or_(Ruling.target_document_id.is_not(None), Ruling.target_entry_id.is_not(None)),
        standing(Ruling, as_of),
        aims,
    )
