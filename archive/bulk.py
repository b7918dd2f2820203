"""Many rows at once, past the ORM: its bookkeeping costs more than the rows."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from archive.models import Base


def insert_rows(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns; other columns get their plain defaults."""
    if rows:
        session.connection().execute(cast(Table, model.__table__).insert(), rows)
