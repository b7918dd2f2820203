"""Approved change requests whose documents are not all answered: they want a person.

When all are answered a change request is incorporated by itself (archive.change_moves.settle): so
each that is approved and affects something has a document that no version carries, or lacks an
approval since its costs grew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Integer, Select, cast, exists, func, null, select
from sqlalchemy.orm import Session

from archive.asides import not_aside
from archive.attention_lines import Line, line_of
from archive.change_affected import affected_of
from archive.change_states import CHANGES
from archive.models import Affected, Entry, EntryValue
from archive.wanting import Asked, is_kept, name_of

NOT_CARRIED: Final = "not-carried"
STATE: Final = "approved"


def wanted(asked: Asked) -> Select[Any, Any]:
    """Approved change requests that affect documents: (Entry, since when it is approved)."""
    since = (
        select(func.max(EntryValue.recorded_at))
        .where(
            EntryValue.entry_id == Entry.id,
            EntryValue.field == "state",
            EntryValue.retracted_at.is_(None),
        )
        .scalar_subquery()
    )
    affects = exists().where(Affected.entry_id == Entry.id, Affected.retracted_at.is_(None))
    return (
        select(Entry, since)
        .where(
            Entry.register == CHANGES,
            Entry.collection_id.in_(asked.viewer.reads),
            Entry.fields["state"].as_string() == STATE,
            affects,
            is_kept(asked, cast(null(), Integer), Entry.collection_id),
            not_aside(name_of(NOT_CARRIED, Entry.id), asked.today),
        )
        .order_by(since, Entry.id)
    )


def lines(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of `wanted`, with the documents that no version carries the change into."""
    found = []
    for entry, since in rows:
        left = [one.document for one in affected_of(session, entry) if not one.answer]
        found.append(
            line_of(
                f"{NOT_CARRIED}:{entry.id}",
                NOT_CARRIED,
                NOT_CARRIED if left else "lacks-authority",
                {"change": entry.code, "lacking": ", ".join(left)},
                change={"id": entry.id, "number": entry.code, "documents": left},
                since=since,
                roots=frozenset(),
                home=entry.collection_id,
            )
        )
    return found
