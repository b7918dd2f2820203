"""Placing, looking at and releasing the holds of a matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Viewer, operator
from archive.bulk import insert_rows
from archive.db import serialise
from archive.errors import Conflict, NotFound, UsageError
from archive.holds import LOCK, family_of, matching
from archive.jobs import OF_VERSIONS, JobKind
from archive.listing import MOST, Listing, listed
from archive.matter_gathering import Searching
from archive.matters import (
    member_of,
    note_listed,
    random_id,
    record,
    refuse,
    row_of,
    writable,
)
from archive.models import (
    Account,
    Collection,
    Document,
    Event,
    HeldDocument,
    Hold,
    Job,
    Version,
)
from archive.records import file_number
from archive.seeds import find_seed
from archive.trail import DEFAULT_DEPTH


@dataclass(frozen=True, slots=True)
class HoldSaid:
    """What a hold is to cover: whole collections, what hangs together with seeds, what is found."""

    name: str
    ground: str  # who ordered it, and why
    seeds: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    depth: int = DEFAULT_DEPTH


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold, for a member of its matter; `documents` are those that the member may read."""

    id: int
    matter: int
    name: str
    ground: str
    asked: dict[str, Any]
    placed_at: datetime
    who: str
    documents: int
    released_at: datetime | None
    release_reason: str


def place(
    session: Session, viewer: Viewer, matter_id: int, said: HoldSaid, at: datetime, *,
    searching: Searching,
) -> int:  # fmt: skip
    """Place a hold; it stands from the end of this transaction on. Its id.

    Raises `NotFound`, `Ambiguous`, `NotAllowed`, `UsageError`, and `Conflict` in a closed matter.
    """
    writable(session, viewer, matter_id)
    if not said.name.strip() or not said.ground.strip():
        raise UsageError("A hold needs a name and a ground.")
    if not (said.seeds or said.searches or said.collections):
        raise UsageError("Say what the hold covers: seeds, searches or collections.")
    serialise(session, LOCK)
    seeds = [find_seed(session, viewer, text) for text in said.seeds]
    collections = [_collection(session, viewer, name) for name in said.collections]
    hold = Hold(
        id=random_id(), matter_id=matter_id, name=said.name.strip(), ground=said.ground.strip(),
        criterion={
            "seeds": [[one.type, one.id] for one in seeds], "searches": list(said.searches),
            "collections": collections, "depth": said.depth,
            "asked": {"seeds": list(said.seeds), "collections": list(said.collections)},
        },
        reads=sorted(viewer.reads), placed_at=at, user_id=viewer.account_id,
    )  # fmt: skip
    session.add(hold)
    session.flush()
    _look(session, hold, at, searching)
    record(session, viewer, matter_id, "hold-placed", at, hold=hold.id)
    return hold.id


def look_again(
    session: Session, viewer: Viewer, hold_id: int, at: datetime, *, searching: Searching
) -> None:
    """See what a hold covers by now: what matches, stays covered until the release.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where it is released.
    """
    hold = _writable(session, viewer, hold_id)
    _look(session, hold, at, searching)
    record(session, viewer, hold.matter_id, "hold-looked", at, hold=hold.id)


def release(session: Session, viewer: Viewer, hold_id: int, reason: str, at: datetime) -> None:
    """From the end of this transaction on it covers nothing. Raises as `look_again` does."""
    hold = _writable(session, viewer, hold_id)
    if not reason.strip():
        raise UsageError("Say why: it needs a reason.")
    hold.released_at, hold.released_by, hold.release_reason = at, viewer.account_id, reason.strip()
    session.flush()
    record(session, viewer, hold.matter_id, "hold-released", at, hold=hold.id)


def list_holds(
    session: Session, viewer: Viewer, *, matter_id: int = 0, limit: int = MOST, offset: int = 0
) -> Listing[HoldView]:
    """The holds of one's matters, or of one of them, the newest first. Raises `NotFound`."""
    statement = (
        select(Hold, Account.name)
        .outerjoin(Account, Account.id == Hold.user_id)
        .where(Hold.matter_id.in_(member_of(viewer)))
        .order_by(Hold.placed_at.desc(), Hold.id)
    )
    if matter_id:
        row_of(session, viewer, matter_id)
        statement = statement.where(Hold.matter_id == matter_id)
    return listed(
        session, statement, lambda row: _view(session, viewer, row[0], row[1] or ""), limit=limit,
        offset=offset,
    )  # fmt: skip


