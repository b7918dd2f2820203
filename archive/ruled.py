"""Which rulings on references a viewer knows of, and what each is on.

A ruling is on document, scheme, number and relation. A number is one of several that may share a
key: the ruling holds for all spellings that meet the one that was ruled on (archive.keys), in this
version and the next, and for no other. Where a reference has no number (it was made by hand, or by
filing), it is on document, relation and target, or on all of that relation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.keys import meets
from archive.models import Document, Entry, Reference, Ruling
from archive.then import standing
from archive.vocabulary import MISREAD

IN_CHUNK = 2000

#: Document, scheme, key, relation; without a key also the document or entry that is meant.
Named = tuple[int, str | None, str | None, str, int | None, int | None]
#: Standing rulings by their names, the latest first: those of a key may be on several numbers.
Rulings = Mapping[Named, Sequence[Ruling]]

#: Borders that count: groups without one are joined (archive.keys).
_BORDER: Final = r"\d[|/]\d|[^\d|/][|/][^\d|/]"


def has_border(groups: Any) -> ColumnElement[bool]:
    """Have groups a border that tells them from others of their key? For the database."""
    return func.coalesce(groups, "").regexp_match(_BORDER)


def is_one_number(groups: str | None, other: str | None) -> bool:
    """Whether two groupings of one key are one number to a ruling; None: whatever it is."""
    return groups is None or other is None or meets(groups, other)


def is_grouped_alike(one: Any, other: Any) -> ColumnElement[bool]:
    """The same for the database: of columns, or of the groups in hand and a column."""
    if one is None:
        return true()
    if isinstance(one, str):
        one = literal(one, String)
    return or_(
        one.is_(None),
        other.is_(None),
        func.replace(one, "/", "|") == func.replace(other, "/", "|"),
        and_(~one.regexp_match(_BORDER), ~other.contains("/", autoescape=True)),
        and_(~other.regexp_match(_BORDER), ~one.contains("/", autoescape=True)),
    )


def rules_on(ruling: type[Ruling], row: type[Reference]) -> ColumnElement[bool]:
    """Is a ruling on the number of a reference, whether it stands or not?"""
    return and_(
        ruling.document_id == row.document_id,
        ruling.scheme == row.scheme,
        ruling.key == row.key,
        ruling.relation == row.relation,
        is_grouped_alike(ruling.groups, row.groups),
    )


def ruling_on(rulings: Rulings, row: Reference) -> Ruling | None:
    """The ruling on a reference: without a number the latest of those on its target and on all."""
    named = (row.document_id, row.scheme, row.key, row.relation)
    found = list(rulings.get((*named, None, None), ()))
    if row.key is None:
        found += rulings.get((*named, row.fixed_document_id, row.fixed_entry_id), ())
    ours = [one for one in found if is_one_number(one.groups, row.groups)]
    return max(ours, key=lambda one: one.id, default=None)


def _name_of(ruling: Ruling) -> Named:
    named = (ruling.document_id, ruling.scheme, ruling.key, ruling.relation)
    if ruling.key is not None:
        return (*named, None, None)
    return (*named, ruling.target_document_id, ruling.target_entry_id)


def rulings_of(
    session: Session, viewer: Viewer, documents: set[int], as_of: datetime | None
) -> dict[Named, list[Ruling]]:
    """The rulings by each name that the viewer may know of, the latest first.

    One that leads to what is hidden is as if it had not been made: what it took the place of holds.
    """
    found: dict[Named, list[Ruling]] = defaultdict(list)
    hidden: dict[tuple[Named, datetime], list[str | None]] = defaultdict(list)
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
                or any(
                    is_one_number(groups, row.groups)
                    for groups in hidden.get((named, row.retracted_at), ())
                )
            )
            if stands and is_seen:
                found[named].append(row)
            elif stands:
                hidden[named, row.recorded_at].append(row.groups)
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
        rules_on(Ruling, Reference),
        or_(Ruling.target_document_id.is_not(None), Ruling.target_entry_id.is_not(None)),
        standing(Ruling, as_of),
        aims,
    )
