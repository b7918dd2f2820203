"""The life of a product in order of time: its documents, changes, milestones and phases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.change_states import CHANGES, FIRST
from archive.documents import DocumentView
from archive.linking import speaking_of
from archive.milestone_standing import milestones_of, product_in, products_called
from archive.models import Entry, EntryValue
from archive.need_documents import Then
from archive.plan_risks import load_milestones
from archive.records import file_number
from archive.references import Target
from archive.register_values import load_rows
from archive.registers import EntryView, views_of
from archive.then import standing

#: Lanes beside those of the kinds of documents.
CHANGE_LANE, MILESTONE_LANE, PHASE_LANE = "changes", "milestones", "phases"
DATED, RECEIVED, DECIDED, PLANNED, REACHED, PHASE = (
    "dated", "received", "decided", "planned", "reached", "phase",
)  # fmt: skip
WHATS: Final = (PHASE, PLANNED, REACHED, RECEIVED, DECIDED, DATED)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is of one day."""

    day: str  # ISO
    lane: str  # a kind of documents, or one of the lanes above
    what: str  # of WHATS
    target: Target
    number: str
    title: str
    state: str = ""  # of a change request or product


@dataclass(frozen=True, slots=True)
class Timeline:
    """The marks, the earliest first; how many documents are on no day."""

    marks: tuple[Mark, ...]
    undated: int


def timeline_of(
    session: Session,
    viewer: Viewer,
    product: EntryView,
    then: Then,
    views: Sequence[DocumentView] | None = None,
) -> Timeline:
    """What the viewer may see of it, now or of then. `views` are its documents, where known."""
    if views is None:
        views = speaking_of(session, viewer, product, as_of=then.as_of, on=then.on).views
    dated = [view for view in views if view.version.date]
    marks = [
        *_phases(session, product, then),
        *_milestones(session, viewer, product, then),
        *_changes(session, viewer, product, then),
        *map(_document, dated),
    ]
    marks.sort(key=lambda one: (one.day, WHATS.index(one.what), one.number, one.target.id))
    return Timeline(tuple(marks), len(views) - len(dated))


def _document(view: DocumentView) -> Mark:
    document, version = view.document, view.version
    number = version.own_number or file_number(document.id)
    return Mark(
        version.date or "", version.kind or "other", DATED, Target("document", document.id),
        number, version.title or version.file_name,
    )  # fmt: skip


def _phases(session: Session, product: EntryView, then: Then) -> Iterator[Mark]:
    """From which day each phase of its life held."""
    last = then.on.isoformat() if then.on else ""
    for row in load_rows(session, [product.id], then.as_of).get(product.id, ()):
        if row.field == "phase" and row.day and row.value and (not last or row.day <= last):
            yield Mark(
                row.day, PHASE_LANE, PHASE, Target("product", product.id), product.code,
                product.name, row.value,
            )  # fmt: skip


def _milestones(session: Session, viewer: Viewer, product: EntryView, then: Then) -> Iterator[Mark]:
    named = (product.code, product.id)
    ids = milestones_of(session, viewer, {named}, then.as_of)[named]
    for one in load_milestones(session, viewer, ids, then):
        for field, what in (("planned_on", PLANNED), ("actual_on", REACHED)):
            if day := one.values.get(field):
                yield Mark(
                    day, MILESTONE_LANE, what, Target("milestone", one.id), one.code, one.name
                )


def _changes(session: Session, viewer: Viewer, product: EntryView, then: Then) -> Iterator[Mark]:
    for one in changes_of(session, viewer, product, as_of=then.as_of, on=then.on):
        state = one.values.get("state", FIRST)
        target, title = Target(CHANGES, one.id), one.name if one.name != one.code else ""
        if received := one.values.get("received_on"):
            yield Mark(received, CHANGE_LANE, RECEIVED, target, one.code, title, state)
        if decided := one.values.get("decided_on"):
            yield Mark(decided, CHANGE_LANE, DECIDED, target, one.code, title, state)


def changes_of(
    session: Session,
    viewer: Viewer,
    product: EntryView,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[EntryView]:
    """The change requests that name the product, by number; not those of another of its code."""
    return naming(session, viewer, CHANGES, product, as_of=as_of, on=on)


def naming(
    session: Session,
    viewer: Viewer,
    register: str,
    product: EntryView,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[EntryView]:
    """The entries of a register that name the product in their field `products`, the same way."""
    rows = session.execute(
        select(Entry.id, Entry.collection_id)
        .join(EntryValue, EntryValue.entry_id == Entry.id)
        .where(
            EntryValue.field == literal_column("'products'"),
            EntryValue.value.contains(product.code, autoescape=True),
            standing(EntryValue, as_of),
            Entry.register == register,
            Entry.collection_id.in_(viewer.reads),
        )
    )
    places = products_called(session, viewer, {product.code}, as_of).get(product.code, {})
    ids = {entry for entry, home in rows if product_in(places, home) in (0, product.id)}
    views = views_of(session, viewer, register, sorted(ids), as_of=as_of, on=on)
    found = [one for one in views if product.code in one.values.get("products", "").split(";")]
    return sorted(found, key=lambda one: (one.code, one.id))
