"""The review of a change request: what is said of it, by whom, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.models import Account, EntryValue
from archive.registers import EntryView
from archive.then import standing

FIELDS: Final = ("relevance", "risks", "benefits", "costs", "cost_amount")


@dataclass(frozen=True, slots=True)
class Review:
    """What stands in one field. `who` is "" where nobody with an account wrote it."""

    field: str
    text: str
    who: str
    written_at: datetime


def review_of(
    session: Session, entry: EntryView, *, as_of: datetime | None = None, on: date | None = None
) -> tuple[Review, ...]:
    """Each field of the review that says something, as it stands (stood then)."""
    statement = (
        select(EntryValue, Account.name)
        .outerjoin(Account, Account.id == EntryValue.user_id)
        .where(
            EntryValue.entry_id == entry.id,
            EntryValue.field.in_(FIELDS),
            standing(EntryValue, as_of),
        )
        .order_by(EntryValue.id)
    )
    if on is not None:
        undated = EntryValue.happened_on.is_(None)
        statement = statement.where(or_(undated, EntryValue.happened_on <= on.isoformat()))
    found: dict[str, Review] = {}
    for row, who in session.execute(statement):
        if row.value is not None and row.value == entry.values.get(row.field):
            found[row.field] = Review(row.field, _text(entry, row), who or "", row.recorded_at)
    return tuple(found[name] for name in FIELDS if name in found)


def _text(entry: EntryView, row: EntryValue) -> str:
    if row.field != "cost_amount":
        return row.value or ""
    return " ".join(filter(None, (row.value, entry.values.get("cost_currency"))))
