"""Events taken back from sealed files, into a database that was made again."""

from __future__ import annotations

import json
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from archive import events
from archive.anchoring import Sealed
from archive.bulk import insert_rows
from archive.counters import raise_to
from archive.models import Collection, Event
from archive.receipts import Journal
from archive.sealing import CHUNK, FAR, History
from archive.table_lines import raise_sequence

Said = dict[str, int | None]  # by name of a receipt the number of a collection


def load(session: Session, history: History, journal: Journal) -> Said:
    """Take back the events that the database lacks; of which receipts they tell.

    Lines that are not what was sealed stay out: `verify` names them. Collections are made under the
    numbers by which these events speak of them.
    """
    last = events.last_number(session)
    said: Said = {}
    rows: list[dict[str, Any]] = []
    for number, line in Sealed(history.segments()).up_to(FAR):
        row = _row(number, line) if number > last else None
        if row is None:
            continue
        rows.append(row)
        receipt = json.loads(row["line"]).get("details", {}).get("receipt")
        if receipt is not None:
            said[receipt] = row["collection_id"]
        if len(rows) == CHUNK:
            _write(session, rows)
    _write(session, rows)
    _make_collections(session, journal, said)
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
