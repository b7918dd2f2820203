"""Retention: which documents may be disposed of by now, by which class of the configuration.

Of several classes the first that fits a document counts. What fits none is kept for ever, and so
is what a class has no day to count from. What is inside another document goes with that one, and
that one goes when all of it is due.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.bulk import chunked
from archive.config_rules import RetentionClass
from archive.listing import MOST, Listing
from archive.models import (
    Collection,
    Disposal,
    DisposalDocument,
    Document,
    NumberAlias,
    Sighting,
    Tombstone,
    Version,
)
from archive.retention_triggers import contract_ends, product_ends

OPEN: Final = ("proposed", "approved")
ENDS: Final = ("contract-end", "product-ended")


@dataclass(frozen=True, slots=True)
class Due:
    """A document that is due: by which class, counted from which day, since when."""

    document_id: int
    retention_class: RetentionClass
    counted_from: str  # ISO days
    due_on: str
    goes_with: tuple[int, ...] = ()  # what is inside it


def due(
    session: Session, viewer: Viewer, classes: Sequence[RetentionClass], today: date, *,
    limit: int = MOST, offset: int = 0,
) -> Listing[Due]:  # fmt: skip
    """What is due on the day and not proposed yet, the longest due first.

    Of what the viewer may read; nothing is due of a family of which they may not read all.
    """
    found = sorted(all_due(session, viewer, classes, today), key=_order)
    return Listing(tuple(found[offset : offset + limit]), len(found))


def _order(one: Due) -> tuple[str, int]:
    return one.due_on, one.document_id


def all_due(
    session: Session, viewer: Viewer, classes: Sequence[RetentionClass], today: date
) -> list[Due]:
    """The same, all of it and in no order."""
    by_itself: dict[int, Due] = {}
    earlier: list[ColumnElement[bool]] = []
    for one in classes:
        fits = _fits(one)
        if one.then != "keep":
            statement = _counted(one).where(
                Document.collection_id.in_(viewer.reads), fits, *(~other for other in earlier)
            )
            days = {row[0]: row[1] for row in session.execute(statement)}
            if one.counted_from in ENDS:
                days = _ends(session, viewer, one.counted_from, days, today)
            for document_id, day in days.items():
                if found := _due(one, document_id, day, today):
                    by_itself[document_id] = found
        earlier.append(fits)
    return _of_families(session, by_itself)


def _ends(
    session: Session, viewer: Viewer, what: str, document_ids: Iterable[int], today: date
) -> dict[int, str]:
    """The days of those of the documents for which an end has come."""
    if what == "product-ended":
        return product_ends(session, viewer, document_ids, today)
    ends = contract_ends(session, viewer, today)
    return {one: ends[one] for one in document_ids if one in ends}


def _fits(one: RetentionClass) -> ColumnElement[bool]:
    kind = func.coalesce(Version.kind, "other").in_(one.kinds) if one.kinds else true()
    return and_(kind, Collection.name.in_(one.collections) if one.collections else true())


def _counted(one: RetentionClass) -> Select[*tuple[Any, ...]]:
    """Document and the day from which it is counted, of all that nobody proposed yet."""
    day: Any = Version.date
    if one.counted_from == "filed":
        every = aliased(Version)
        came = select(func.max(every.received_at)).where(every.document_id == Document.id)
        day = came.correlate(Document).scalar_subquery()
    return (
        select(Document.id, day)
        .join(Version, Version.id == Document.current_version_id)
        .join(Collection, Collection.id == Document.collection_id)
        .where(Version.status != "queued", ~is_proposed())
    )


def is_proposed() -> ColumnElement[bool]:
    """Of a document in a statement: is it in a disposal that is not over?"""
    return exists().where(
        DisposalDocument.document_id == Document.id,
        DisposalDocument.outcome == "waiting",
        Disposal.id == DisposalDocument.disposal_id,
        Disposal.state.in_(OPEN),
    )


def _due(
    one: RetentionClass, document_id: int, day: datetime | str | None, today: date
) -> Due | None:
    if isinstance(day, datetime):
        day = day.date().isoformat()
    if one.counted_from == "filed" and day:
        day = day[:10]
    if not day or len(day) != len("2026-01-31"):
        return None
    begins = date.fromisoformat(day)
    if one.counted_from == "year-end":
        begins = begins.replace(month=12, day=31)
    ends = after(begins, years=one.years, months=one.months)
    if ends is None or ends > today:
        return None
    return Due(document_id, one, begins.isoformat(), ends.isoformat())


def after(day: date, *, years: int, months: int) -> date | None:
    """The day when a period that began on `day` is over; None where no calendar has it.

    Where that month has no such day it is the first of the next: never too early.

    >>> after(date(2024, 2, 29), years=1, months=0), after(date(2024, 1, 31), years=0, months=1)
    (datetime.date(2025, 3, 1), datetime.date(2024, 3, 1))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + years * 12 + months, 12)
    if year > date.max.year - 1:
        return None
    if day.day <= calendar.monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    year, month = divmod(year * 12 + month + 1, 12)
    return date(year, month + 1, 1)


