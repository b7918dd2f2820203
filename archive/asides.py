"""Lines of the attention list that somebody explained away, or set aside until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.errors import UsageError
from archive.models import Aside
from archive.then import standing


def not_aside(item: ColumnElement[str], today: date) -> ColumnElement[bool]:
    """Rows whose name, as `item` has it, nobody has put aside for today."""
    return item.not_in(_standing(today))


def _standing(today: date) -> Select[str]:
    return select(Aside.item).where(
        Aside.retracted_at.is_(None),
        or_(Aside.until.is_(None), Aside.until > today.isoformat()),
    )


def _of_kinds(kinds: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(Aside.item.startswith(f"{kind}:", autoescape=True) for kind in kinds))


def items_aside(session: Session, kinds: Sequence[str], today: date) -> frozenset[str]:
    """The names of lines of these kinds that somebody has put aside for today."""
    statement = _standing(today).where(_of_kinds(kinds))
    return frozenset(session.scalars(statement))


def reasons_of(
    session: Session, kinds: Sequence[str], as_of: datetime | None = None
) -> dict[str, str]:
    """By the name of each line of these kinds that was explained away (was then): why."""
    statement = select(Aside.item, Aside.reason).where(
        _of_kinds(kinds), Aside.until.is_(None), standing(Aside, as_of)
    )
    return {row.item: row.reason for row in session.execute(statement)}


def put_aside(
    session: Session, viewer: Viewer, item: str, at: datetime, *, until: date | None, reason: str
) -> None:
    """Take a line from the list until a day, or for good with a reason. Raises `UsageError`."""
    if until is None and not reason.strip():
        raise UsageError("Say why this needs nobody, or until which day it is set aside.")
    if until is not None and until <= at.date():
        raise UsageError("Set it aside until a day to come, not %(day)s.", day=until.isoformat())
    take_back(session, item, at)
    session.add(
        Aside(
            item=item,
            until=until and until.isoformat(),
            reason=reason.strip(),
            user_id=viewer.account_id,
            recorded_at=at,
        )
    )


def take_back(session: Session, item: str, at: datetime) -> None:
    """Put a line back on the list."""
    session.execute(
        update(Aside)
        .where(Aside.item == item, Aside.retracted_at.is_(None))
        .values(retracted_at=at)
    )
