"""Lines of the attention list that somebody explained away, or set aside until a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.errors import UsageError
from archive.models import Aside


def not_aside(item: ColumnElement[str], today: date) -> ColumnElement[bool]:
    """Rows whose name, as `item` has it, nobody has put aside for today."""
    standing = select(Aside.item).where(
        Aside.retracted_at.is_(None),
        or_(Aside.until.is_(None), Aside.until > today.isoformat()),
    )
    return item.not_in(standing)


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
