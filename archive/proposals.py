"""Proposals of every kind: what is open for a viewer, and what was decided."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer
from archive.errors import NotFound
from archive.models import Proposal


def find_open(session: Session, viewer: Viewer, proposal_id: int, *, kind: str) -> Proposal:
    """The proposal of this kind that the viewer may answer. Raises `NotFound`, `NotAllowed`."""
    row = session.get(Proposal, proposal_id)
    is_open = row is not None and row.kind == kind and row.retracted_at is None
    if row is None or not is_open or row.collection_id not in viewer.reads:
        raise NotFound("open proposal", proposal_id)
    viewer.require(Right.FILE, row.collection_id)
    return row


def decide(session: Session, viewer: Viewer, row: Proposal, decision: str, at: datetime) -> None:
    """Close it as "accept" or "reject"; the event says of which document it was, if of one."""
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
