"""Custodians of a hold: who is asked to keep what, who has said that they read it.

Members of the matter name them; a custodian with an account says themselves that they read it. What
each sees of it: archive.custodian_views.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from archive import accounts, custodian_notices, events
from archive.access import Viewer
from archive.accounts import LANGUAGES
from archive.change_letters import address_in
from archive.custodian_notices import Office, is_over, told_of
from archive.errors import Conflict, NotFound, UsageError
from archive.holding import writable_hold
from archive.matters import random_id, record
from archive.models import (
    Account,
    Custodian,
    Hold,
)


@dataclass(frozen=True, slots=True)
class Named:
    """Who is to be a custodian: a user of the archive, or somebody by name."""

    text: str  # what they are to keep: all that they are told of the matter
    user: str = ""
    name: str = ""
    address: str = ""
    language: str = ""  # of who has no account; else their own, else that of the configuration


def name_custodian(
    session: Session, viewer: Viewer, hold_id: int, said: Named, at: datetime, *, office: Office
) -> int:
    """Ask somebody to keep what they have; the message to them is made. Their id in the hold.

    Raises `NotFound`, `NotAllowed`, `UsageError`; `Conflict` where the hold is released, or they
    are a custodian of it already.
    """
    hold = writable_hold(session, viewer, hold_id)
    row = _row(session, viewer, said, office)
    row.hold_id, row.named_at = hold_id, at
    for one in session.scalars(rows_of(hold_id).where(Custodian.ended_at.is_(None))):
        is_same = one.account_id == row.account_id and one.address == row.address
        if (row.account_id and one.account_id == row.account_id) or (
            is_same and one.name.casefold() == row.name.casefold()
        ):
            raise Conflict("They are a custodian of this hold already.")
    session.add(row)
    session.flush()
    record(session, viewer, hold.matter_id, "custodian-named", at, **told_of(row))
    custodian_notices.make(session, row, "keep", office, at)
    return row.id


def _row(session: Session, viewer: Viewer, said: Named, office: Office) -> Custodian:
    text, name = said.text.strip(), " ".join(said.name.split())
    address = said.address.strip()
    if not text:
        raise UsageError("Say what is to be kept: a custodian is told nothing else of the matter.")
    if bool(name) == bool(said.user.strip()):
        raise UsageError("Say which user of the archive it is, or what they are called.")
    if address and address_in(address) != address:
        raise UsageError("%(text)r is no mail address.", text=address[:200])
    user = accounts.find(session, said.user) if said.user.strip() else None
    wishes = (user.language if user else None, said.language, office.mail.language)
    return Custodian(
        id=random_id(), account_id=user.id if user else None, name=name, address=address,
        language=next(one for one in wishes if one in LANGUAGES), text=text,
        user_id=viewer.account_id,
    )  # fmt: skip


def take_off(
    session: Session, viewer: Viewer, hold_id: int, custodian_id: int, at: datetime
) -> None:
    """Ask no more of a custodian; whom a message has reached is told that it has ended.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where the hold is released.
    """
    hold = writable_hold(session, viewer, hold_id)
    row = _standing(session, hold_id, custodian_id)
    row.ended_at = at
    record(session, viewer, hold.matter_id, "custodian-off", at, **told_of(row))


def record_acknowledged(
    session: Session, viewer: Viewer, hold_id: int, custodian_id: int, day: date, at: datetime
) -> None:
    """Somebody without an account, or whose account is closed, said on that day that they read it.

    Raises `NotFound`, `NotAllowed`, `UsageError`, `Conflict`.
    """
    hold = writable_hold(session, viewer, hold_id)
    row = _standing(session, hold_id, custodian_id)
    account = session.get(Account, row.account_id) if row.account_id else None
    if account is not None and account.disabled_at is None:
        raise Conflict("They have an account, and say it themselves.")
    if day > at.date():
        raise UsageError("%(day)s has not come yet.", day=day.isoformat())
    if day < row.named_at.date():
        raise UsageError("On %(day)s they were not asked yet.", day=day.isoformat())
    if row.acknowledged_at is not None:
        raise Conflict("They have acknowledged it already.")
    row.acknowledged_on, row.acknowledged_at = day.isoformat(), at
    row.acknowledged_by = viewer.account_id
    record(session, viewer, hold.matter_id, "custodian-acknowledged", at, **told_of(row))


def acknowledge(session: Session, viewer: Viewer, custodian_id: int, at: datetime) -> None:
    """The viewer has read what is asked of them; said again it changes nothing.

    Raises `NotFound` for what is asked of nobody, or of somebody else, or no more.
    """
    found = session.execute(
        select(Custodian, Hold.matter_id)
        .join(Hold, Hold.id == Custodian.hold_id)
        .where(is_own(viewer), Custodian.id == custodian_id, ~is_over())
        .with_for_update(of=Custodian)
    ).first()
    if found is None:
        raise NotFound("request", custodian_id)
    row, matter_id = found
    if row.acknowledged_at is None:
        row.acknowledged_on, row.acknowledged_at = at.date().isoformat(), at
        row.acknowledged_by = viewer.account_id
        events.record_in_matter(
            session, at, "custodian-acknowledged", matter_id, actor=viewer.actor, **told_of(row)
        )


def is_own(viewer: Viewer) -> ColumnElement[bool]:
    """Is it the viewer who is asked?"""
    return Custodian.account_id == (viewer.account_id or 0)


def rows_of(hold_id: int) -> Select[Any]:
    """Those of a hold, in no order: (Custodian,)."""
    return select(Custodian).where(Custodian.hold_id == hold_id)


def _standing(session: Session, hold_id: int, custodian_id: int) -> Custodian:
    row = session.scalar(
        rows_of(hold_id)
        .where(Custodian.id == custodian_id, Custodian.ended_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise NotFound("custodian", custodian_id)
    found: Custodian = row
    return found
