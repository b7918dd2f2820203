"""Plans applied to products, milestones planned anew, and what is said of their needs.

All of it is done whole or not at all, is an event, and what it takes the place of stays known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from archive import events, registers
from archive.access import Right, Viewer
from archive.completeness import STATES
from archive.errors import Conflict, NotFound, UsageError
from archive.merges import merged
from archive.messages import Message
from archive.models import Entry, EntryValue, Need, NeedState
from archive.plan_templates import DOCUMENT, PlannedNeed, PlanSection, days_of
from archive.register_fields import LONGEST_LINE, LONGEST_TEXT, REGISTERS, checked
from archive.register_saving import EntryChange, save
from archive.register_values import Change
from archive.registers import EntryView
from archive.schemes import Schemes

MILESTONES: Final = REGISTERS["milestone"]
REACHED: Final = Message("%(code)s was reached on %(day)s; it is not planned anew.")
BY_DOCUMENT: Final = Message(
    "%(name)s is a document: file it, link it to the milestone, or set its facts right."
)


@dataclass(frozen=True, slots=True)
class Replanned:
    """A milestone was planned for another day, by somebody, for a reason."""

    at: datetime
    before: str
    after: str
    reason: str
    happened_on: str | None


def apply_plan(
    session: Session,
    viewer: Viewer,
    product: EntryView,
    plan: PlanSection,
    anchor: date,
    at: datetime,
    *,
    schemes: Schemes,
    prefix: str = "",
) -> list[int]:
    """Make the milestones of a plan for a product, with their needs; their ids in its order.

    Their codes are those of the plan behind `prefix` (else the product's code) and a dash. Raises
    `Conflict` where one is registered already, `UsageError` for days that no calendar has,
    `NotAllowed`. The transaction is not to be committed then.
    """
    viewer.require(Right.FILE, product.collection_id)
    days = days_of(plan, anchor)
    changes = []
    for one in plan.milestones:
        written = {
            "code": f"{prefix.strip() or product.code}-{one.code}",
            "name": one.name,
            "product": product.code,
            "planned_on": days[one.code].isoformat(),
        }
        said = [
            Change(name, checked(MILESTONES.field(name), text)) for name, text in written.items()
        ]
        changes.append(EntryChange(None, product.collection_id, said))
    ids = save(session, viewer, MILESTONES, changes, at, schemes)
    rows = [
        _row(entry_id, need, viewer, at)
        for entry_id, one in zip(ids, plan.milestones, strict=True)
        for need in one.needs
    ]
    if rows:
        session.execute(insert(Need), rows)
    _record(session, viewer, product, "plan-applied", at, milestones=ids, needs=len(rows))
    return ids


def _row(entry_id: int, need: PlannedNeed, viewer: Viewer, at: datetime) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "what": need.what,
        "name": need.name,
        "kind": need.kind,
        "party": need.party,
        "wanted": need.state if need.what == DOCUMENT else "",
        "responsible": need.responsible,
        "user_id": viewer.account_id,
        "recorded_at": at,
    }


def replan(
    session: Session,
    viewer: Viewer,
    milestone: EntryView,
    day: date,
    at: datetime,
    *,
    reason: str,
    schemes: Schemes,
    revision: int,
    happened_on: date | None = None,
) -> EntryView:
    """Plan a milestone for another day, since today or since `happened_on`; the old one is kept.

    Raises `UsageError` without a reason, `Conflict` where it was reached or somebody was quicker,
    `NotAllowed`.
    """
    viewer.require(Right.FILE, milestone.collection_id)
    reason = _text(reason, "reason")
    if not reason:
        raise UsageError("Say why it is planned for another day.")
    if milestone.values.get("actual_on"):
        raise Conflict(REACHED, code=milestone.code, day=milestone.values["actual_on"])
    if milestone.values.get("planned_on") == day.isoformat():
        raise UsageError("%(code)s is planned for that day already.", code=milestone.code)
    since = _past(happened_on, at)
    written = {"planned_on": day.isoformat(), "planned_reason": reason}
    changed = registers.edit(
        session, viewer, milestone, written, at, schemes=schemes, revision=revision,
        happened_on=since,
    )  # fmt: skip
    _record(session, viewer, milestone, "milestone-replanned", at)
    return changed


def replannings(
    session: Session, milestone: EntryView, as_of: datetime | None = None
) -> tuple[Replanned, ...]:
    """The days for which it was planned one after the other, the first change first."""
    rows = session.scalars(
        select(EntryValue)
        .where(
            EntryValue.entry_id == milestone.id,
            or_(EntryValue.field == "planned_on", EntryValue.field == "planned_reason"),
            EntryValue.recorded_at <= as_of if as_of else EntryValue.id.is_not(None),
        )
        .order_by(EntryValue.id)
    ).all()
    reasons = [row for row in rows if row.field == "planned_reason"]
    days = [row for row in rows if row.field == "planned_on"]
    return tuple(
        Replanned(
            row.recorded_at, before.value or "", row.value or "",
            _reason_of(row, reasons), row.happened_on,
        )
        for before, row in pairwise(days)
    )  # fmt: skip


def _reason_of(planned: EntryValue, reasons: Sequence[EntryValue]) -> str:
    """The reason that stood with this day; the same words again on one day write no row."""
    at = planned.recorded_at
    for row in reversed(reasons):
        stood = row.retracted_at is None or row.retracted_at > at
        if row.happened_on == planned.happened_on and row.recorded_at <= at and stood:
            return row.value or ""
    return ""


def add_need(
    session: Session, viewer: Viewer, milestone: EntryView, need: PlannedNeed, at: datetime
) -> int:
    """A milestone needs something more; the id of the need. Raises `NotAllowed`."""
    viewer.require(Right.FILE, milestone.collection_id)
    made = Need(**_row(milestone.id, need, viewer, at))
    session.add(made)
    session.flush()
    _record(session, viewer, milestone, "need-added", at, need=made.id)
    return made.id


def remove_need(
    session: Session, viewer: Viewer, milestone: EntryView, need_id: int, at: datetime
) -> Need:
    """A milestone does not need that after all. Raises `NotFound`, `NotAllowed`."""
    need = _need(session, viewer, milestone, need_id)
    need.retracted_at = at
    _record(session, viewer, milestone, "need-removed", at, need=need_id)
    return need


def say_state(
    session: Session,
    viewer: Viewer,
    milestone: EntryView,
    need_id: int,
    state: str,
    at: datetime,
    *,
    responsible: str = "",
    reason: str = "",
    happened_on: date | None = None,
) -> None:
    """Say how a checkpoint, material or person stands, since today or since `happened_on`.

    What was said of days before that stays true of them. Raises `UsageError` for a document (it
    speaks for itself), `NotFound`, `NotAllowed`.
    """
    need = _need(session, viewer, milestone, need_id)
    if need.what == DOCUMENT:
        raise UsageError(BY_DOCUMENT, name=need.name)
    if state not in STATES:
        raise UsageError(
            "There is no state %(state)r; there are %(known)s.",
            state=state,
            known=", ".join(STATES),
        )
    reason, responsible = _text(reason, "reason"), _text(responsible, "responsible", LONGEST_LINE)
    if state == "unusable" and not reason:
        raise UsageError("Say why it is there and can't be used.")
    day = _past(happened_on, at).isoformat()
    session.execute(
        update(NeedState)
        .where(
            NeedState.need_id == need_id,
            NeedState.happened_on == day,
            NeedState.retracted_at.is_(None),
        )
        .values(retracted_at=at)
    )
    session.add(
        NeedState(
            need_id=need_id, state=state, responsible=responsible, reason=reason, happened_on=day,
            user_id=viewer.account_id, recorded_at=at,
        )
    )  # fmt: skip
    session.flush()
    _record(session, viewer, milestone, "need-said", at, need=need_id, state=state)


def _need(session: Session, viewer: Viewer, milestone: EntryView, need_id: int) -> Need:
    viewer.require(Right.FILE, milestone.collection_id)
    need = session.get(Need, need_id)
    stands = need is not None and need.retracted_at is None
    if need is None or not stands or merged(session, viewer).of(need.entry_id) != milestone.id:
        raise NotFound("need", need_id)
    return need


def milestone_of(session: Session, viewer: Viewer, need_id: int) -> int:
    """The milestone that has this need. Raises `NotFound`."""
    found = session.scalar(
        select(Need.entry_id)
        .join(Entry, Entry.id == Need.entry_id)
        .where(
            Need.id == need_id,
            Need.retracted_at.is_(None),
            Entry.collection_id.in_(viewer.reads),
        )
    )
    if found is None:
        raise NotFound("need", need_id)
    return found


def _text(text: str, name: str, most: int = LONGEST_TEXT) -> str:
    text = text.strip()
    if len(text) > most or "\x00" in text:
        raise UsageError(
            "%(field)s is a text of at most %(most)s characters.", field=name, most=most
        )
    return text


def _past(day: date | None, at: datetime) -> date:
    if day is not None and day > at.date():
        raise UsageError("%(day)s is still to come.", day=day.isoformat())
    return day or at.date()


def _record(
    session: Session, viewer: Viewer, entry: EntryView, kind: str, at: datetime, **details: Any
) -> None:
    events.record(
        session, at, kind, actor=viewer.actor, collection_id=entry.collection_id,
        entry_id=entry.id, **details,
    )  # fmt: skip
