"""Events taken back from sealed files, into a database that was made again.

Numbers of users, tokens and entries by which they speak are given to nobody else: closed accounts
and ended tokens stand for those that are lost, and entries are numbered from there on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from archive import events
from archive.access import ROLES
from archive.anchoring import Sealed
from archive.bulk import insert_rows
from archive.counters import ENTRIES, raise_to
from archive.models import Account, Collection, Event, Token
from archive.receipts import Journal
from archive.sealing import CHUNK, FAR, History
from archive.table_lines import raise_sequence

LEAST: Final = "staff"
Said = dict[str, int | None]  # by name of a receipt the number of a collection


@dataclass(slots=True)
class _Spoken:
    """Of whom and what events speak: roles by user, users by token, the last entry."""

    users: dict[int, str] = field(default_factory=dict)
    tokens: dict[int, int] = field(default_factory=dict)
    entry: int = 0

    def hear(self, event: dict[str, Any]) -> None:
        """An event, or a receipt: both name who did it."""
        kind, _, number = event.get("actor", "").partition(":")
        if kind == "user" and number.isdigit():
            self.users.setdefault(int(number), LEAST)
        details = event.get("details", {})
        user, role = details.get("user"), details.get("role")
        if isinstance(user, int):
            self.users[user] = role if role in ROLES else self.users.get(user, LEAST)
            if isinstance(details.get("token"), int):
                self.tokens[details["token"]] = user
        is_entry = details.get("target_type", "document") not in ("", "document")
        led = details.get("target", 0) if is_entry else 0
        self.entry = max(self.entry, event.get("entry", 0), led)


def load(session: Session, history: History, journal: Journal, at: datetime) -> Said:
    """Take back the events that the database lacks; of which receipts they tell.

    Lines that are not what was sealed stay out: `verify` names them. Collections are made under the
    numbers by which these events speak of them.
    """
    last = events.last_number(session)
    said: Said = {}
    spoken = _Spoken()
    rows: list[dict[str, Any]] = []
    for number, line in Sealed(history.segments()).up_to(FAR):
        row = _row(number, line) if number > last else None
        if row is None:
            continue
        rows.append(row)
        event = json.loads(row["line"])
        spoken.hear(event)
        receipt = event.get("details", {}).get("receipt")
        if receipt is not None:
            said[receipt] = row["collection_id"]
        if len(rows) == CHUNK:
            _write(session, rows)
    _write(session, rows)
    for _, one in journal.read(skip_damaged=True):
        spoken.hear(one)
    _make_collections(session, journal, said)
    _keep_numbers(session, spoken, at)
    return said


def _row(number: int, line: bytes) -> dict[str, Any] | None:
    try:
        row = events.row_of(line.decode("ascii"))
    except ValueError:
        return None
    return row if row["number"] == number else None


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        insert_rows(session, Event, rows)
        raise_to(session, "event", rows[-1]["number"])
        rows.clear()


def _make_collections(session: Session, journal: Journal, said: Said) -> None:
    known = {row.name: row.id for row in session.scalars(select(Collection))}
    for _, receipt in journal.read(skip_damaged=True):
        name, number = receipt.get("collection"), said.get(receipt.get("receipt", ""))
        if name and number and name not in known and number not in known.values():
            session.add(Collection(id=number, name=name))
            known[name] = number
    session.flush()
    raise_sequence(session.connection(), cast(Table, Collection.__table__))


def _keep_numbers(session: Session, spoken: _Spoken, at: datetime) -> None:
    raise_to(session, ENTRIES, spoken.entry)
    names = set(session.scalars(select(Account.name)))
    for number, role in sorted(spoken.users.items()):
        if session.get(Account, number) is None:
            name = f"user {number}"
            name = f"{name} earlier" if name in names else name
            session.add(Account(id=number, name=name, role=role, created_at=at, disabled_at=at))
    session.flush()
    for number, user in sorted(spoken.tokens.items()):
        if session.get(Token, number) is None:
            told = {"name": f"token {number}", "prefix": "", "secret_sha256": f"lost {number}"}
            session.add(Token(id=number, account_id=user, created_at=at, ended_at=at, **told))
    session.flush()
    for table in (Account.__table__, Token.__table__):
        raise_sequence(session.connection(), cast(Table, table))
