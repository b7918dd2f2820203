"""Disposals: proposed by one person, approved by another, called off by anybody until it is done.

What is approved waits for its days of grace; then the worker destroys it (archive/disposing.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.access import Right, Viewer
from archive.bulk import chunked, insert_rows
from archive.config_rules import RetentionClass
from archive.db import serialise
from archive.disposal_views import get_disposal
from archive.errors import Conflict, NotAllowed, NotFound, UsageError
from archive.holds import require_free
from archive.matters import random_id
from archive.messages import Message
from archive.models import Disposal, DisposalDocument, Document
from archive.records import file_number
from archive.retention import OPEN, all_due, goes_with, is_proposed, taken_back

LOCK = "disposals"
MOST_AT_ONCE = 1000  # documents of one proposal
PROPOSED: Final = Message("%(document)s is not due, or is proposed already.")


def propose(
    session: Session, viewer: Viewer, document_ids: Sequence[int],
    classes: Sequence[RetentionClass], at: datetime, *, reason: str = "",
) -> int:  # fmt: skip
    """Propose to dispose of documents that are due; what is inside them goes with them. Its id.

    Raises `NotAllowed`, `NotFound`, `Conflict` where one is not due, `Kept`, `UsageError`.
    """
    _require_person(viewer)
    wanted = _asked(document_ids)
    _require_there(session, viewer, wanted)
    serialise(session, LOCK)
    known = {one.document_id: one for one in all_due(session, viewer, classes, at.date())}
    rows = []
    for document_id in wanted:
        one = known.get(document_id)
        if one is None:
            raise Conflict(PROPOSED, document=file_number(document_id))
        what = one.retention_class.name, one.retention_class.authority
        rows += [(member, *what) for member in (document_id, *one.goes_with)]
    return _keep(session, viewer, "disposed", rows, reason, at)


def propose_erasure(
    session: Session, viewer: Viewer, document_ids: Sequence[int], ground: str, at: datetime, *,
    reason: str = "",
) -> int:  # fmt: skip
    """Ask for the erasure of documents under data protection law, whatever their class. Its id.

    What is inside them goes with them. Raises `NotAllowed`, `NotFound`, `Conflict`, `Kept`, and
    `UsageError` without a ground.
    """
    _require_person(viewer)
    wanted = _asked(document_ids)
    if not ground.strip():
        raise UsageError("Say on what ground it is to be erased.")
    _require_there(session, viewer, wanted)
    serialise(session, LOCK)
    members: list[int] = []
    for document_id, inside in goes_with(session, wanted).items():
        if inside is None:
            raise Conflict(
                Message("%(document)s is inside another document: that one has to be erased."),
                document=file_number(document_id),
            )
        members += [document_id, *inside]
    _require_there(session, viewer, set(members) - taken_back(session, members))
    for chunk in chunked(members):
        there = select(Document.id).where(Document.id.in_(chunk), is_proposed())
        if (known := session.scalars(there).first()) is not None:
            raise Conflict(PROPOSED, document=file_number(known))
    rows = [(member, "", ground.strip()) for member in members]
    return _keep(session, viewer, "erased", rows, reason, at)


def _asked(document_ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(document_ids))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise UsageError("Name 1 to %(most)s documents.", most=MOST_AT_ONCE)
    return wanted


def _keep(
    session: Session, viewer: Viewer, what: str, rows: Iterable[tuple[int, str, str]],
    reason: str, at: datetime,
) -> int:  # fmt: skip
    lines = {row[0]: row for row in rows}
    require_free(session, lines, at, actor=viewer.actor)
    made = Disposal(
        id=random_id(), what=what, reason=reason.strip(), proposed_by=viewer.account_id,
        proposed_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    kept = [
        {
            "disposal_id": made.id, "document_id": document_id, "retention_class": name,
            "authority": authority, "outcome": "waiting",
        }
        for document_id, name, authority in lines.values()
    ]  # fmt: skip
    insert_rows(session, DisposalDocument, kept)
    _record(session, viewer, made.id, "disposal-proposed", at)
    return made.id


def approve(
    session: Session, viewer: Viewer, disposal_id: int, at: datetime, *, grace: timedelta,
    reason: str = "",
) -> None:  # fmt: skip
    """Agree to what another person proposed; it is destroyed when the days of grace are over.

    Raises `NotFound`, `NotAllowed` for who proposed it, `Conflict` where it is decided already.
    """
    row = _writable(session, viewer, disposal_id, ("proposed",))
    if row.proposed_by == viewer.account_id:
        raise NotAllowed("Another person has to approve what you proposed.")
    row.state, row.decided_by, row.decided_at = "approved", viewer.account_id, at
    row.decision_reason, row.run_after = reason.strip(), at + grace
    session.flush()
    jobs.enqueue(session, jobs.JobKind.DISPOSE, [row.id], row.run_after)
    _record(session, viewer, row.id, "disposal-approved", at)


def call_off(
    session: Session, viewer: Viewer, disposal_id: int, at: datetime, *, reason: str
) -> None:
    """Leave the documents where they are: refused, or thought better of.

    Raises `NotFound`, `NotAllowed`, `UsageError` without a reason, `Conflict` where it is over.
    """
    row = _writable(session, viewer, disposal_id, OPEN)
    if not reason.strip():
        raise UsageError("Say why: it needs a reason.")
    row.state, row.decided_by, row.decided_at = "called-off", viewer.account_id, at
    row.decision_reason, row.run_after = reason.strip(), None
    session.flush()
    jobs.call_off(session, jobs.JobKind.DISPOSE, row.id)
    _record(session, viewer, row.id, "disposal-called-off", at)


def _require_person(viewer: Viewer) -> None:
    viewer.require(Right.DISPOSE)
    if viewer.account_id is None:
        raise NotAllowed("Two persons have to sign in for this.")


def _require_there(session: Session, viewer: Viewer, document_ids: Collection[int]) -> None:
    there: set[int] = set()
    for chunk in chunked(document_ids):
        readable = and_(
            Document.collection_id.in_(viewer.reads), Document.current_version_id.is_not(None)
        )
        there.update(session.scalars(select(Document.id).where(Document.id.in_(chunk), readable)))
    for document_id in sorted(document_ids):
        if document_id not in there:
            raise NotFound("document", file_number(document_id))


def _writable(
    session: Session, viewer: Viewer, disposal_id: int, states: Sequence[str]
) -> Disposal:
    _require_person(viewer)
    get_disposal(session, viewer, disposal_id)
    serialise(session, LOCK)
    row = session.get_one(Disposal, disposal_id, with_for_update=True)
    session.refresh(row)
    if row.state not in states:
        raise Conflict("This disposal is decided already.")
    return row


def _record(session: Session, viewer: Viewer, disposal_id: int, kind: str, at: datetime) -> None:
    """One event for each document, for who reads its history."""
    rows = session.execute(
        select(Document.id, Document.collection_id)
        .join(DisposalDocument, DisposalDocument.document_id == Document.id)
        .where(DisposalDocument.disposal_id == disposal_id)
        .order_by(Document.id)
    )
    for document_id, collection_id in rows:
        events.record(
            session, at, kind, actor=viewer.actor, collection_id=collection_id,
            document_id=document_id, disposal=disposal_id,
        )  # fmt: skip


def close(session: Session, row: Disposal, at: datetime) -> None:
    """Nothing of it waits any more."""
    session.execute(update(Disposal).where(Disposal.id == row.id).values(state="done", done_at=at))
