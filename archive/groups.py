"""Groups: users who are granted things together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer
from archive.counters import insert_missing
from archive.db import serialise
from archive.errors import Conflict, NotFound, UsageError
from archive.listing import MOST, Listing, listed
from archive.messages import Message
from archive.models import Account, Collection, Grant, Group, Membership

LOCK: Final = "grants"
TAKEN: Final = {
    Group: Message("There is a group %(name)s already."),
    Collection: Message("There is a collection %(name)s already."),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A collection or a group."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """One user in one group."""

    group: str
    user_id: int
    user: str


def make_group(session: Session, name: str, *, by: Viewer, at: datetime) -> Named:
    """A new group, with nobody in it. Raises `Conflict` where there is one."""
    by.require(Right.ADMINISTER)
    row = make_named(session, Group, name)
    events.record(session, at, "group-made", actor=by.actor, group=row.id)
    return row


def remove_group(session: Session, group_id: int, *, by: Viewer, at: datetime) -> None:
    """Take a group away, and with it what was granted to its members through it."""
    by.require(Right.ADMINISTER)
    if session.get(Group, group_id) is None:
        raise NotFound("group", group_id)
    session.execute(delete(Grant).where(Grant.group_id == group_id))
    session.execute(delete(Membership).where(Membership.group_id == group_id))
    session.execute(delete(Group).where(Group.id == group_id))
    events.record(session, at, "group-removed", actor=by.actor, group=group_id)


def find_group(session: Session, name: str) -> Named:
    """The group of that name. Raises `NotFound`."""
    group = session.scalar(select(Group).where(Group.name == name))
    if group is None:
        raise NotFound("group", name)
    return Named(group.id, group.name)


def list_groups(
    session: Session, *, by: Viewer, limit: int = MOST, offset: int = 0
) -> Listing[Named]:
    """All groups, by name."""
    by.require(Right.ADMINISTER)
    return listed(
        session,
        select(Group).order_by(Group.name),
        lambda row: Named(row.Group.id, row.Group.name),
        limit=limit,
        offset=offset,
    )


def list_members(
    session: Session, group_id: int, *, by: Viewer, limit: int = MOST, offset: int = 0
) -> Listing[Member]:
    """Who is in a group, by name."""
    by.require(Right.ADMINISTER)
    group = session.get(Group, group_id)
    if group is None:
        raise NotFound("group", group_id)
    return listed(
        session,
        select(Account.id, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.group_id == group_id)
        .order_by(Account.name),
        lambda row: Member(group.name, row.id, row.name),
        limit=limit,
        offset=offset,
    )


def join(session: Session, group_id: int, user_id: int, *, by: Viewer, at: datetime) -> None:
    """Put a user into a group. Doing it twice is nothing."""
    _require_both(session, group_id, user_id, by)
    if session.get(Membership, (group_id, user_id)) is None:
        insert_missing(session, Membership, {"group_id": group_id, "account_id": user_id})
        events.record(session, at, "group-joined", actor=by.actor, group=group_id, user=user_id)


def leave(session: Session, group_id: int, user_id: int, *, by: Viewer, at: datetime) -> None:
    """Take a user out of a group. Doing it twice is nothing."""
    _require_both(session, group_id, user_id, by)
    row = session.get(Membership, (group_id, user_id))
    if row is not None:
        session.delete(row)
        events.record(session, at, "group-left", actor=by.actor, group=group_id, user=user_id)


def make_named(session: Session, kind: type[Collection] | type[Group], name: str) -> Named:
    """A row with a name that nothing of its kind has. Raises `Conflict`, or `UsageError`."""
    name = name.strip()
    if not (0 < len(name) <= 100 and name.isprintable()):
        raise UsageError("A name has 1 to 100 characters.")
    serialise(session, LOCK)
    if session.scalar(select(kind.id).where(kind.name == name)):
        raise Conflict(TAKEN[kind], name=name)
    row = kind(name=name)
    session.add(row)
    session.flush()
    return Named(row.id, name)


def _require_both(session: Session, group_id: int, user_id: int, by: Viewer) -> None:
    by.require(Right.ADMINISTER)
    if session.get(Group, group_id) is None:
        raise NotFound("group", group_id)
    if session.get(Account, user_id) is None:
        raise NotFound("user", user_id)
