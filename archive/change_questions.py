"""Questions about change requests: what is not carried into documents, what is open, how old.

Where a moment or a day is asked for, entries are as they stood then; documents are those that the
viewer may read now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from archive.asking import Asked, Column, Row
from archive.bulk import chunked
from archive.change_affected import affected_of
from archive.change_states import CHANGES, FIRST, PAST_DECISION
from archive.models import (
    Affected,
    AffectedAnswer,
    Document,
    Entry,
    Identifier,
    Reference,
    Ruling,
    Version,
)
from archive.records import file_number
from archive.register_fields import STATES
from archive.register_values import Values, load_rows, values_on

#: Fields of entries that the questions speak of: all others stay in the database.
NAMED: Final = (
    "number", "title", "state", "requester", "received_on", "decided_on", "authority", "decision",
)  # fmt: skip
#: Ages in days that the table of states tells apart; what is older stands in the last column.
AGES: Final = (30, 90, 365)

NOT_CARRIED: Final = (
    Column("change", CHANGES), Column("title"), Column("state", "state"),
    Column("decided_on", "day"), Column("document", "document"), Column("version", "figure"),
    Column("days", "figure"),
)  # fmt: skip
OPEN: Final = (
    Column("change", CHANGES), Column("title"), Column("state", "state"), Column("requester"),
    Column("received_on", "day"), Column("days", "figure"),
)  # fmt: skip
BY_STATE: Final = (
    Column("state", "state"), Column("changes", "figure"),
    *(Column(f"within_{days}", "figure") for days in AGES), Column("older", "figure"),
    Column("oldest", CHANGES),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeThen:
    """A change request with its values as they stood."""

    id: int
    created_at: datetime
    values: Values

    @property
    def state(self) -> str:
        """Where it was."""
        return self.values.get("state", FIRST)

    @property
    def begun(self) -> str:
        """The day on which it came in."""
        return self.values.get("received_on") or self.created_at.date().isoformat()

    @property
    def code(self) -> str:
        """Its number."""
        return self.values["number"]

    @property
    def title(self) -> str:
        """What is to change."""
        return self.values.get("title", "")


def changes_then(
    session: Session, asked: Asked, *more: ColumnElement[bool]
) -> Iterator[ChangeThen]:
    """Those that the viewer reads, as they stood then; `more` conditions are of now alone."""
    is_now = asked.as_of is None and asked.on is None
    named = [Entry.fields[name].as_string().label(name) for name in NAMED]
    statement = select(Entry.id, Entry.created_at, *named).where(
        Entry.register == CHANGES, Entry.collection_id.in_(asked.viewer.reads)
    )
    if asked.as_of is not None:
        statement = statement.where(Entry.created_at <= asked.as_of)
    rows = session.execute(statement.where(*(more if is_now else ())).order_by(Entry.id)).all()
    if is_now:
        for entry_id, created_at, *named_values in rows:
            said = dict(zip(NAMED, named_values, strict=True))
            yield ChangeThen(
                entry_id, created_at, {name: value for name, value in said.items() if value}
            )
        return
    stood = load_rows(session, [row.id for row in rows], asked.as_of)
    day = None if asked.on is None else asked.on.isoformat()
    for row in rows:
        values = values_on(stood[row.id], day)
        if "number" in values:
            yield ChangeThen(row.id, row.created_at, values)


def _in_state(*states: str) -> ColumnElement[bool]:
    state = Entry.fields["state"].as_string()
    is_one = state.in_(states)
    return or_(is_one, state.is_(None)) if FIRST in states else is_one


def _days(begun: str, today: date) -> int:
    return max(0, (today - date.fromisoformat(begun)).days)


def not_carried(session: Session, asked: Asked) -> Sequence[Row]:
    """Approved changes with each document that no version carries so far, the oldest first."""
    changes = [one for one in changes_then(session, asked, _in_state("approved"))
               if one.state == "approved"]  # fmt: skip
    found: list[Row] = []
    is_now = asked.as_of is None and asked.on is None
    ids = [one.id for one in changes]
    quick = (
        _never_cited(session, ids) if is_now else dict.fromkeys(_without_effect(session, ids), ())
    )
    for one in changes:
        left: Sequence[tuple[int, int]] | None = quick.get(one.id)
        if left is None:
            entry = session.get_one(Entry, one.id)
            every = affected_of(session, entry, as_of=asked.as_of, on=asked.on)
            left = [(int(it.document[2:]), it.version) for it in every if not it.answer]
        day = one.values.get("decided_on") or one.begun
        found += [
            (
                one.code, one.title, one.state, day, file_number(document_id), number,
                _days(day, asked.today),
            )
            for document_id, number in left
        ]  # fmt: skip
    return sorted(found, key=lambda row: (row[3], row[0], row[4]))


def _without_effect(session: Session, entry_ids: Sequence[int]) -> set[int]:
    """Those that never affected a document."""
    found = set(entry_ids)
    for chunk in chunked(entry_ids):
        found -= set(session.scalars(select(Affected.entry_id).where(Affected.entry_id.in_(chunk))))
    return found


def _never_cited(session: Session, entry_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """By change request (document, version) of what is open, where nothing may answer any of it.

    A change request is left out where some version of an open document cites its number, or leads
    to it: what that answers is looked at one by one. Those that affect nothing have no rows.
    """
    found: dict[int, list[tuple[int, int]]] = {entry_id: [] for entry_id in entry_ids}
    for chunk in chunked(entry_ids):
        for entry_id, document_id, number, may_be in session.execute(_open_affected(chunk)):
            if may_be:
                found.pop(entry_id, None)
            elif entry_id in found:
                found[entry_id].append((document_id, number))
    return found


def _open_affected(entry_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    answered = exists().where(
        AffectedAnswer.affected_id == Affected.id, AffectedAnswer.retracted_at.is_(None)
    )
    cites = exists().where(
        Reference.document_id == Version.document_id,
        Reference.retracted_at.is_(None),
        or_(
            Reference.fixed_entry_id == Affected.entry_id,
            and_(Reference.scheme == Identifier.scheme, Reference.key == Identifier.key),
        ),
        Identifier.entry_id == Affected.entry_id,
    )
    ruled = exists().where(Ruling.document_id == Version.document_id)
    return (
        select(Affected.entry_id, Version.document_id, Version.number, or_(cites, ruled))
        .join(Version, Version.id == Affected.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(Entry, Entry.id == Affected.entry_id)
        .where(
            Affected.entry_id.in_(entry_ids),
            Affected.retracted_at.is_(None),
            Document.collection_id == Entry.collection_id,
            ~answered,
        )
    )


def open_changes(session: Session, asked: Asked) -> Sequence[Row]:
    """Change requests that are not over, the oldest first."""
    wanted = [state for state in STATES if state not in PAST_DECISION]
    return sorted(
        (
            (
                one.code, one.title, one.state, one.values.get("requester"), one.begun,
                _days(one.begun, asked.today),
            )
            for one in changes_then(session, asked, _in_state(*wanted))
            if one.state in wanted
        ),
        key=lambda row: (row[4], row[0]),
    )  # fmt: skip


def by_state(session: Session, asked: Asked) -> Sequence[Row]:
    """How many change requests are in each state, by their age in days."""
    ages: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for one in changes_then(session, asked):
        ages[one.state].append((_days(one.begun, asked.today), one.code))
    rows: list[Row] = []
    for state in (state for state in STATES if state in ages):
        days = [age for age, _ in ages[state]]
        counts, last = [], -1
        for most in AGES:
            counts.append(sum(last < age <= most for age in days))
            last = most
        rows.append((state, len(days), *counts, sum(age > last for age in days),
                     max(ages[state])[1]))  # fmt: skip
    return rows
