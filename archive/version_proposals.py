"""Documents that may be versions of one: a person says whether they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events, identity
from archive.access import Right, Viewer
from archive.documents import by_file_number
from archive.errors import NotFound
from archive.models import Proposal, Version


def accept(
    session: Session,
    receipts: list[dict[str, Any]],
    viewer: Viewer,
    proposal_id: int,
    at: datetime,
) -> None:
    """Make the versions of the one document versions of the other. Adds the receipts of it.

    Raises `NotFound`, `NotAllowed`.
    """
    row = _open(session, viewer, proposal_id)
    source, target = (
        by_file_number(session, viewer, number)
        for number in (row.document_id or 0, row.details["other"])
    )
    if source != target:
        ids = session.scalars(select(Version.id).where(Version.document_id == source))
        identity.move(session, receipts, identity.told_of(session, list(ids)), target, at)
    # of the document that stays: what a person has joined is not split again by what is read
    row.document_id, row.details = target, {**row.details, "other": source}
    _decide(session, viewer, row, "accept", at)


def reject(session: Session, viewer: Viewer, proposal_id: int, at: datetime) -> None:
    """They stay two documents; it is not proposed again."""
    _decide(session, viewer, _open(session, viewer, proposal_id), "reject", at)


def _open(session: Session, viewer: Viewer, proposal_id: int) -> Proposal:
    row = session.get(Proposal, proposal_id)
    is_open = row is not None and row.kind == "version" and row.retracted_at is None
    if row is None or not is_open or row.collection_id not in viewer.reads:
        raise NotFound("open proposal", proposal_id)
    viewer.require(Right.FILE, row.collection_id)
    return row


def _decide(session: Session, viewer: Viewer, row: Proposal, decision: str, at: datetime) -> None:
    row.decision, row.retracted_at, row.user_id = decision, at, viewer.account_id
    events.record(
        session,
        at,
        f"proposal-{decision}ed",
        actor=viewer.actor,
        collection_id=row.collection_id,
        document_id=row.document_id,
        proposal=row.id,
    )
