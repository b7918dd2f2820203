"""Numbers that are given once, in order: file numbers, event numbers."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from archive.models import Counter

#: The last number of an entry before a rebuild: the engine gives others only after it.
ENTRIES: Final = "entry"


def draw(session: Session, counter: str, count: int = 1) -> int:
    """Take the next `count` numbers of `counter` and return the first of them.

    Numbers of a transaction that is rolled back are given again; the row is locked until then.
    """
    statement = (
        update(Counter)
        .where(Counter.name == counter)
        .values(value=Counter.value + count)
        .returning(Counter.value)
    )
    last = session.execute(statement).scalar_one_or_none()
    if last is None:
        insert_missing(session, Counter, {"name": counter, "value": 0})
        last = session.execute(statement).scalar_one()
    return last - count + 1


def raise_to(session: Session, counter: str, value: int) -> None:
    """This number, and all before it, count as given."""
    last = draw(session, counter, 0) - 1
    if last < value:
        draw(session, counter, value - last)


def insert_missing(session: Session, model: type[Any], values: dict[str, Any]) -> None:
    """Insert a row unless one with the same unique columns is there.

    Of the two engines only the one in use is imported.
    """
    if is_sqlite(session):
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    session.execute(insert(model).values(**values).on_conflict_do_nothing())


def is_sqlite(session: Session) -> bool:
    """Which of the two engines is under this session."""
    return session.get_bind().dialect.name == "sqlite"


class Block:
    """Numbers drawn some at a time, within one transaction; what is not used is given back."""

    def __init__(self, session: Session, counter: str, size: int = 256) -> None:
        self._session = session
        self._counter = counter
        self._size = size
        self._next = self._end = 0

    def take(self) -> int:
        """The next number."""
        if self._next == self._end:
            self._next = draw(self._session, self._counter, self._size)
            self._end = self._next + self._size
        self._next += 1
        return self._next - 1

    def give_back(self) -> None:
        """Return the unused rest, so that no gap stays. Before the transaction ends."""
        if self._next < self._end:
            draw(self._session, self._counter, self._next - self._end)
        self._next = self._end = 0
