"""When each root was last looked at as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.counters import insert_missing
from archive.models import Meta, utc_text

SWEPT: Final = "swept "  # begins the name of a line of `meta`; that of the root follows


def note(session: Session, root: str, at: datetime) -> None:
    """All of the root was seen."""
    name, value = SWEPT + root, utc_text(at)
    insert_missing(session, Meta, {"name": name, "value": value})
    session.execute(update(Meta).where(Meta.name == name).values(value=value))


def last(session: Session) -> dict[str, str]:
    """By root when that was."""
    rows = session.execute(select(Meta.name, Meta.value).where(Meta.name.startswith(SWEPT)))
    return {name.removeprefix(SWEPT): value for name, value in rows}
