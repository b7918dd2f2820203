"""Who looks after what wants a person: a root's owner, else its collection's coordinators.

What lies below several roots is their owners' together; what is nowhere now, of where it last lay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.config import Config
from archive.models import Account, Collection, Grant, Membership

#: Asks for what nobody looks after; no user is called so.
NOBODY: Final = "-"


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody looks after: all below some roots, and collections but for `owned` roots."""

    roots: tuple[str, ...]
    collections: frozenset[int]
    owned: tuple[str, ...]  # roots with an owner; they are not the coordinators'


@dataclass(frozen=True, slots=True)
class Owners:
    """By root its owner, by collection its coordinators; of what one viewer may see."""

    roots: Mapping[str, str]
    collections: Mapping[int, tuple[str, ...]]

    def of_roots(self, roots: Iterable[str]) -> tuple[str, ...]:
        """The owners of those roots that have one, by name."""
        return tuple(sorted({self.roots[root] for root in roots if root in self.roots}))

    def of(self, roots: Iterable[str], collection_id: int) -> tuple[str, ...]:
        """Who looks after what lies below these roots, in a collection."""
        return self.of_roots(roots) or self.collections.get(collection_id, ())

    def names(self) -> list[str]:
        """All of them, `NOBODY` last where there is a collection that nobody looks after."""
        every = set(self.roots.values()).union(*self.collections.values())
        return sorted(every) + [NOBODY] * (not all(self.collections.values()))

    def kept_by(self, name: str) -> Kept:
        """What this one looks after, or `NOBODY` does."""
        collections = (
            collection
            for collection, names in self.collections.items()
            if name in (names or (NOBODY,))
        )
        roots = tuple(root for root, owner in self.roots.items() if owner == name)
        return Kept(roots, frozenset(collections), tuple(self.roots))


def owners_of(session: Session, viewer: Viewer, config: Config) -> Owners:
    """The owners that the configuration names, and the coordinators who may write.

    A root of whose collections the viewer reads none is as if it were not there, nor its owner.
    """
    statement = (
        select(Grant.collection_id, Account.name)
        .outerjoin(Membership, Membership.group_id == Grant.group_id)
        .join(Account, or_(Account.id == Grant.account_id, Account.id == Membership.account_id))
        .where(
            Grant.right == "write",
            Grant.collection_id.in_(viewer.reads),
            Account.role == "coordinator",
            Account.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Account.name)
    )
    found: dict[int, tuple[str, ...]] = dict.fromkeys(sorted(viewer.reads), ())
    for collection, name in session.execute(statement):
        found[collection] += (name,)
    readable = select(Collection.name).where(Collection.id.in_(viewer.reads))
    names = set(session.scalars(readable))
    roots = {
        root.name: root.owner
        for root in config.roots
        if root.owner and not names.isdisjoint((root.collection, *root.collections.values()))
    }
    return Owners(roots, found)
