"""What was done with a change request beside writing its fields, as its events have it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from archive.history import names_of
from archive.models import Affected, Event, Version
from archive.records import file_number

KINDS: Final = (
    "change-moved", "change-decided", "move-refused", "change-affects", "change-affects-no-more",
    "change-answered", "change-answer-taken-back", "notice-made", "notice-sent", "notice-not-sent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One event. `details` are words: move, before, after, decision, answer, state, document."""

    at: datetime
    kind: str  # of KINDS
    who: str  # "" where the archive itself did it
    details: Mapping[str, str]


def steps_of(session: Session, entry_id: int, *, as_of: datetime | None = None) -> tuple[Step, ...]:
    """All steps of a change request that its reader may read, the newest first."""
    events = session.scalars(
        select(Event)
        .where(
            Event.entry_id == entry_id,
            Event.kind.in_(KINDS),
            true() if as_of is None else Event.at <= as_of,
        )
        .order_by(Event.number.desc())
    ).all()
    lines = [json.loads(event.line).get("details", {}) for event in events]
    names = names_of(session, {event.actor for event in events})
    documents = _documents(session, entry_id)
    return tuple(
        Step(event.at, event.kind, names.get(event.actor, ""), _words(details, documents))
        for event, details in zip(events, lines, strict=True)
    )


def _words(details: Mapping[str, Any], documents: Mapping[int, str]) -> dict[str, str]:
    words = {name: value for name, value in details.items() if isinstance(value, str)}
    return {**words, "document": documents.get(details.get("affected", 0), "")}


def _documents(session: Session, entry_id: int) -> dict[int, str]:
    """By affected row the file number of its document, which is (or was) in the collection."""
    rows = session.execute(
        select(Affected.id, Version.document_id)
        .join(Version, Version.id == Affected.version_id)
        .where(Affected.entry_id == entry_id)
    )
    return {row.id: file_number(row.document_id) for row in rows}
