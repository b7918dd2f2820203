"""What came of a product: dates planned and kept, changes by cause with their costs, quality.

"What was successful and what was not" is what old files are asked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.change_states import FIRST, PAST_DECISION
from archive.closing_costs import Billed, Costs, Money, load_billed, load_costs
from archive.concern_states import state_in
from archive.concerns import concerns_of_product, reported_on
from archive.linking import speaking_of
from archive.milestone_standing import milestones_of
from archive.models import EntryValue
from archive.need_documents import Then
from archive.plan_risks import load_milestones
from archive.records import file_number, moment
from archive.register_values import load_rows
from archive.registers import EntryView
from archive.timeline import changes_of

#: Kinds of documents that report what was wrong.
REPORTS: Final = ("quality-report", "return-report")


@dataclass(frozen=True, slots=True)
class Kept:
    """A milestone: for which day it was planned first and last, and when it was reached."""

    milestone: EntryView
    first: str  # ISO days, "" where none is known
    planned: str
    actual: str

    @property
    def days_late(self) -> int | None:
        """Behind the first plan; negative: before it. None where it is not reached."""
        if not (self.first and self.actual):
            return None
        return (date.fromisoformat(self.actual) - date.fromisoformat(self.first)).days


@dataclass(frozen=True, slots=True)
class Changed:
    """A change request with its costs."""

    change: EntryView
    cause: str
    state: str
    costs: Costs


@dataclass(frozen=True, slots=True)
class ByCause:
    """The change requests of one cause ("" where none is said)."""

    cause: str
    changes: int
    approved: int
    rejected: int
    open: int
    costs: Costs


@dataclass(frozen=True, slots=True)
class InPhase:
    """What was wrong in a phase of its life; `phase` "" before the first one that is known."""

    phase: str
    since: str
    until: str  # its last day; "" for the last phase
    reports: dict[str, tuple[int, ...]]  # by kind of REPORTS the documents, by date
    changes: int  # requests that came in
    concerns: int  # quality concerns that were reported

    def holds(self, day: str) -> bool:
        """Is the day in it?"""
        return self.since <= day and (not self.until or day <= self.until)


@dataclass(frozen=True, slots=True)
class Concern:
    """A quality concern: when it was reported, in which phase, and how far it is."""

    concern: EntryView
    reported: str  # ISO day
    phase: str
    state: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The report of one product."""

    product: EntryView
    milestones: tuple[Kept, ...]
    causes: tuple[ByCause, ...]
    changes: tuple[Changed, ...]
    phases: tuple[InPhase, ...]
    concerns: tuple[Concern, ...]  # by the day on which they were reported
    total: ByCause  # of all causes
    documents: int


def closing_of(session: Session, viewer: Viewer, product: EntryView, then: Then) -> Closing:
    """What the viewer may see of it, now or of then."""
    changes = changes_of(session, viewer, product, as_of=then.as_of, on=then.on)
    states = {one.id: one.values.get("state", FIRST) for one in changes}
    billed = load_billed(session, viewer, list(states), then)
    costs = load_costs(session, states, billed, then.as_of)
    changed = tuple(
        Changed(one, one.values.get("cause", ""), states[one.id], costs[one.id]) for one in changes
    )
    by_cause: dict[str, list[Changed]] = defaultdict(list)
    for one in changed:
        by_cause[one.cause.casefold()].append(one)
    speaking = speaking_of(session, viewer, product, as_of=then.as_of, on=then.on)
    reports = [
        (view.version.date, view.version.kind, view.document.id)
        for view in speaking.views
        if view.version.kind in REPORTS and view.version.date
    ]
    concerns = concerns_of_product(session, viewer, product, then)
    phases = _phases(session, product, reports, changes, concerns, then)
    causes = [_cause(some[0].cause, some, billed) for some in by_cause.values()]
    return Closing(
        product=product,
        milestones=_milestones(session, viewer, product, then),
        causes=tuple(sorted(causes, key=lambda one: (one.cause == "", -one.changes, one.cause))),
        changes=changed,
        phases=phases,
        concerns=tuple(_concern(one, phases) for one in concerns),
        total=_cause("", changed, billed),
        documents=len(speaking.views),
    )


def _milestones(
    session: Session, viewer: Viewer, product: EntryView, then: Then
) -> tuple[Kept, ...]:
    named = (product.code, product.id)
    ids = milestones_of(session, viewer, {named}, then.as_of)[named]
    loaded = load_milestones(session, viewer, ids, then)
    rows = session.execute(
        select(EntryValue.entry_id, EntryValue.value)
        .where(
            EntryValue.entry_id.in_([one.id for one in loaded]),
            EntryValue.field == "planned_on",
            EntryValue.recorded_at <= then.as_of if then.as_of else EntryValue.id.is_not(None),
        )
        .order_by(EntryValue.id.desc())
    )
    first = {entry: value for entry, value in rows if value}
    return tuple(
        Kept(one, first.get(one.id, ""), one.values.get("planned_on", ""),
             one.values.get("actual_on", ""))
        for one in loaded
    )  # fmt: skip


