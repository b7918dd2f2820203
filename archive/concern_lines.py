"""Quality concerns that are late, or that nobody answers for, as lines of the attention list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, cast, func, null, or_, select
from sqlalchemy.orm import Session

from archive.asides import not_aside
from archive.attention_lines import Line, line_of
from archive.concern_states import CONCERNS, FIRST
from archive.models import Entry
from archive.wanting import Asked, is_kept, name_of

CONCERN: Final = "concern"


def is_open() -> ColumnElement[bool]:
    """Is an entry of the register of concerns open?"""
    return func.coalesce(Entry.fields["state"].as_string(), FIRST) == FIRST


def wanted(asked: Asked) -> Select[Any]:
    """Open ones without owner, or that should have been answered by now: (Entry,)."""
    due, owner = Entry.fields["due_on"].as_string(), Entry.fields["owner"].as_string()
    return (
        select(Entry)
        .where(
            Entry.register == CONCERNS,
            Entry.collection_id.in_(asked.viewer.reads),
            is_open(),
            or_(owner.is_(None), due < asked.today.isoformat()),
            is_kept(asked, cast(null(), Integer), Entry.collection_id),
            not_aside(name_of(CONCERN, Entry.id), asked.today),
        )
        .order_by(Entry.created_at, Entry.id)
    )


def lines(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
    """Lines of `wanted`: a late one since its day, another since it was entered."""
    return [_line(row[0], asked.today.isoformat()) for row in rows]


def _line(entry: Entry, today: str) -> Line:
    owner, due = entry.fields.get("owner", ""), entry.fields.get("due_on", "")
    is_late = "" < due < today
    sentence = CONCERN if is_late and owner else f"{CONCERN}-{'nobodys' if is_late else 'unowned'}"
    since = datetime.combine(date.fromisoformat(due), time.min, UTC) if is_late else None
    return line_of(
        f"{CONCERN}:{entry.id}",
        CONCERN,
        sentence,
        {"concern": entry.code, "title": entry.name, "owner": owner, "day": due},
        concern={"id": entry.id, "number": entry.code},
        since=since or entry.created_at,
        roots=frozenset(),
        home=entry.collection_id,
    )
