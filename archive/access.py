"""Who may do what: one table of roles and rights, and the viewer that every read takes."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import NotAllowed, UsageError
from archive.messages import Message
from archive.models import Account, Collection, Grant, Membership


class Right(enum.StrEnum):
    """What a role may do. In which collections, grants say."""

    READ = "read"  # search, open, follow, export
    FILE = "file"  # upload, set facts right, rule, keep registers, link
    DECIDE = "decide"  # authorise changes
    TRAIL = "trail"  # packages, matters, holds
    DISPOSE = "dispose"  # propose and approve what is to be destroyed
    ADMINISTER = "administer"  # users, grants, status of the whole, configuration


#: What is said where a role lacks a right.
MAY_NOT: Final[dict[Right, Message]] = {
    Right.READ: Message("The role %(role)s may not read here."),
    Right.FILE: Message("The role %(role)s may not file here."),
    Right.DECIDE: Message("The role %(role)s may not decide here."),
    Right.TRAIL: Message("The role %(role)s may not trail here."),
    Right.DISPOSE: Message("The role %(role)s may not dispose of documents here."),
    Right.ADMINISTER: Message("The role %(role)s may not administer here."),
}

ROLES: Final[dict[str, frozenset[Right]]] = {
    "administrator": frozenset(Right),
    "manager": frozenset({Right.READ, Right.FILE, Right.DECIDE, Right.TRAIL, Right.DISPOSE}),
    "coordinator": frozenset({Right.READ, Right.FILE, Right.TRAIL}),
    "staff": frozenset({Right.READ}),
    "legal": frozenset({Right.READ, Right.TRAIL, Right.DISPOSE}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The one who asks. `reads` and `writes` are ids of collections; nothing else is seen."""

    actor: str  # "user:12", "token:4", "system": as events name it
    role: str
    reads: frozenset[int]
    writes: frozenset[int]
    account_id: int | None = None
    name: str = ""
    language: str | None = None

    def may(self, right: Right) -> bool:
        """Does the role have this right at all?"""
        return right in ROLES[self.role]

    def require(self, right: Right, collection_id: int | None = None) -> None:
        """Raise `NotAllowed` unless the role has the right, and a grant in that collection."""
        if not self.may(right):
            raise NotAllowed(MAY_NOT[right], role=self.role)
        if right is Right.FILE and collection_id is not None and collection_id not in self.writes:
            raise NotAllowed("You may read this collection and not write in it.")


def check_role(role: str) -> None:
    """Raise `UsageError` unless `role` is one of the table."""
    if role not in ROLES:
        raise UsageError(
            "There is no role %(role)r; there are %(known)s.", role=role, known=", ".join(ROLES)
        )


def viewer_of(session: Session, account: Account, actor: str) -> Viewer:
    """What this account sees now, by its role and by the grants to it and to its groups."""
    if Right.ADMINISTER in ROLES[account.role]:
        reads = writes = frozenset(session.scalars(select(Collection.id)))
    else:
        groups = select(Membership.group_id).where(Membership.account_id == account.id)
        granted = session.execute(
            select(Grant.collection_id, Grant.right).where(
                (Grant.account_id == account.id) | Grant.group_id.in_(groups)
            )
        ).all()
        reads = frozenset(collection for collection, _ in granted)
        writes = frozenset(collection for collection, right in granted if right == "write")
    return Viewer(actor, account.role, reads, writes, account.id, account.name, account.language)


def operator(session: Session) -> Viewer:
    """Who runs commands on the machine itself: sees and does all, as the data folder lets them."""
    every = frozenset(session.scalars(select(Collection.id)))
    return Viewer("system", "administrator", every, every)
