"""Contracts in force: from when until when, how they go on or are given notice of, what ends soon.

What a contract says stands until an amendment says otherwise; of several the latest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.asking import Asked, Column, Row
from archive.chain import CONTRACTS
from archive.periods import Period
from archive.records import file_number
from archive.then import facts_then
from archive.trade import Trade, TradeDocument, load_trade

NOTICE, RENEWAL = "notice_period", "renewal"
#: So many days ahead it is said what runs out.
AHEAD: Final = (30, 60, 90)

IN_FORCE: Final = (
    Column("document", "document"), Column("number"), Column("title"), Column("party"),
    Column("effective_from", "day"), Column("expires_on", "day"), Column("days", "figure"),
    Column("renewal", "period"), Column("notice_period", "period"), Column("notice_by", "day"),
    Column("amended_by", "documents"),
)  # fmt: skip
RUNNING_OUT: Final = (Column("within", "figure"), *IN_FORCE)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with its amendments, as it stands."""

    document: TradeDocument
    amendments: tuple[TradeDocument, ...]
    begins: str  # ISO; empty where nothing says
    ends: str
    notice: Period | None
    renewal: Period | None  # for so long it goes on again and again, unless notice is given
    replaced_from: str = ""  # from when another one takes its place; empty: none does

    def ends_by(self, today: date) -> date | None:
        """Its end; where it renews itself, that of the period that runs on the day."""
        if not self.ends:
            return None
        ends = date.fromisoformat(self.ends)
        try:
            return self.renewal.until(ends, today) if self.renewal else ends
        except OverflowError:
            return None

    def is_in_force(self, day: date) -> bool:
        """Does it hold on that day, as far as anybody knows?"""
        ends = self.ends_by(day)
        return (
            (self.begins or self.document.date) <= day.isoformat()
            and (ends is None or ends >= day)
            and not self.is_replaced(day.isoformat())
        )

    def is_replaced(self, day: str) -> bool:
        """Had another one taken its place by that ISO day?"""
        return bool(self.replaced_from) and self.replaced_from <= day

    def is_over(self, day: str) -> bool:
        """Had it ended before that ISO day, and does nothing go on in its place?"""
        goes_on = self.renewal is not None or self.is_replaced(day)
        return bool(self.ends) and not goes_on and self.ends < day

    def notice_by(self, today: date) -> str:
        """The last day on which notice can be given before it ends, or goes on once more."""
        ends = self.ends_by(today)
        if ends is None or self.notice is None:
            return ""
        try:
            return self.notice.after(ends, -1).isoformat()
        except OverflowError:
            return ""


def load_contracts(
    session: Session, trade: Trade, *, as_of: datetime | None = None
) -> dict[int, Contract]:
    """By document the contracts of `trade`."""
    replaced = _replaced(trade)
    found = {}
    every = trade.of_kinds("contract")
    amending = {one.id: trade.amendments(one.id) for one in every}
    said = _periods(session, [one for some in amending.values() for one in some] + every, as_of)
    for one in every:
        line = (one, *amending[one.id])
        periods = [said.get(each.version_id, {}) for each in line]
        found[one.id] = Contract(
            one,
            line[1:],
            one.begins,
            _latest(each.ends for each in line),
            _last(some.get(NOTICE) for some in periods),
            _last(some.get(RENEWAL) for some in periods),
            replaced.get(one.id, ""),
        )
    return found


def contracts_of(
    session: Session, viewer: Viewer, *, as_of: datetime | None = None, on: date | None = None
) -> dict[int, Contract]:
    """All contracts that the viewer reads (read then), by document."""
    kinds = sorted(CONTRACTS)
    trade = load_trade(session, viewer, as_of=as_of, on=on, kinds=kinds)
    return load_contracts(session, trade, as_of=as_of)


def _latest(said: Iterable[str]) -> str:
    return next((one for one in reversed(list(said)) if one), "")


def _last(said: Iterable[Period | None]) -> Period | None:
    return next((one for one in reversed(list(said)) if one), None)


def _replaced(trade: Trade) -> dict[int, str]:
    """By document from which ISO day on another one has its place, as far as anybody knows."""
    found: dict[int, str] = {}
    for link in (link for links in trade.up.values() for link in links):
        if link.source != link.target and link.relation in ("supersedes", "superseded-by"):
            ends = (link.target, link.source)
            old, new = ends if link.relation == "supersedes" else reversed(ends)
            later = trade.documents[new]
            day = later.begins or later.day
            found[old] = min(day, found.get(old, day))
    return found


def _periods(
    session: Session, documents: Sequence[TradeDocument], as_of: datetime | None
) -> Mapping[int, dict[str, Period]]:
    """By version what it says of notice and renewal; a person's word comes first."""
    found: dict[int, dict[str, Period]] = {}
    versions = {one.version_id for one in documents}
    for version_id, name, value in facts_then(session, versions, (NOTICE, RENEWAL), as_of):
        if period := Period.read(value):
            found.setdefault(version_id, {}).setdefault(name, period)
    return found


def in_force(session: Session, asked: Asked) -> Sequence[Row]:
    """Contracts that hold on the day, those that end first before the others."""
    rows = [_row(one, asked.today) for one in _holding(session, asked)]
    return sorted(rows, key=lambda row: (row[5] is None, row[5] or "", row[0]))


def running_out(session: Session, asked: Asked) -> Sequence[Row]:
    """Those of them that end within 90 days, or whose last day for notice comes within them."""
    found: list[Row] = []
    for one in _holding(session, asked):
        notice = one.notice_by(asked.today)
        days = [one.ends_by(asked.today), date.fromisoformat(notice) if notice else None]
        left = [(day - asked.today).days for day in days if day and day >= asked.today]
        within = next((most for most in AHEAD if left and min(left) <= most), None)
        if within is not None:
            found.append((within, *_row(one, asked.today)))
    return sorted(found, key=lambda row: (row[6] is None, row[6] or "", row[1]))


def _holding(session: Session, asked: Asked) -> list[Contract]:
    every = contracts_of(session, asked.viewer, as_of=asked.as_of, on=asked.on).values()
    return [one for one in every if one.is_in_force(asked.today)]


def _row(one: Contract, today: date) -> Row:
    ends = one.ends_by(today)
    return (
        file_number(one.document.id), one.document.number, one.document.title,
        "; ".join(one.document.parties), one.begins or one.document.date or None,
        ends.isoformat() if ends else None, (ends - today).days if ends else None,
        str(one.renewal) if one.renewal else None, str(one.notice) if one.notice else None,
        one.notice_by(today) or None,
        "; ".join(file_number(amendment.id) for amendment in one.amendments) or None,
    )  # fmt: skip
