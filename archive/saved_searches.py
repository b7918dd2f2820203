"""Searches that people keep, each their own, and what is new in them since they last looked.

New is a version that is found now and was not when they looked: filed since, or matching by what
was read, linked or set right since. What they may not see any more is not found, and not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Right, Viewer
from archive.bulk import chunked
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.matter_gathering import Searching
from archive.models import Document, SavedSearch, Version

MOST: Final = 30  # of one person: each is asked when they look at the list
LONGEST_NAME: Final = 100
LONGEST_QUERY: Final = 2000


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """One of them."""

    id: int
    name: str
    query: str
    created_at: datetime
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What a search finds now: current versions by document, those that are new, or why neither."""

    found: dict[int, int]
    new: tuple[int, ...]  # documents, the last received first
    failure: UsageError | None = None  # it finds more than can be listed


def save(
    session: Session, viewer: Viewer, name: str, query: str, found: Sequence[int], at: datetime
) -> KeptSearch:
    """Keep a search; the documents that are `found` now are no news.

    Raises `UsageError`, and `Conflict` where somebody keeps too many.
    """
    account = _account(viewer)
    name, query = " ".join(name.split()), query.strip()
    if not query or len(query) > LONGEST_QUERY:
        raise UsageError("Say what is to be searched, in at most %(most)s characters.",
                         most=LONGEST_QUERY)  # fmt: skip
    name = name or query[:LONGEST_NAME]
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError("A name is one line of at most %(most)s characters.", most=LONGEST_NAME)
    _check_room(session, account)
    seen = sorted(_current(session, viewer, found).values())
    row = SavedSearch(
        account_id=account, name=name, query=query, seen=seen, created_at=at,
        looked_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _view(row)


def list_searches(session: Session, viewer: Viewer) -> list[KeptSearch]:
    """One's own, by name."""
    rows = session.scalars(
        select(SavedSearch)
        .where(SavedSearch.account_id == viewer.account_id, SavedSearch.retracted_at.is_(None))
        .order_by(SavedSearch.name, SavedSearch.id)
    )
    return [_view(row) for row in rows]


def get(session: Session, viewer: Viewer, search_id: int) -> KeptSearch:
    """One of one's own. Raises `NotFound`."""
    return _view(_own(session, viewer, search_id))


def news_of(session: Session, viewer: Viewer, search_id: int, *, searching: Searching) -> News:
    """What it finds now, and what of that is new. Raises `NotFound`."""
    row = _own(session, viewer, search_id)
    try:
        found = _current(session, viewer, searching(session, viewer, row.query, None))
    except UsageError as error:
        return News({}, (), error)
    seen = set(row.seen)
    new = [document for document, version in found.items() if version not in seen]
    return News(found, tuple(_newest_first(session, found, new)))


def look(
    session: Session, viewer: Viewer, search_id: int, news: News, at: datetime, *,
    until: datetime | None = None,
) -> None:  # fmt: skip
    """What `news` found is seen; what was received after `until`, when one looked, is not.

    Raises `NotFound`, and the reason why `news` found nothing.
    """
    row = _own(session, viewer, search_id, for_update=True)
    if news.failure:
        raise news.failure
    seen = set(news.found.values())
    if until is not None:
        for chunk in chunked(sorted(seen - set(row.seen))):
            later = select(Version.id).where(Version.id.in_(chunk), Version.received_at > until)
            seen -= set(session.scalars(later))
    row.seen, row.looked_at = sorted(seen), at


def remove(session: Session, viewer: Viewer, search_id: int, at: datetime) -> None:
    """Keep it no longer. Raises `NotFound`."""
    _own(session, viewer, search_id, for_update=True).retracted_at = at


def restore(session: Session, viewer: Viewer, search_id: int) -> None:
    """Keep one after all that was removed. Raises `NotFound`, `Conflict`."""
    row = session.get(SavedSearch, search_id, with_for_update=True)
    if row is None or row.account_id != _account(viewer):
        raise NotFound("saved search", search_id)
    if row.retracted_at is not None:
        _check_room(session, row.account_id)
        row.retracted_at = None


def _account(viewer: Viewer) -> int:
    viewer.require(Right.READ)
    if viewer.account_id is None:
        raise NotAllowed("Only a user can keep searches.")
    return viewer.account_id


def _check_room(session: Session, account: int) -> None:
    kept = select(func.count()).where(
        SavedSearch.account_id == account, SavedSearch.retracted_at.is_(None)
    )
    if (session.scalar(kept) or 0) >= MOST:
        raise Conflict("You keep %(most)s searches already; remove one first.", most=MOST)


def _own(
    session: Session, viewer: Viewer, search_id: int, *, for_update: bool = False
) -> SavedSearch:
    row = session.get(SavedSearch, search_id, with_for_update=for_update)
    is_own = row is not None and row.account_id == viewer.account_id
    if row is None or not is_own or row.retracted_at is not None:
        raise NotFound("saved search", search_id)
    return row


def _current(session: Session, viewer: Viewer, documents: Sequence[int]) -> dict[int, int]:
    """By document its current version; the index may be behind what the viewer reads by now."""
    found: dict[int, int] = {}
    for chunk in chunked(documents):
        rows = session.execute(
            select(Document.id, Document.current_version_id).where(
                Document.id.in_(chunk),
                Document.current_version_id.is_not(None),
                Document.collection_id.in_(viewer.reads),
            )
        )
        found |= {row[0]: row[1] for row in rows if row[1]}
    return found


def _newest_first(session: Session, found: dict[int, int], new: Sequence[int]) -> list[int]:
    received: dict[int, datetime] = {}
    for chunk in chunked([found[document] for document in new]):
        rows = session.execute(
            select(Version.document_id, Version.received_at).where(Version.id.in_(chunk))
        )
        received |= {row[0]: row[1] for row in rows}
    return sorted((one for one in new if one in received), key=lambda one: (received[one], one),
                  reverse=True)  # fmt: skip


def _view(row: SavedSearch) -> KeptSearch:
    return KeptSearch(row.id, row.name, row.query, row.created_at, row.looked_at)
