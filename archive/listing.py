"""Lists in parts: so many lines from there on, and how many there are in all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Item = TypeVar("Item")

MOST: Final = 200  # lines of one answer


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """Some of the lines, and how many there are without `limit` and `offset`."""

    items: tuple[Item, ...]
    total: int


def listed(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    shown: Callable[[Any], Item],
    *,
    limit: int = MOST,
    offset: int = 0,
) -> Listing[Item]:
    """The rows `offset` to `offset + limit` of an ordered `statement`, each as `shown` has it."""
    counted = statement.order_by(None).subquery()
    total = session.scalar(select(func.count()).select_from(counted)) or 0
    rows = session.execute(statement.limit(limit).offset(offset)).all()
    return Listing(tuple(shown(row) for row in rows), total)


def containing(text: str) -> str:
    """A LIKE pattern (escape `\\`) for what contains `text` in any case, and little else.

    SQLite folds the case of ASCII only, so any letter fits where another stands.
    """
    shown = (f"\\{char}" if char in "%_\\" else char if char.isascii() else "_" for char in text)
    return f"%{''.join(shown)}%"
