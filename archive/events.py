"""The append-only record: one canonical JSON line for each thing done, in the transaction of it.

A line speaks of people and things by id: no names, no document text, no paths. Its leaf hash is
SHA-256 over a zero byte and the line (RFC 9162, section 2.1.1), so that trees, checkpoints and
proofs can be built over the leaves. Numbers have no gaps: they are drawn last, just before commit.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.orm import Session

from archive import merkle
from archive.bulk import insert_rows
from archive.counters import draw
from archive.models import Counter, Event, utc_text

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of the running transaction that has no number yet."""

    at: datetime
    kind: str
    actor: str  # "user:12", "token:4", "system"
    collection_id: int | None
    document_id: int | None
    entry_id: int | None
    details: dict[str, Any]
    matter_id: int | None = None


def record(
    session: Session,
    at: datetime,
    kind: str,
    *,
    actor: str = SYSTEM,
    collection_id: int | None = None,
    document_id: int | None = None,
    entry_id: int | None = None,
    **details: Any,
) -> None:
    """Say that something was done; written with a number when the transaction commits.

    `details` are integers, strings, booleans and lists of them: ids, hashes and words of ours.
    """
    session.info.setdefault("events", []).append(
        Recorded(at, kind, actor, collection_id, document_id, entry_id, details)
    )


def record_in_matter(
    session: Session,
    at: datetime,
    kind: str,
    matter_id: int | None,
    *,
    actor: str,
    is_refusal: bool = False,
    **details: Any,
) -> None:
    """Say that something was done in a matter: no list of another kind ever has such an event.

    That is why documents stand among the details (`documents`), not where events are looked for
    by document. What is a refusal is written even where the transaction is taken back for it.
    Without a matter it is one that nobody reads: who asked for a matter that is not there.
    """
    session.info.setdefault("refusals" if is_refusal else "events", []).append(
        Recorded(at, kind, actor, None, None, None, details, matter_id)
    )


def record_refusal(
    session: Session,
    at: datetime,
    kind: str,
    *,
    actor: str = SYSTEM,
    collection_id: int | None = None,
    entry_id: int | None = None,
    **details: Any,
) -> None:
    """Say that something was refused; written even where the transaction is taken back for it."""
    session.info.setdefault("refusals", []).append(
        Recorded(at, kind, actor, collection_id, None, entry_id, details)
    )


def keep_refusals(session: Session) -> None:
    """Write the refusals of a transaction that ended without a commit, and nothing else of it."""
    if "refusals" in session.info:
        session.rollback()
        session.info.pop("events", None)
        write_recorded(session)
        session.commit()


def last_number(session: Session) -> int:
    """The number of the last event; 0 where there is none."""
    return session.scalar(select(func.max(Event.number))) or 0


def write_recorded(session: Session) -> None:
    """Give the recorded events their numbers and write them. Called once, just before commit."""
    recorded: list[Recorded] = session.info.pop("events", [])
    recorded += session.info.pop("refusals", [])
    if not recorded:
        return
    session.flush()
    first = draw(session, "event", len(recorded))
    rows = [_row(number, event) for number, event in enumerate(recorded, first)]
    insert_rows(session, Event, rows)


def _row(number: int, event: Recorded) -> dict[str, Any]:
    body: dict[str, Any] = {
        "number": number,
        "at": utc_text(event.at),
        "kind": event.kind,
        "actor": event.actor,
        "salt": secrets.token_hex(16),
    }
    if event.collection_id is not None:
        body["collection"] = event.collection_id
    if event.document_id is not None:
        body["document"] = event.document_id
    if event.entry_id is not None:
        body["entry"] = event.entry_id
    if event.matter_id is not None:
        body["matter"] = event.matter_id
    if event.details:
        body["details"] = event.details
    return _columns(body, event.at, canonical(body))


def row_of(line: str) -> dict[str, Any]:
    """The row of an event that was written before. Raises ValueError where it is none."""
    try:
        body = json.loads(line)
        return _columns(body, datetime.fromisoformat(body["at"]), line)
    except (LookupError, TypeError) as error:
        raise ValueError("no event") from error


def _columns(body: dict[str, Any], at: datetime, line: str) -> dict[str, Any]:
    return {
        "number": body["number"],
        "at": at,
        "kind": body["kind"],
        "actor": body["actor"],
        "collection_id": body.get("collection"),
        "document_id": body.get("document"),
        "entry_id": body.get("entry"),
        "matter_id": body.get("matter"),
        "line": line,
        "leaf": leaf_hash(line),
    }


def canonical(body: dict[str, Any]) -> str:
    """JSON in one form only: sorted keys, no spaces, ASCII, no floats."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def leaf_hash(line: str) -> str:
    """RFC 9162's leaf hash of a line, in hex."""
    return merkle.leaf_hash(line.encode()).hex()


def damage(session: Session) -> list[str]:
    """What is wrong with the record: gaps, changed lines. Sentences; none if it is whole."""
    found = []
    expected = 1
    # first: others may write more meanwhile
    last = session.scalar(select(Counter.value).where(Counter.name == "event")) or 0
    statement = select(
        Event.number,
        type_coerce(Event.at, Text).label("at"),  # as it is written, whatever that is
        Event.kind,
        Event.actor,
        Event.collection_id,
        Event.document_id,
        Event.entry_id,
        Event.matter_id,
        Event.line,
        Event.leaf,
    ).order_by(Event.number)
    for row in session.execute(statement.execution_options(yield_per=5000)):
        if row.number != expected:
            found.append(f"Events {expected} to {row.number - 1} are missing from the record.")
        if leaf_hash(row.line) != row.leaf or not _says_the_same(row):
            found.append(f"Event {row.number} is not what was written.")
        expected = row.number + 1
    if last > expected - 1:
        found.append(f"The record ends at event {expected - 1}; {last} were written.")
    return found


def _says_the_same(row: Any) -> bool:
    """Do the columns of an event say what its line says?"""
    try:
        body = json.loads(row.line)
    except ValueError:
        return False
    columns = {
        "number": row.number,
        "at": row.at,
        "kind": row.kind,
        "actor": row.actor,
        "collection": row.collection_id,
        "document": row.document_id,
        "entry": row.entry_id,
        "matter": row.matter_id,
    }
    return all(body.get(name) == value for name, value in columns.items())
