"""Many values in one statement; many rows past the ORM, whose bookkeeping costs more than they."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from archive.models import Base

#: Values in one IN (…): a statement takes 65,535 parameters on PostgreSQL, half of that on SQLite.
IN_CHUNK = 500
Value = TypeVar("Value", int, str)


def chunked(values: Iterable[Value]) -> Iterator[list[Value]]:
    """The values, sorted, in lists that fit into one IN (…)."""
    wanted = sorted(values)
    for start in range(0, len(wanted), IN_CHUNK):
        yield wanted[start : start + IN_CHUNK]


def insert_rows(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns; other columns get their plain defaults."""
    if rows:
        session.connection().execute(cast(Table, model.__table__).insert(), rows)
