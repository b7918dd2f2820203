"""What changes were estimated to cost, were approved for, and were billed for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.change_states import CHANGES
from archive.documents import load_views
from archive.models import Approval, EntryValue
from archive.need_documents import Then, speaking_of_entries
from archive.then import facts_then, standing

#: Kinds of documents that bill, and the sign of what they bill.
BILLING: Final = {"invoice": 1, "credit-note": -1}
FIELDS: Final = ("cost_amount", "cost_currency", "cost_kind")
DECISIVE: Final = ("approved", "incorporated", "rejected", "deferred", "withdrawn")
APPROVED: Final = ("approved", "incorporated")


class Money(defaultdict[tuple[str, str], Decimal]):
    """Sums by currency and by once or running ("" where that is not said)."""

    def __init__(self) -> None:
        super().__init__(Decimal)

    def add(self, other: Mapping[tuple[str, str], Decimal]) -> None:
        """Add other sums."""
        for key, amount in other.items():
            self[key] += amount

    def told(self) -> list[dict[str, str]]:
        """As the API tells it."""
        return [
            {"amount": f"{amount:f}", "currency": currency, "kind": kind}
            for (currency, kind), amount in sorted(self.items())
        ]


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one change request, or of several."""

    estimated: Money = field(default_factory=Money)
    approved: Money = field(default_factory=Money)
    invoiced: Money = field(default_factory=Money)
    invoices: frozenset[int] = frozenset()  # documents
    is_approved: bool = False

    def told(self) -> dict[str, list[dict[str, str]]]:
        """As the API tells it."""
        return {
            "estimated": self.estimated.told(), "approved": self.approved.told(),
            "invoiced": self.invoiced.told(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Billed:
    """What each invoice bills, by document, and which of them speak of which change request."""

    amounts: Mapping[int, tuple[str, Decimal]]
    by_change: Mapping[int, set[int]]

    def of(self, changes: Iterable[int]) -> tuple[frozenset[int], Money]:
        """The invoices of these changes, each counted once, and their sums."""
        ids = {one for change in changes for one in self.by_change.get(change, ())}
        ids &= set(self.amounts)
        sums = Money()
        for one in ids:
            currency, amount = self.amounts[one]
            sums[currency, ""] += amount
        return frozenset(ids), sums


def load_billed(session: Session, viewer: Viewer, change_ids: Sequence[int], then: Then) -> Billed:
    """What was billed for these change requests: without tax, where the invoice says that."""
    entries = dict.fromkeys(change_ids, CHANGES)
    speaking = speaking_of_entries(session, viewer, entries, then.as_of)
    documents = sorted({one for some in speaking.values() for one in some})
    views = load_views(session, viewer, ids=documents, as_of=then.as_of, on=then.on)
    bills = [view for view in views if view.version.kind in BILLING]
    net: dict[int, str] = {}
    ids = [view.version.id for view in bills]
    for version_id, _, value in facts_then(session, ids, ("net_total",), then.as_of):
        net.setdefault(version_id, value)
    amounts: dict[int, tuple[str, Decimal]] = {}
    for view in bills:
        version = view.version
        amount = _decimal(net.get(version.id) or version.total)
        if amount is not None:
            sign = BILLING[version.kind or "invoice"]
            amounts[view.document.id] = (version.currency or "", sign * abs(amount))
    return Billed(amounts, speaking)


def load_costs(
    session: Session, changes: Mapping[int, str], billed: Billed, as_of: datetime | None
) -> dict[int, Costs]:
    """By change request its costs; `changes` are their states."""
    values = _values(session, list(changes), as_of)
    decided = _approvals(session, list(changes), as_of)
    found = {}
    for change, state in changes.items():
        rows = values.get(change, [])
        first = next((row for row in rows if row.field == "cost_amount" and row.value), None)
        invoices, invoiced = billed.of([change])
        is_approved = _is_approved(rows, state)
        found[change] = Costs(
            _at(rows, first.recorded_at) if first else Money(),
            _at(rows, decided.get(change) or as_of) if is_approved else Money(),
            invoiced, invoices, is_approved,
        )  # fmt: skip
    return found


def _is_approved(rows: Sequence[EntryValue], state: str) -> bool:
    """Is it approved, or was it before it was closed?"""
    said = [row.value for row in rows if row.field == "state" and row.value in DECISIVE]
    return (said[-1] if state == "closed" and said else state) in APPROVED


def _values(
    session: Session, ids: Sequence[int], as_of: datetime | None
) -> dict[int, list[EntryValue]]:
    """What was said of costs and states, also what counts no more, in its order."""
    found: dict[int, list[EntryValue]] = defaultdict(list)
    for chunk in chunked(ids):
        statement = select(EntryValue).where(
            EntryValue.entry_id.in_(chunk), EntryValue.field.in_((*FIELDS, "state"))
        )
        if as_of is not None:
            statement = statement.where(EntryValue.recorded_at <= as_of)
        for row in session.scalars(statement.order_by(EntryValue.id)):
            found[row.entry_id].append(row)
    return found


def _approvals(session: Session, ids: Sequence[int], as_of: datetime | None) -> dict[int, datetime]:
    """By change request when the last one approved it."""
    found: dict[int, datetime] = {}
    for chunk in chunked(ids):
        rows = session.execute(
            select(Approval.entry_id, Approval.recorded_at)
            .where(
                Approval.entry_id.in_(chunk),
                Approval.decision == "approve",
                standing(Approval, as_of),
            )
            .order_by(Approval.id)
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def _at(rows: Sequence[EntryValue], moment: datetime | None) -> Money:
    """What it was said to cost at a moment; the currency and kind also if they were said later."""
    said: dict[str, str] = {}
    for name in FIELDS:
        own = [row for row in rows if row.field == name and row.value]
        stood = [row for row in own if _stood(row, moment)] or (own if name != FIELDS[0] else [])
        if stood:
            said[name] = max(stood, key=lambda row: (row.happened_on or "", row.id)).value or ""
    found, amount = Money(), _decimal(said.get("cost_amount"))
    if amount is not None:
        found[said.get("cost_currency", ""), said.get("cost_kind", "")] += amount
    return found


def _stood(row: EntryValue, moment: datetime | None) -> bool:
    if moment is None:
        return row.retracted_at is None
    return row.recorded_at <= moment and (row.retracted_at is None or row.retracted_at > moment)


def _decimal(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
