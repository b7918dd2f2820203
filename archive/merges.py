"""Entries that are one: which one stands for the others, for a viewer.

A merge moves nothing. Every read takes an entry for the one that it was merged into, so that all
that leads to the one leads to the other, whatever comes later; and when the merge is taken back
everything is as if it had not been made. A merge into what the viewer may not see is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from archive import events
from archive.access import Right, Viewer
from archive.db import serialise
from archive.errors import Conflict, NotFound, UsageError
from archive.models import Entry, EntryMerge
from archive.register_saving import LOCK
from archive.then import standing


@dataclass(frozen=True, slots=True)
class Merged:
    """Entries and the ones that stand for them, as a viewer sees it."""

    into: dict[int, int]  # by the id of an entry, of the one that it was merged into

    def of(self, entry_id: int) -> int:
        """The entry that stands for this one: itself, where it was not merged."""
        return self.into.get(entry_id, entry_id)

    def whole(self, entry_ids: Iterable[int]) -> dict[int, int]:
        """All entries for which these stand, with the one that stands for each."""
        wanted = {self.of(entry_id) for entry_id in entry_ids}
        found = {entry_id: entry_id for entry_id in wanted}
        found.update({one: into for one, into in self.into.items() if into in wanted})
        return found


def merged(session: Session, viewer: Viewer, as_of: datetime | None = None) -> Merged:
    """What stands of merges (stood then) between entries that the viewer sees; they are few."""
    into = aliased(Entry)
    rows = session.execute(
        select(EntryMerge.entry_id, EntryMerge.into_id)
        .join(Entry, Entry.id == EntryMerge.entry_id)
        .join(into, into.id == EntryMerge.into_id)
        .where(standing(EntryMerge, as_of), into.collection_id.in_(viewer.reads))
        .where(Entry.collection_id.in_(viewer.reads))
        .order_by(EntryMerge.id)
    )
    latest: dict[int, int] = {row[0]: row[1] for row in rows}
    return Merged({entry_id: _last(latest, entry_id) for entry_id in latest})


def _last(latest: dict[int, int], entry_id: int) -> int:
    """Where a chain ends; two people who see different entries can make one, or even a ring."""
    way = [entry_id]
    while (into := latest.get(way[-1])) is not None:
        if into in way:
            return min(way[way.index(into) :])
        way.append(into)
    return way[-1]


def standing_for(viewer: Viewer, entry_id: Any) -> ColumnElement[int]:
    """In SQL the id of the entry into which the one in a column was merged, else its own."""
    merge, into = aliased(EntryMerge), aliased(Entry)
    latest = (
        select(merge.into_id)
        .join(into, into.id == merge.into_id)
        .where(
            merge.entry_id == entry_id,
            merge.retracted_at.is_(None),
            into.collection_id.in_(viewer.reads),
        )
        .order_by(merge.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(latest, entry_id)


def merge(session: Session, viewer: Viewer, entry_id: int, into_id: int, at: datetime) -> None:
    """From now on one entry is another; with all that were merged into it before.

    Raises `NotFound`, `NotAllowed`; `UsageError` where they are no two entries of one register,
    `Conflict` where one of them was merged already.
    """
    serialise(session, LOCK)
    entry, into = (_writable(session, viewer, one) for one in (entry_id, into_id))
    if entry.id == into.id or entry.register != into.register:
        raise UsageError("Two entries of one register can be merged, not one with itself.")
    stands = merged(session, viewer)
    for one in (entry, into):
        if stands.of(one.id) != one.id:
            raise Conflict("%(name)s was merged with another entry already.", name=one.name)
    rows = [
        {"entry_id": one, "into_id": into.id, "recorded_at": at, "user_id": viewer.account_id}
        for one in stands.whole([entry.id])
    ]
    session.execute(insert(EntryMerge), rows)
    _record(session, viewer, "entries-merged", entry, into, at)


def part(session: Session, viewer: Viewer, entry_id: int, at: datetime) -> int:
    """Take the latest merge of an entry back; the id of the one that it was merged into.

    What came since then goes where it belongs. Raises `NotFound`, `NotAllowed`.
    """
    serialise(session, LOCK)
    entry = _writable(session, viewer, entry_id)
    row = session.scalars(
        select(EntryMerge)
        .join(Entry, Entry.id == EntryMerge.into_id)
        .where(EntryMerge.entry_id == entry_id, EntryMerge.retracted_at.is_(None))
        .where(Entry.collection_id.in_(viewer.reads))
        .order_by(EntryMerge.id.desc())
    ).first()
    if row is None:
        raise NotFound("merge", entry.name)
    into = _writable(session, viewer, row.into_id)
    session.execute(
        update(EntryMerge)
        .where(
            EntryMerge.into_id == row.into_id,
            EntryMerge.recorded_at == row.recorded_at,
            EntryMerge.retracted_at.is_(None),
        )
        .values(retracted_at=at)
    )
    _record(session, viewer, "entries-parted", entry, into, at)
    return into.id


def parts_of(session: Session, viewer: Viewer, entry_id: int) -> list[Entry]:
    """The entries that were merged into this one, by name."""
    whole = merged(session, viewer).whole([entry_id])
    rows = session.scalars(select(Entry).where(Entry.id.in_(whole), Entry.id != entry_id))
    return sorted(rows, key=lambda entry: (entry.key, entry.id))


def _writable(session: Session, viewer: Viewer, entry_id: int) -> Entry:
    entry = session.get(Entry, entry_id)
    if entry is None or entry.collection_id not in viewer.reads:
        raise NotFound("entry", entry_id)
    viewer.require(Right.FILE, entry.collection_id)
    return entry


def _record(
    session: Session, viewer: Viewer, kind: str, entry: Entry, into: Entry, at: datetime
) -> None:
    """One event for each of the two, so that who reads one collection learns of that one only."""
    for one in (entry, into):
        events.record(
            session,
            at,
            kind,
            actor=viewer.actor,
            collection_id=one.collection_id,
            entry_id=one.id,
            register=entry.register,
        )