def enter(session: Session, viewer: Viewer, hold_id: int, at: datetime) -> HoldView:
    """The hold of that id, with the event that it was looked at, as `matters.enter` has it.

    In a session that writes. Raises `NotFound`.
    """
    try:
        found = get_hold(session, viewer, hold_id)
    except NotFound:
        matter_id = session.scalar(select(Hold.matter_id).where(Hold.id == hold_id))
        refuse(session, viewer, matter_id, at)
        raise
    note_listed(session, viewer, [found.matter], "holds", at)
    return found


def get_hold(session: Session, viewer: Viewer, hold_id: int) -> HoldView:
    """The hold of that id. Raises `NotFound`."""
    hold = _row(session, viewer, hold_id)
    who = session.scalar(select(Account.name).where(Account.id == hold.user_id))
    return _view(session, viewer, hold, who or "")


def documents_of(
    session: Session, viewer: Viewer, hold_id: int, *, limit: int = MOST, offset: int = 0
) -> Listing[str]:
    """File numbers of what it covered when it was last looked at. Raises `NotFound`."""
    _row(session, viewer, hold_id)
    statement = (
        select(Document.id)
        .join(HeldDocument, HeldDocument.document_id == Document.id)
        .where(HeldDocument.hold_id == hold_id, Document.collection_id.in_(viewer.reads))
        .order_by(Document.id)
    )
    return listed(session, statement, lambda row: file_number(row[0]), limit=limit, offset=offset)


def _look(session: Session, hold: Hold, at: datetime, searching: Searching) -> None:
    """Keep what matches now, with its family; and up to which event that was so."""
    up_to = settled(session)
    found = matching(session, hold)
    every = operator(session)
    for query in hold.criterion["searches"]:
        found |= set(searching(session, every, query, None))
    found = family_of(session, found)
    known = set(
        session.scalars(select(HeldDocument.document_id).where(HeldDocument.hold_id == hold.id))
    )
    rows = [{"hold_id": hold.id, "document_id": one, "since": at} for one in sorted(found - known)]
    insert_rows(session, HeldDocument, rows)
    hold.looked_at = max(hold.looked_at, up_to)


def settled(session: Session) -> int:
    """The number of the last event before which a search finds all that it is to find.

    What still waits to be read or indexed is found by no search: the last event of each such
    document, and all after it, come later.
    """
    if session.scalar(select(Job.id).where(Job.kind == JobKind.NAME).limit(1)):
        return 0  # a name that is looked for may be found in any document
    latest = (
        select(func.max(Event.number))
        .join(Version, Version.document_id == Event.document_id)
        .where(
            Version.id.in_(select(Job.subject).where(Job.kind.in_(OF_VERSIONS))),
            Event.document_id == Version.document_id,
        )
        .group_by(Event.document_id)
        .subquery()
    )
    first = session.scalar(select(func.min(latest.c[0])))
    return (first or (session.scalar(select(func.max(Event.number))) or 0) + 1) - 1


def _collection(session: Session, viewer: Viewer, name: str) -> int:
    found = session.scalar(
        select(Collection.id).where(Collection.name == name, Collection.id.in_(viewer.reads))
    )
    if found is None:
        raise NotFound("collection", name)
    return found


def _row(session: Session, viewer: Viewer, hold_id: int) -> Hold:
    hold = session.scalar(
        select(Hold).where(Hold.id == hold_id, Hold.matter_id.in_(member_of(viewer)))
    )
    if hold is None:
        raise NotFound("hold", hold_id)
    return hold


def _writable(session: Session, viewer: Viewer, hold_id: int) -> Hold:
    hold = _row(session, viewer, hold_id)
    writable(session, viewer, hold.matter_id, even_closed=True)
    serialise(session, LOCK)
    session.refresh(hold)
    if hold.released_at is not None:
        raise Conflict("This hold is released already.")
    return hold


def _view(session: Session, viewer: Viewer, hold: Hold, who: str) -> HoldView:
    asked: Mapping[str, Any] = hold.criterion["asked"]
    return HoldView(
        hold.id, hold.matter_id, hold.name, hold.ground,
        {**asked, "searches": hold.criterion["searches"], "depth": hold.criterion["depth"]},
        hold.placed_at, who, documents_of(session, viewer, hold.id, limit=1).total,
        hold.released_at, hold.release_reason,
    )  # fmt: skip
