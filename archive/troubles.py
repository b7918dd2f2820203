"""Paths of the tree that could not be taken: listed with the reason until they are taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.counters import insert_missing
from archive.models import Collection, Trouble


def note(
    session: Session, root: str, path: str, collection: str, reason: str, at: datetime
) -> None:
    """Say why a path could not be taken; said again, the first time stays.

    Where the path belongs to another collection by now, it is listed there as well, as if it were
    new: neither list tells of the other.
    """
    insert_missing(session, Collection, {"name": collection})
    collection_id = session.execute(
        select(Collection.id).where(Collection.name == collection)
    ).scalar_one()
    values = {"root": root, "path": path, "collection_id": collection_id, "reason": reason}
    insert_missing(session, Trouble, {**values, "since": at, "seen_at": at})
    session.execute(
        update(Trouble)
        .where(Trouble.root == root, Trouble.path == path, Trouble.collection_id == collection_id)
        .values(reason=reason, seen_at=at)
    )


def over(session: Session, root: str, path: str) -> None:
    """The path was taken after all."""
    session.execute(delete(Trouble).where(Trouble.root == root, Trouble.path == path))


def listed(session: Session, root: str) -> set[str]:
    """The paths of a root that are listed."""
    return set(session.scalars(select(Trouble.path).where(Trouble.root == root)))


def forget_roots(session: Session, kept: Sequence[str]) -> None:
    """What belongs to none of these roots: nobody will try to take it again."""
    session.execute(delete(Trouble).where(Trouble.root.not_in(kept)))
