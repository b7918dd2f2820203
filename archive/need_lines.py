"""What near milestones lack, as lines of the attention list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Integer, Select, cast, null, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.asides import not_aside
from archive.attention_lines import Line, line_of
from archive.completeness import NeedView
from archive.errors import NotFound
from archive.models import Entry, Need
from archive.need_documents import Then
from archive.plan_risks import NEAR_DAYS, at_risk
from archive.registers import EntryView
from archive.wanting import Asked, is_id, is_kept, name_of

NEED: Final = "need"
#: Needs that one list is made of; nobody acts upon more, and a statement takes as many.
MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Lacking:
    """A need that is not there, and the milestone that comes near."""

    milestone: EntryView
    day: str
    need: NeedView


def lacking(session: Session, viewer: Viewer, today: date) -> Mapping[int, Lacking]:
    """By need what milestones lack that are late or near, the earliest first."""
    found: dict[int, Lacking] = {}
    for risk in at_risk(session, viewer, Then(today)):
        for need in risk.missing:
            if len(found) < MOST:
                found[need.id] = Lacking(risk.milestone, risk.planned_on, need)
    return found


def wanted(asked: Asked) -> Select[Any, Any]:
    """Those of `asked.lacking` that nobody put aside: (Need, Entry). They are the coordinators'."""
    return (
        select(Need, Entry)
        .join(Entry, Entry.id == Need.entry_id)
        .where(
            Need.id.in_(list(asked.lacking)),
            Entry.collection_id.in_(asked.viewer.reads),
            is_kept(asked, cast(null(), Integer), Entry.collection_id),
            not_aside(name_of(NEED, Need.id), asked.today),
        )
        .order_by(Entry.fields["planned_on"].as_string(), Need.entry_id, Need.id)
    )


def lines(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of `wanted`, each since its milestone came near."""
    told = []
    for row, entry in rows:
        one: Lacking = asked.lacking[row.id]
        need = one.need
        params = {"milestone": one.milestone.code, "day": one.day, "need": need.name}
        sentence = NEED if need.document is None else f"{NEED}-unusable"
        if need.document is not None:
            params |= {"found": need.document, "reasons": ", ".join(need.reasons)}
        told.append(
            line_of(
                f"{NEED}:{row.id}", NEED, sentence, params,
                document=need.document,
                need={
                    "id": need.id,
                    "milestone": one.milestone.code,
                    "milestone_id": one.milestone.id,
                    "name": need.name,
                    "what": need.what,
                    "status": need.status,
                    "reasons": list(need.reasons),
                },
                since=max(_near_since(one.day), row.recorded_at),
                roots=frozenset(),
                home=entry.collection_id,
            )
        )  # fmt: skip
    return told


def _near_since(day: str) -> datetime:
    try:
        near = date.fromisoformat(day) - timedelta(days=NEAR_DAYS)
    except OverflowError:
        near = date.min
    return datetime.combine(near, time.min, UTC)


def collection_of(session: Session, name: str) -> int | None:
    """The collection of the milestone that has the need of a line."""
    if not is_id(name):
        raise NotFound("line of the attention list", f"{NEED}:{name}")
    return session.scalar(
        select(Entry.collection_id)
        .join(Need, Need.entry_id == Entry.id)
        .where(Need.id == int(name), Need.retracted_at.is_(None))
    )
