"""Who is in a matter, and who of them answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import accounts
from archive.access import Viewer
from archive.errors import Conflict, NotFound
from archive.matters import record, row_of, writable
from archive.models import Account, MatterMember


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is in a matter; responsible persons answer for it."""

    user: int
    name: str
    is_responsible: bool
    since: datetime


def members(session: Session, viewer: Viewer, matter_id: int) -> tuple[Member, ...]:
    """Who is in the matter, by name. Raises `NotFound`."""
    row_of(session, viewer, matter_id)
    rows = session.execute(
        select(MatterMember, Account.name)
        .join(Account, Account.id == MatterMember.account_id)
        .where(MatterMember.matter_id == matter_id, MatterMember.retracted_at.is_(None))
        .order_by(Account.name)
    )
    return tuple(
        Member(row.account_id, name, row.is_responsible, row.recorded_at) for row, name in rows
    )


def set_member(
    session: Session, viewer: Viewer, matter_id: int, name: str, at: datetime, *,
    is_responsible: bool = False,
) -> None:  # fmt: skip
    """Let the user of that name in, or say anew whether they answer for the matter.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where nobody would be responsible any more.
    """
    writable(session, viewer, matter_id)
    user = accounts.find(session, name)
    now = {one.user: one for one in members(session, viewer, matter_id)}
    if user.id in now and now[user.id].is_responsible == is_responsible:
        return
    if user.id in now:
        now[user.id] = replace(now[user.id], is_responsible=is_responsible)
        _require_responsible(list(now.values()))
        _leave(session, matter_id, user.id, at)
    _join(session, viewer, matter_id, user.id, at, is_responsible=is_responsible)
    record(
        session, viewer, matter_id, "matter-member", at, user=user.id,
        is_responsible=is_responsible,
    )  # fmt: skip


def remove_member(
    session: Session, viewer: Viewer, matter_id: int, user_id: int, at: datetime
) -> None:
    """From now on this user sees nothing of the matter.

    Raises `NotFound`, `NotAllowed`, and `Conflict` for the last who is responsible.
    """
    writable(session, viewer, matter_id)
    now = {one.user: one for one in members(session, viewer, matter_id)}
    if now.pop(user_id, None) is None:
        raise NotFound("member", user_id)
    _require_responsible(list(now.values()))
    _leave(session, matter_id, user_id, at)
    record(session, viewer, matter_id, "matter-left", at, user=user_id)


def _require_responsible(left: Sequence[Member]) -> None:
    if not any(one.is_responsible for one in left):
        raise Conflict("Somebody has to be responsible for a matter.")


def _join(
    session: Session, viewer: Viewer, matter_id: int, user_id: int, at: datetime, *,
    is_responsible: bool,
) -> None:  # fmt: skip
    session.add(
        MatterMember(
            matter_id=matter_id, account_id=user_id, is_responsible=is_responsible,
            recorded_at=at, user_id=viewer.account_id,
        )
    )  # fmt: skip
    session.flush()


def _leave(session: Session, matter_id: int, user_id: int, at: datetime) -> None:
    for row in session.scalars(
        select(MatterMember).where(
            MatterMember.matter_id == matter_id,
            MatterMember.account_id == user_id,
            MatterMember.retracted_at.is_(None),
        )
    ):
        row.retracted_at = at
    session.flush()
