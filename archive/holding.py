"""Placing, looking at and releasing the holds of a matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.access import Right, Viewer
from archive.bulk import chunked, insert_rows
from archive.db import serialise
from archive.errors import Conflict, NotFound, UsageError
from archive.held import LED_TO, NAMED, UNSEEN, is_shown
from archive.hold_reach import Reach, reach
from archive.holds import LOCK
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
from archive.models import Account, Collection, Document, HeldDocument, Hold
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
    """A hold, for a member of its matter; `documents` are those that the member may know of."""

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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A hold that is about to be placed or looked at, and what it covers."""

    hold: Hold
    found: Reach


def prepare(
    session: Session, viewer: Viewer, matter_id: int, said: HoldSaid, *, searching: Searching
) -> Prepared:
    """What a hold would cover, for `place`. It only reads, and may take its time.

    Raises `NotFound`, `Ambiguous`, `NotAllowed`, `UsageError`.
    """
    row_of(session, viewer, matter_id)
    viewer.require(Right.TRAIL)
    if not said.name.strip() or not said.ground.strip():
        raise UsageError("A hold needs a name and a ground.")
    if not (said.seeds or said.searches or said.collections):
        raise UsageError("Say what the hold covers: seeds, searches or collections.")
    seeds = [find_seed(session, viewer, text) for text in said.seeds]
    collections = [_collection(session, viewer, name) for name in said.collections]
    hold = Hold(
        id=random_id(), matter_id=matter_id, name=said.name.strip(), ground=said.ground.strip(),
        criterion={
            "seeds": [[one.type, one.id] for one in seeds], "searches": list(said.searches),
            "collections": collections, "depth": said.depth,
            "asked": {"seeds": list(said.seeds), "collections": list(said.collections)},
        },
        reads=sorted(viewer.reads), crossed=[], looked_at=0, user_id=viewer.account_id,
    )  # fmt: skip
    return Prepared(hold, reach(session, hold, searching))


def place(session: Session, viewer: Viewer, prepared: Prepared, at: datetime) -> int:
    """Place a hold; it stands from the end of this transaction on. Its id.

    What was done since it was prepared counts as covered until it is looked at again. Raises
    `NotFound`, `NotAllowed`, and `Conflict` in a closed matter.
    """
    hold = prepared.hold
    writable(session, viewer, hold.matter_id)
    serialise(session, LOCK)
    hold.placed_at = at
    session.add(hold)
    session.flush()
    _cover(session, hold, prepared.found, at)
    record(session, viewer, hold.matter_id, "hold-placed", at, hold=hold.id)
    return hold.id


def look(session: Session, viewer: Viewer, hold_id: int, *, searching: Searching) -> Reach:
    """What a hold covers by now, for `look_again`. It only reads, and may take its time.

    Raises `NotFound`, `NotAllowed`, `UsageError`, and `Conflict` where it is released.
    """
    hold = hold_of(session, viewer, hold_id)
    viewer.require(Right.TRAIL)
    _require_standing(hold)
    return reach(session, hold, searching)


def look_again(session: Session, viewer: Viewer, hold_id: int, found: Reach, at: datetime) -> None:
    """Keep what a hold covers by now: what matches, stays covered until the release.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where it is released.
    """
    hold = writable_hold(session, viewer, hold_id)
    _cover(session, hold, found, at)
    record(session, viewer, hold.matter_id, "hold-looked", at, hold=hold.id)


def release(session: Session, viewer: Viewer, hold_id: int, reason: str, at: datetime) -> None:
    """From the end of this transaction on it covers nothing. Raises as `look_again` does."""
    hold = writable_hold(session, viewer, hold_id)
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
    hold = hold_of(session, viewer, hold_id)
    who = session.scalar(select(Account.name).where(Account.id == hold.user_id))
    return _view(session, viewer, hold, who or "")


def documents_of(
    session: Session, viewer: Viewer, hold_id: int, *, limit: int = MOST, offset: int = 0
) -> Listing[str]:
    """File numbers of what it covered when it was last looked at, as `held` has them.

    Raises `NotFound`.
    """
    hold = hold_of(session, viewer, hold_id)
    statement = (
        select(Document.id)
        .join(HeldDocument, HeldDocument.document_id == Document.id)
        .where(is_shown(viewer, hold), Document.collection_id.in_(viewer.reads))
        .order_by(Document.id)
    )
    return listed(session, statement, lambda row: file_number(row[0]), limit=limit, offset=offset)


def _cover(session: Session, hold: Hold, found: Reach, at: datetime) -> None:
    """Keep what the hold reached, and up to which event that was so; nothing is taken back."""
    rows = session.execute(
        select(HeldDocument.document_id, HeldDocument.seen).where(HeldDocument.hold_id == hold.id)
    )
    known = {row[0]: row[1] for row in rows}
    new = [
        {"hold_id": hold.id, "document_id": one, "since": at, "seen": seen}
        for one, seen in sorted(found.seen.items())
        if one not in known
    ]
    insert_rows(session, HeldDocument, new)
    for level in (LED_TO, NAMED):
        more = [one for one in known if known[one] < level == found.seen.get(one, UNSEEN)]
        for chunk in chunked(more):
            session.execute(
                update(HeldDocument)
                .where(HeldDocument.hold_id == hold.id, HeldDocument.document_id.in_(chunk))
                .values(seen=level)
            )
    hold.crossed = sorted({*hold.crossed, *found.crossed})
    hold.looked_at = max(hold.looked_at, found.up_to)
    session.flush()


def _collection(session: Session, viewer: Viewer, name: str) -> int:
    found = session.scalar(
        select(Collection.id).where(Collection.name == name, Collection.id.in_(viewer.reads))
    )
    if found is None:
        raise NotFound("collection", name)
    return found


def hold_of(session: Session, viewer: Viewer, hold_id: int) -> Hold:
    """The row of a hold of one's matters. Raises `NotFound`."""
    hold = session.scalar(
        select(Hold).where(Hold.id == hold_id, Hold.matter_id.in_(member_of(viewer)))
    )
    if hold is None:
        raise NotFound("hold", hold_id)
    return hold


def writable_hold(session: Session, viewer: Viewer, hold_id: int) -> Hold:
    """The same where it stands and may be changed; others wait until this transaction ends.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where it is released.
    """
    hold = hold_of(session, viewer, hold_id)
    writable(session, viewer, hold.matter_id, even_closed=True)
    serialise(session, LOCK)
    session.refresh(hold)
    _require_standing(hold)
    return hold


def _require_standing(hold: Hold) -> None:
    if hold.released_at is not None:
        raise Conflict("This hold is released already.")


def _view(session: Session, viewer: Viewer, hold: Hold, who: str) -> HoldView:
    asked: Mapping[str, Any] = hold.criterion["asked"]
    return HoldView(
        hold.id, hold.matter_id, hold.name, hold.ground,
        {**asked, "searches": hold.criterion["searches"], "depth": hold.criterion["depth"]},
        hold.placed_at, who, documents_of(session, viewer, hold.id, limit=1).total,
        hold.released_at, hold.release_reason,
    )  # fmt: skip
