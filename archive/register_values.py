"""The values of entries under two clocks: since when they held, and since when we knew.

A field has at most one standing value for each day from which one held, and one without a day,
which held before all others. What is replaced stays, with the time at which it was retracted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from archive.models import EntryValue
from archive.then import standing

IN_CHUNK = 500

Values = dict[str, str]  # field: value in stored form; what is not said is not there


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One standing value. `value` None: from that day on there is none."""

    id: int  # 0: not written yet
    field: str
    value: str | None
    day: str | None  # since when it holds, ISO; None: before every day


@dataclass(frozen=True, slots=True)
class Change:
    """A field is to have this value, from `day` on.

    Without a day it sets right the value that shows; if `is_exact` the one that has no day.
    """

    field: str
    value: str | None
    day: str | None = None
    is_exact: bool = False


@dataclass(slots=True)
class Plan:
    """What changes would do to the values of one entry."""

    rows: list[ValueRow]  # those that stand afterwards
    gone: list[int] = field(default_factory=list)

    @property
    def fresh(self) -> list[ValueRow]:
        """The values that are to be written."""
        return [row for row in self.rows if not row.id]

    @property
    def is_nothing(self) -> bool:
        """Is all as it was?"""
        return not self.gone and not self.fresh


def load_rows(
    session: Session, entry_ids: Iterable[int], as_of: datetime | None = None
) -> dict[int, list[ValueRow]]:
    """The values that stand (stood then) of these entries, in the order of their days."""
    found: dict[int, list[ValueRow]] = defaultdict(list)
    wanted = sorted(entry_ids)
    for start in range(0, len(wanted), IN_CHUNK):
        rows = session.execute(
            select(
                EntryValue.entry_id, EntryValue.id, EntryValue.field, EntryValue.value,
                EntryValue.happened_on,
            ).where(
                EntryValue.entry_id.in_(wanted[start : start + IN_CHUNK]),
                standing(EntryValue, as_of),
            )
        )  # fmt: skip
        for entry_id, row_id, name, value, day in rows:
            found[entry_id].append(ValueRow(row_id, name, value, day))
    for values_of_one in found.values():
        values_of_one.sort(key=_by_day)
    return found


def _by_day(row: ValueRow) -> tuple[str, str]:
    return (row.day or "", row.field)


def values_on(rows: Sequence[ValueRow], on: str | None = None) -> Values:
    """The value of each field on that ISO day; without one, the last that is known."""
    found: dict[str, str | None] = {}
    for row in rows:
        if on is None or row.day is None or row.day <= on:
            found[row.field] = row.value
    return {name: value for name, value in found.items() if value is not None}


def plan(rows: Sequence[ValueRow], changes: Iterable[Change]) -> Plan:
    """What these changes would do, in their order. Saying what is said already does nothing."""
    stands = {(row.field, row.day): row for row in rows}
    gone: list[int] = []
    for change in changes:
        day = change.day
        if day is None and not change.is_exact:
            days = [known for name, known in stands if name == change.field]
            day = max(days, key=lambda known: known or "", default=None)
        place = (change.field, day)
        known = stands.get(place)
        if known is not None and known.value == change.value:
            continue
        if known is not None:
            if known.id:
                gone.append(known.id)
            del stands[place]
        if change.value is not None or day is not None:
            stands[place] = ValueRow(0, change.field, change.value, day)
    return Plan(sorted(stands.values(), key=_by_day), gone)


def write(
    session: Session, plans: Mapping[int, Plan], at: datetime, *, user_id: int | None
) -> None:
    """Carry out plans, by entry."""
    gone = [row_id for one in plans.values() for row_id in one.gone]
    for start in range(0, len(gone), IN_CHUNK):
        session.execute(
            update(EntryValue)
            .where(EntryValue.id.in_(gone[start : start + IN_CHUNK]))
            .values(retracted_at=at)
        )
    fresh = [
        {
            "entry_id": entry_id,
            "field": row.field,
            "value": row.value,
            "happened_on": row.day,
            "recorded_at": at,
            "user_id": user_id,
        }
        for entry_id, one in plans.items()
        for row in one.fresh
    ]
    if fresh:  # past the ORM, whose bookkeeping costs more than the rows
        session.connection().execute(insert(EntryValue), fresh)
