"""What all tables share: the metadata with named constraints, and time as sortable UTC text."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import JSON, Dialect, Index, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in Python, `2026-11-22T09:40:11.123456Z` in the database, on every engine."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else utc_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


@lru_cache(maxsize=64)  # all rows of a transaction bear the same moment
def utc_text(value: datetime) -> str:
    """The one written form of a moment; microseconds are always there, so text sorts as time."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Base(DeclarativeBase):
    """Base of all rows. Rows stay inside `archive`."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: UtcTime,
        str: Text,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


def where_present(table: str, column: str) -> Index:
    """An index of a column that few rows have something in.

    One over all rows costs as much for each row without, and tells SQLite's planner that a value is
    in as many rows as nothing is in: it would rather read the whole table.
    """
    where = text(f"{column} IS NOT NULL")
    name = f"ix_{table}_{column}"
    return Index(name, column, sqlite_where=where, postgresql_where=where)