def _of_families(session: Session, found: Mapping[int, Due]) -> list[Due]:
    """Those that are inside nothing, and of which all is due that is inside them."""
    whole = []
    families = goes_with(session, found)
    others = {one for inside in families.values() for one in inside or ()} - found.keys()
    idle = taken_back(session, others)
    for document_id, inside in families.items():
        if inside is not None and all(one in found or one in idle for one in inside):
            one = found[document_id]
            whole.append(
                Due(document_id, one.retention_class, one.counted_from, one.due_on, inside)
            )
    return whole


def taken_back(session: Session, document_ids: Iterable[int]) -> set[int]:
    """Those of these that are no documents any more (archive/withdrawing.py), with their bytes."""
    found: set[int] = set()
    for chunk in chunked(document_ids):
        leads = exists().where(NumberAlias.document == Document.id, NumberAlias.version == 0)
        is_idle = Document.current_version_id.is_(None), leads
        ids = select(Document.id).where(Document.id.in_(chunk), *is_idle)
        found.update(session.scalars(ids))
    return found


def goes_with(session: Session, document_ids: Iterable[int]) -> dict[int, tuple[int, ...] | None]:
    """By document what would be destroyed with it: what is inside it, at any depth, and nowhere
    else. None where it is inside something itself."""
    asked = sorted(set(document_ids))
    inside, outside = _links(session, asked)
    lies = _lies_by_itself(session, outside)
    found: dict[int, tuple[int, ...] | None] = {}
    for document_id in asked:
        if outside.get(document_id):
            found[document_id] = None
            continue
        family, fresh = {document_id}, {document_id}
        while fresh:
            near = {child for one in fresh for child in inside.get(one, ())} - family
            fresh = {one for one in near if one not in lies and outside[one] <= family}
            family |= fresh
        found[document_id] = tuple(sorted(family - {document_id}))
    return found


def _links(
    session: Session, document_ids: Sequence[int]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """What is inside what that stands, from these documents down, and what these are inside of."""
    inner, outer, holder = aliased(Version), aliased(Version), aliased(Document)
    both = (
        select(outer.document_id, inner.document_id)
        .join(Sighting, Sighting.parent_version_id == outer.id)
        .join(inner, inner.id == Sighting.version_id)
        .join(holder, holder.id == outer.document_id)
        .where(
            holder.current_version_id.is_not(None),
            outer.document_id != inner.document_id,
            ~exists().where(Tombstone.document_id == inner.document_id),
        )
        .distinct()
    )
    inside: dict[int, set[int]] = defaultdict(set)
    outside: dict[int, set[int]] = defaultdict(set)
    seen: set[int] = set()
    frontier = set(document_ids)
    while frontier:
        near: set[int] = set()
        for chunk in chunked(frontier):
            ends = or_(outer.document_id.in_(chunk), inner.document_id.in_(chunk))
            for container, member in session.execute(both.where(ends)):
                inside[container].add(member)
                outside[member].add(container)
                if container in frontier:
                    near.add(member)
        seen |= frontier
        frontier = near - seen
    return inside, outside


def _lies_by_itself(session: Session, document_ids: Iterable[int]) -> set[int]:
    """Those of the documents that lie, or lay, in the tree as files of their own."""
    found: set[int] = set()
    for chunk in chunked(document_ids):
        found.update(
            session.scalars(
                select(Version.document_id)
                .join(Sighting, Sighting.version_id == Version.id)
                .where(Version.document_id.in_(chunk), Sighting.path.is_not(None))
                .distinct()
            )
        )
    return found