def _cause(cause: str, changes: Sequence[Changed], billed: Billed) -> ByCause:
    """An invoice that speaks of several changes counts once."""
    estimated, approved = Money(), Money()
    for one in changes:
        estimated.add(one.costs.estimated)
        approved.add(one.costs.approved)
    invoices, invoiced = billed.of(one.change.id for one in changes)
    states = Counter(_outcome(one) for one in changes)
    return ByCause(
        cause, len(changes), states["approved"], states["rejected"], states["open"],
        Costs(estimated, approved, invoiced, invoices),
    )  # fmt: skip


def _outcome(one: Changed) -> str:
    """approved, rejected (or withdrawn), or open."""
    if one.costs.is_approved:
        return "approved"
    return "rejected" if one.state in PAST_DECISION else "open"


def _concern(one: EntryView, phases: Sequence[InPhase]) -> Concern:
    day = reported_on(one)
    phase = next((it.phase for it in phases if it.holds(day)), "")
    return Concern(one, day, phase, state_in(one.values))


def _phases(
    session: Session, product: EntryView, reports: Sequence[Any], changes: Sequence[EntryView],
    concerns: Sequence[EntryView], then: Then,
) -> tuple[InPhase, ...]:  # fmt: skip
    found = []
    for empty in _spans(session, product, then):
        ours = {
            kind: tuple(
                document for day, other, document in reports if other == kind and empty.holds(day)
            )
            for kind in REPORTS
        }
        came = sum(
            empty.holds(one.values["received_on"]) for one in changes if "received_on" in one.values
        )
        reported = sum(empty.holds(reported_on(one)) for one in concerns)
        if empty.phase or came or reported or any(ours.values()):
            found.append(replace(empty, reports=ours, changes=came, concerns=reported))
    return tuple(found)


def _spans(session: Session, product: EntryView, then: Then) -> list[InPhase]:
    """The phases of its life, nothing in them yet."""
    last = then.on.isoformat() if then.on else "9999"
    begun = [
        (row.day or "", row.value)
        for row in load_rows(session, [product.id], then.as_of).get(product.id, ())
        if row.field == "phase" and row.value and (row.day or "") <= last
    ]
    if not begun or begun[0][0]:
        begun.insert(0, ("", ""))
    ends = [*(_day_before(since) for since, _ in begun[1:]), ""]
    return [
        InPhase(phase, since, until, {}, 0, 0)
        for (since, phase), until in zip(begun, ends, strict=True)
    ]


def _day_before(day: str) -> str:
    before = max(date.fromisoformat(day), date.min + timedelta(days=1)) - timedelta(days=1)
    return before.isoformat()


def told(closing: Closing, then: Then) -> dict[str, Any]:
    """The report in the fields of the API."""
    return {
        "product": closing.product.code,
        "name": closing.product.name,
        "documents": closing.documents,
        "milestones": [
            {
                "milestone": one.milestone.code, "name": one.milestone.name,
                "first_planned_on": one.first or None, "planned_on": one.planned or None,
                "actual_on": one.actual or None, "days_late": one.days_late,
            }
            for one in closing.milestones
        ],
        "causes": [_cause_told(one) for one in closing.causes],
        "total": _cause_told(closing.total),
        "changes": [
            {
                "change": one.change.code, "title": one.change.name, "cause": one.cause,
                "state": one.state, **one.costs.told(),
                "invoices": [file_number(document) for document in sorted(one.costs.invoices)],
            }
            for one in closing.changes
        ],
        "phases": [
            {
                "phase": one.phase, "since": one.since or None, "until": one.until or None,
                "changes": one.changes, "concerns": one.concerns,
                "reports": {
                    kind: [file_number(document) for document in documents]
                    for kind, documents in one.reports.items()
                },
            }
            for one in closing.phases
        ],
        "concerns": [
            {
                "concern": one.concern.code, "title": one.concern.name, "state": one.state,
                "phase": one.phase, "reported_on": one.reported,
                "closed_on": one.concern.values.get("closed_on"),
                "answer": one.concern.values.get("answer"),
            }
            for one in closing.concerns
        ],
        "as_of": moment(then.as_of),
        "on": then.on.isoformat() if then.on else None,
    }  # fmt: skip


def _cause_told(one: ByCause) -> dict[str, Any]:
    return {
        "cause": one.cause, "changes": one.changes, "approved": one.approved,
        "rejected": one.rejected, "open": one.open, "costs": one.costs.told(),
    }  # fmt: skip
