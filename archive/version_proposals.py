"""Documents that may be versions of one: a person says whether they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import identity
from archive.access import Viewer
from archive.documents import by_file_number
from archive.models import Version
from archive.proposals import decide, find_open
from archive.told import told_of
from archive.version_questions import close_same


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
    row = find_open(session, viewer, proposal_id, kind="version")
    source, target = (
        by_file_number(session, viewer, number)
        for number in (row.document_id or 0, row.details["other"])
    )
    if source != target:
        ids = session.scalars(select(Version.id).where(Version.document_id == source))
        identity.move(session, receipts, told_of(session, list(ids)), target, at)
    # of the document that stays: what a person has joined is not split again by what is read
    row.document_id, row.details = target, {**row.details, "other": source}
    decide(session, viewer, row, "accept", at)
    close_same(session, row, at)


def reject(session: Session, viewer: Viewer, proposal_id: int, at: datetime) -> None:
    """They stay two documents; it is not proposed again."""
    row = find_open(session, viewer, proposal_id, kind="version")
    decide(session, viewer, row, "reject", at)
    close_same(session, row, at)
