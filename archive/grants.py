"""Collections, groups, and what is granted to whom. Who is granted nothing sees nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer
from archive.accounts import plain_name
from archive.counters import insert_missing
from archive.db import serialise
from archive.errors import Conflict, NotFound, UsageError
from archive.listing import MOST, Listing, listed
from archive.models import Account, Collection, Grant, Group, Membership

RIGHTS: Final = ("read", "write")  # write: read as well
LOCK: Final = "grants"


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


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant: exactly one of `user` and `group` is named."""

    id: int
    collection: str
    user: str | None
    group: str | None
    right: str


def make_collection(session: Session, name: str, *, by: Viewer, at: datetime) -> Named:
    """A new collection, which only administrators see. Raises `Conflict` where there is one."""
    by.require(Right.ADMINISTER)
    row = _make(session, Collection, "collection", name)
    events.record(session, at, "collection-made", actor=by.actor, collection_id=row.id)
    return row


def list_collections(
    session: Session, *, by: Viewer, limit: int = MOST, offset: int = 0
) -> Listing[Named]:
    """The collections that the viewer reads, by name."""
    return listed(
        session,
        select(Collection).where(Collection.id.in_(by.reads)).order_by(Collection.name),
        lambda row: Named(row.Collection.id, row.Collection.name),
        limit=limit,
        offset=offset,
    )


def make_group(session: Session, name: str, *, by: Viewer, at: datetime) -> Named:
    """A new group, with nobody in it. Raises `Conflict` where there is one."""
    by.require(Right.ADMINISTER)
    row = _make(session, Group, "group", name)
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


def grant(
    session: Session,
    collection: str,
    right: str,
    *,
    by: Viewer,
    at: datetime,
    user: str | None = None,
    group: str | None = None,
) -> Granted:
    """Let a user or a group read, or read and write, a collection; instead of what stood before.

    Names are those of an existing collection, user and group: raises `NotFound` otherwise.
    """
    by.require(Right.ADMINISTER)
    if right not in RIGHTS:
        raise UsageError(f"There is no right {right!r} in a collection; there are read and write.")
    if (user is None) == (group is None):
        raise UsageError("A grant is either to a user or to a group.")
    collection_id = _id(session, Collection, "collection", collection)
    account_id = None if user is None else _id(session, Account, "user", plain_name(user))
    group_id = None if group is None else _id(session, Group, "group", group)
    serialise(session, LOCK)
    row = session.scalar(
        select(Grant).where(
            Grant.collection_id == collection_id,
            Grant.account_id.is_(None) if account_id is None else Grant.account_id == account_id,
            Grant.group_id.is_(None) if group_id is None else Grant.group_id == group_id,
        )
    )
    if row is None:
        row = Grant(collection_id=collection_id, account_id=account_id, group_id=group_id, right="")
        session.add(row)
    if row.right != right:
        row.right = right
        session.flush()
        _record(session, at, "granted", by, row)
    return Granted(row.id, collection, user and plain_name(user), group, right)


def revoke(session: Session, grant_id: int, *, by: Viewer, at: datetime) -> None:
    """Take a grant back. Raises `NotFound` where there is none."""
    by.require(Right.ADMINISTER)
    row = session.get(Grant, grant_id)
    if row is None:
        raise NotFound("grant", grant_id)
    _record(session, at, "revoked", by, row)
    session.delete(row)


def list_grants(
    session: Session, *, by: Viewer, limit: int = MOST, offset: int = 0
) -> Listing[Granted]:
    """All grants, by collection and by whom they are to."""
    by.require(Right.ADMINISTER)
    return listed(
        session,
        select(
            Grant.id,
            Grant.right,
            Collection.name.label("collection"),
            Account.name.label("user"),
            Group.name.label("group"),
        )
        .join(Collection, Collection.id == Grant.collection_id)
        .join(Account, Account.id == Grant.account_id, isouter=True)
        .join(Group, Group.id == Grant.group_id, isouter=True)
        .order_by(Collection.name, Account.name, Group.name, Grant.id),
        lambda row: Granted(row.id, row.collection, row.user, row.group, row.right),
        limit=limit,
        offset=offset,
    )


def _record(session: Session, at: datetime, kind: str, by: Viewer, row: Grant) -> None:
    holder = {"user": row.account_id} if row.account_id else {"group": row.group_id}
    events.record(
        session, at, kind, actor=by.actor, grant=row.id, to=row.collection_id,
        right=row.right, **holder,
    )  # fmt: skip


def _make(session: Session, kind: type[Collection] | type[Group], what: str, name: str) -> Named:
    name = name.strip()
    if not (0 < len(name) <= 100 and name.isprintable()):
        raise UsageError(f"A {what} has a name of 1 to 100 characters.")
    serialise(session, LOCK)
    if session.scalar(select(kind.id).where(kind.name == name)):
        raise Conflict(f"There is a {what} {name} already.")
    row = kind(name=name)
    session.add(row)
    session.flush()
    return Named(row.id, name)


def _id(
    session: Session, kind: type[Collection] | type[Group] | type[Account], what: str, name: str
) -> int:
    found = session.scalar(select(kind.id).where(kind.name == name))
    if found is None:
        raise NotFound(what, name)
    return found


def _require_both(session: Session, group_id: int, user_id: int, by: Viewer) -> None:
    by.require(Right.ADMINISTER)
    if session.get(Group, group_id) is None:
        raise NotFound("group", group_id)
    if session.get(Account, user_id) is None:
        raise NotFound("user", user_id)
