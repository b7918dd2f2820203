"""Matters: disputes and inquiries for which a trail is gathered. Only their members see them.

For everybody else, administrators included, a matter is not there: no list, count, event or answer
is another for it. Every look at one and every change of it is an event that the members alone read.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer
from archive.db import serialise
from archive.errors import Conflict, NotFound, UsageError
from archive.listing import MOST, Listing, listed
from archive.models import Matter, MatterMember

STATES: Final = ("open", "closed")
MOST_ID: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class MatterSaid:
    """What people say of a matter as a whole."""

    name: str
    reference: str = ""
    parties: tuple[str, ...] = ()
    opened_on: date | None = None  # today, where nobody says
    closed_on: date | None = None
    state: str = "open"


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter, for one of its members."""

    id: int
    name: str
    reference: str
    parties: tuple[str, ...]
    state: str
    opened_on: str
    closed_on: str | None
    created_at: datetime
    revision: int


def random_id() -> int:
    """An id that says nothing of how many there are."""
    return 1 + secrets.randbelow(MOST_ID)


def create(session: Session, viewer: Viewer, said: MatterSaid, at: datetime) -> MatterView:
    """A new matter, whose one member, responsible for it, is the viewer.

    Raises `NotAllowed`, and `UsageError` for what makes no sense.
    """
    viewer.require(Right.TRAIL)
    if viewer.account_id is None:
        raise UsageError("A matter is somebody's: say for which user.")
    row = Matter(id=random_id(), created_at=at, opened_on=at.date().isoformat(), revision=0)
    _write(row, said, at)
    session.add(row)
    session.flush()
    session.add(
        MatterMember(
            matter_id=row.id, account_id=viewer.account_id, is_responsible=True, recorded_at=at,
            user_id=viewer.account_id,
        )
    )  # fmt: skip
    record(session, viewer, row.id, "matter-opened", at)
    return _view(row)


def change(
    session: Session, viewer: Viewer, matter_id: int, said: MatterSaid, at: datetime, *,
    revision: int,
) -> MatterView:  # fmt: skip
    """Say anew what the matter is; `revision` is the one that was looked at.

    Raises `NotFound`, `NotAllowed`, `UsageError`; `Conflict` where somebody else was quicker.
    """
    row = writable(session, viewer, matter_id, even_closed=True)
    if row.revision != revision:
        raise Conflict("Somebody else has changed this matter meanwhile. Look at it again.")
    before = row.state
    _write(row, said, at)
    session.flush()
    kind = "matter-changed" if row.state == before else f"matter-{row.state}"
    record(session, viewer, matter_id, kind, at, revision=row.revision)
    return _view(row)


def _write(row: Matter, said: MatterSaid, at: datetime) -> None:
    if not said.name.strip():
        raise UsageError("A matter needs a name.")
    if said.state not in STATES:
        raise UsageError("A matter is open or closed, not %(state)s.", state=said.state)
    closed_on = said.closed_on if said.state == "closed" else None
    row.name, row.reference = said.name.strip(), said.reference.strip()
    row.parties = [one.strip() for one in said.parties if one.strip()]
    row.opened_on = said.opened_on.isoformat() if said.opened_on else row.opened_on
    row.state = said.state
    day = closed_on or at.date()
    row.closed_on = day.isoformat() if said.state == "closed" else None
    if row.closed_on and row.closed_on < row.opened_on:
        raise UsageError("A matter is closed on or after the day on which it was opened.")
    row.revision += 1


def list_matters(
    session: Session, viewer: Viewer, *, state: str = "", limit: int = MOST, offset: int = 0
) -> Listing[MatterView]:
    """The matters that the viewer is in (in one state), the newest first."""
    statement = _seen(viewer).order_by(Matter.opened_on.desc(), Matter.created_at.desc())
    if state:
        statement = statement.where(Matter.state == state)
    return listed(session, statement, lambda row: _view(row[0]), limit=limit, offset=offset)


def get(session: Session, viewer: Viewer, matter_id: int) -> MatterView:
    """The matter of that id. Raises `NotFound`."""
    return _view(row_of(session, viewer, matter_id))


def enter(session: Session, viewer: Viewer, matter_id: int, what: str, at: datetime) -> MatterView:
    """The matter, with the event that the viewer looks at `what` of it. In a session that writes.

    Whoever is not in it gets `NotFound`, and an event as well: it costs the same whether there is
    such a matter or not, and stands in the matter where there is one.
    """
    row = session.scalar(_seen(viewer).where(Matter.id == matter_id))
    if row is not None:
        record(session, viewer, matter_id, "matter-read", at, part=what)
        return _view(row)
    refuse(session, viewer, session.scalar(select(Matter.id).where(Matter.id == matter_id)), at)
    raise NotFound("matter", matter_id)


def refuse(session: Session, viewer: Viewer, matter_id: int | None, at: datetime) -> None:
    """Say that somebody did not get in: in the matter, where there is one."""
    events.record_in_matter(
        session, at, "matter-not-entered", matter_id, actor=viewer.actor, is_refusal=True
    )


def note_listed(
    session: Session, viewer: Viewer, matter_ids: Iterable[int], what: str, at: datetime
) -> None:
    """Say that the viewer saw these matters in a list of `what`. In a session that writes."""
    for matter_id in dict.fromkeys(matter_ids):
        record(session, viewer, matter_id, "matter-read", at, part=what)


def writable(
    session: Session, viewer: Viewer, matter_id: int, *, even_closed: bool = False
) -> Matter:
    """The row of a matter in which the viewer may work; others wait until this transaction ends.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where it is closed.
    """
    row_of(session, viewer, matter_id)
    viewer.require(Right.TRAIL)
    serialise(session, f"matter {matter_id}")
    row = session.get_one(Matter, matter_id, populate_existing=True)
    if row.state == "closed" and not even_closed:
        raise Conflict("This matter is closed. Open it again first.")
    return row


def record(
    session: Session, viewer: Viewer, matter_id: int, kind: str, at: datetime, **details: Any
) -> None:
    """Say that the viewer did something in the matter; who works for whom is said as well."""
    if viewer.account_id is not None and not viewer.actor.startswith(("user:", "token:")):
        details["for_user"] = viewer.account_id
    events.record_in_matter(session, at, kind, matter_id, actor=viewer.actor, **details)


def member_of(viewer: Viewer) -> Select[int]:
    """The ids of the matters that the viewer is in."""
    return select(MatterMember.matter_id).where(
        MatterMember.account_id == viewer.account_id, MatterMember.retracted_at.is_(None)
    )


def _seen(viewer: Viewer) -> Select[Matter]:
    return select(Matter).where(Matter.id.in_(member_of(viewer)))


def row_of(session: Session, viewer: Viewer, matter_id: int) -> Matter:
    """The row of a matter that the viewer is in. Raises `NotFound`."""
    row = session.scalar(_seen(viewer).where(Matter.id == matter_id))
    if row is None:
        raise NotFound("matter", matter_id)
    return row


def _view(row: Matter) -> MatterView:
    return MatterView(
        row.id, row.name, row.reference, tuple(row.parties), row.state, row.opened_on,
        row.closed_on, row.created_at, row.revision,
    )  # fmt: skip
