"""Collections, and what is granted in them to whom. Who is granted nothing sees nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer
from archive.accounts import plain_name
from archive.db import serialise
from archive.errors import NotFound, UsageError
from archive.groups import LOCK, Named, make_named
from archive.listing import MOST, Listing, listed
from archive.models import Account, Collection, Grant, Group

RIGHTS: Final = ("read", "write")  # write: read as well

_GRANTS: Final = (
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
)


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant: exactly one of `user` and `group` is named."""

    id: int
    collection: str
    user: str | None
    group: str | None
    right: str


def require_collection(session: Session, viewer: Viewer, name: str) -> int:
    """The id of a collection in which the viewer may file. Raises `NotFound`, `NotAllowed`."""
    found = session.scalar(
        select(Collection.id).where(Collection.name == name, Collection.id.in_(viewer.reads))
    )
    if found is None:
        raise NotFound("collection", name)
    viewer.require(Right.FILE, found)
    return found


def make_collection(session: Session, name: str, *, by: Viewer, at: datetime) -> Named:
    """A new collection, which only administrators see. Raises `Conflict` where there is one."""
    by.require(Right.ADMINISTER)
    row = make_named(session, Collection, name)
    events.record(session, at, "collection-made", actor=by.actor, collection_id=row.id)
    return row


def ensure_collection(session: Session, name: str, *, by: Viewer, at: datetime) -> None:
    """Make the collection unless there is one of that name."""
    if session.scalar(select(Collection.id).where(Collection.name == name)) is None:
        make_collection(session, name, by=by, at=at)


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
        raise UsageError(
            "There is no right %(right)r in a collection; there are read and write.", right=right
        )
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


def revoke(session: Session, grant_id: int, *, by: Viewer, at: datetime) -> Granted:
    """Take a grant back, and say what it was. Raises `NotFound` where there is none."""
    by.require(Right.ADMINISTER)
    row = session.get(Grant, grant_id)
    if row is None:
        raise NotFound("grant", grant_id)
    was = _granted(session.execute(_GRANTS.where(Grant.id == grant_id)).one())
    _record(session, at, "revoked", by, row)
    session.delete(row)
    return was


def find_grant(
    session: Session, collection: str, *, user: str | None = None, group: str | None = None
) -> int:
    """The id of the grant to this user or this group in that collection. Raises `NotFound`."""
    holder = Account.name == plain_name(user) if user is not None else Group.name == group
    found = session.scalar(
        select(Grant.id)
        .join(Collection, Collection.id == Grant.collection_id)
        .join(Account, Account.id == Grant.account_id, isouter=True)
        .join(Group, Group.id == Grant.group_id, isouter=True)
        .where(Collection.name == collection, holder)
    )
    if found is None:
        raise NotFound("grant", f"of {collection} to {user or group}")
    return found


def list_grants(
    session: Session, *, by: Viewer, limit: int = MOST, offset: int = 0
) -> Listing[Granted]:
    """All grants, by collection and by whom they are to."""
    by.require(Right.ADMINISTER)
    order = (Collection.name, Account.name, Group.name, Grant.id)
    return listed(session, _GRANTS.order_by(*order), _granted, limit=limit, offset=offset)


def _granted(row: Any) -> Granted:
    return Granted(row.id, row.collection, row.user, row.group, row.right)


def _record(session: Session, at: datetime, kind: str, by: Viewer, row: Grant) -> None:
    holder = {"user": row.account_id} if row.account_id else {"group": row.group_id}
    events.record(
        session, at, kind, actor=by.actor, grant=row.id, to=row.collection_id,
        right=row.right, **holder,
    )  # fmt: skip


def _id(
    session: Session, kind: type[Collection] | type[Group] | type[Account], what: str, name: str
) -> int:
    found = session.scalar(select(kind.id).where(kind.name == name))
    if found is None:
        raise NotFound(what, name)
    return found
