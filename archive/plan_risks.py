"""Milestones at risk, and what is missing before a milestone: questions over all plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import exists, literal_column, select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.bulk import chunked
from archive.completeness import (
    THERE,
    Completeness,
    NeedView,
    Standing,
)
from archive.merges import merged
from archive.milestone_standing import milestones_of, products_of, standing_of
from archive.models import Entry, EntryValue
from archive.need_documents import Then
from archive.registers import EntryView, views_of
from archive.then import standing

#: So many days before a milestone its needs want somebody.
NEAR_DAYS: Final = 30
#: Milestones that are looked through for one answer; nobody works through more.
MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Risk:
    """A milestone that is near or late, and how complete it is."""

    milestone: EntryView
    planned_on: str
    days_left: int  # negative: late
    completeness: Completeness
    missing: tuple[NeedView, ...]


def at_risk(
    session: Session, viewer: Viewer, then: Then, *, days: int = NEAR_DAYS
) -> tuple[Risk, ...]:
    """Milestones late, or within so many days and not complete, the earliest first."""
    today = then.on or then.today
    near = near_milestones(session, viewer, then, days)
    stands = standing_of(session, viewer, near, then)
    risks = [_risk(one, stands, today) for one in near]
    return tuple(risk for risk in risks if risk.days_left < 0 or risk.missing)


def missing_before(
    session: Session, viewer: Viewer, milestone: EntryView, then: Then
) -> tuple[Risk, ...]:
    """What a milestone lacks, and those of its product that come before it, the earliest first."""
    day = milestone.values.get("planned_on", "")
    products = products_of(session, viewer, [milestone], then.as_of)
    product = (milestone.values.get("product", ""), products.get(milestone.id, 0))
    ids = {*milestones_of(session, viewer, {product}, then.as_of)[product], milestone.id}
    every = load_milestones(session, viewer, sorted(ids), then)
    before = [
        one
        for one in every
        if one.id == milestone.id or "" < one.values.get("planned_on", "") < day
    ]
    stands = standing_of(session, viewer, before, then)
    risks = [_risk(one, stands, then.on or then.today) for one in before]
    return tuple(risk for risk in risks if risk.missing)


def _risk(milestone: EntryView, stands: Standing, today: date) -> Risk:
    planned = milestone.values.get("planned_on", "")
    needs = stands.needs_of(milestone.id)
    left = (date.fromisoformat(planned) - today).days if planned else 0
    return Risk(
        milestone, planned, left, stands.completeness_of([milestone.id]),
        tuple(need for need in needs if need.status != THERE),
    )  # fmt: skip


def near_milestones(
    session: Session, viewer: Viewer, then: Then, days: int
) -> tuple[EntryView, ...]:
    """Milestones planned for at most so many days ahead and not reached, the earliest first."""
    today = then.on or then.today
    try:
        last = (today + timedelta(days=days)).isoformat()
    except OverflowError:
        last = date.max.isoformat()
    reached = aliased(EntryValue)
    statement = (
        select(Entry.id)
        .join(EntryValue, EntryValue.entry_id == Entry.id)
        .where(
            EntryValue.field == literal_column("'planned_on'"),  # as the index on them has it
            EntryValue.value <= last,
            standing(EntryValue, then.as_of),
            Entry.register == "milestone",
            Entry.collection_id.in_(viewer.reads),
        )
        .order_by(EntryValue.value.desc(), Entry.id)  # of too many the latest
    )
    if then.on is None:
        statement = statement.where(
            ~exists().where(
                reached.entry_id == Entry.id,
                reached.field == "actual_on",
                reached.value.is_not(None),
                standing(reached, then.as_of),
            )
        )
    ids = dict.fromkeys(session.scalars(statement.limit(MOST)))
    found = [
        one
        for one in load_milestones(session, viewer, list(ids), then)
        if "" < one.values.get("planned_on", "") <= last and not _is_reached(one, today)
    ]
    return tuple(found)


def _is_reached(milestone: EntryView, today: date) -> bool:
    return "" < milestone.values.get("actual_on", "") <= today.isoformat()


def load_milestones(
    session: Session, viewer: Viewer, ids: Sequence[int], then: Then
) -> list[EntryView]:
    """Milestones of these ids that the viewer may see, by day; one for what was merged."""
    merges = merged(session, viewer, then.as_of)
    wanted = {merges.of(entry_id) for entry_id in ids}
    found = [
        view
        for chunk in chunked(wanted)
        for view in views_of(session, viewer, "milestone", chunk, as_of=then.as_of, on=then.on)
    ]
    return sorted(found, key=lambda one: (one.values.get("planned_on", ""), one.code, one.id))
