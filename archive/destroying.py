"""The rows that follow from a receipt of destruction: `disposed` or `erased`.

The same code destroys, replays, and destroys again after the restore of an older backup. Pages,
facts, mentions and all else that repeats the text go; file number, versions with their hashes,
sightings, rulings and events stand.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive import events, jobs, tombstones, withdrawing
from archive.bulk import chunked
from archive.models import (
    Candidate,
    CurrentSpan,
    Document,
    Fact,
    Identifier,
    Job,
    Mention,
    Notice,
    Page,
    Proposal,
    Reference,
    Ruling,
    Sighting,
    Tombstone,
    Version,
)

#: What is emptied of a version: all that was read in it but kind, number and date.
_EMPTIED: Final[dict[str, Any]] = {
    "status": "unreadable", "reason_code": None, "reason": None, "page_count": 0,
    "text_source": "none", "unread_pictures": None, "properties": {}, "revision": None,
    "title": None, "due_date": None, "effective_from": None, "expires_on": None, "language": None,
    "currency": None, "total": None, "parties": [],
}  # fmt: skip
_NO_EVIDENCE: Final = {"page": None, "start": None, "end": None, "quote": None, "where": None}


def apply(session: Session, receipt: dict[str, Any]) -> None:
    """Do what the receipt says, once; the bytes are for the caller, see `tombstones.destroyed_of`.

    A document that is not there is left alone: its own receipt is lost, which `verify` says.
    """
    document = session.get(Document, receipt["document"])
    if document is None or session.get(Tombstone, document.id) is not None:
        return
    at = datetime.fromisoformat(receipt["at"])
    rows = session.execute(
        select(Version.id, Version.blob_id).where(Version.document_id == document.id)
    ).all()
    versions = [row[0] for row in rows]
    _close(session, document, at)
    _forget(session, document.id, versions, at)
    if receipt["what"] == "erased":
        _erase(session, document.id, versions, at)
    session.add(_tombstone(receipt, at))
    session.flush()
    tombstones.mark_destroyed(session, {row[1] for row in rows}, at)
    events.record(
        session, at, receipt["what"], actor=receipt["approved_by"],
        collection_id=document.collection_id, document_id=document.id, receipt=receipt["receipt"],
        proposed_by=receipt["proposed_by"],
    )  # fmt: skip
    jobs.enqueue(session, jobs.JobKind.REBUILD, [document.collection_id], at)


def _close(session: Session, document: Document, at: datetime) -> None:
    document.current_version_id = None
    session.execute(
        update(CurrentSpan)
        .where(CurrentSpan.document_id == document.id, CurrentSpan.until.is_(None))
        .values(until=at)
    )


def _forget(session: Session, document_id: int, versions: Sequence[int], at: datetime) -> None:
    """Take away all that repeats the text, and what waits to be read of it."""
    read = Reference.version_id.in_(versions), Reference.text.is_not(None)
    references = session.scalars(select(Reference.id).where(*read)).all()
    for chunk in chunked(references):
        for table in (Mention, Candidate):
            session.execute(delete(table).where(table.reference_id.in_(chunk)))
        session.execute(delete(Reference).where(Reference.id.in_(chunk)))
    withdrawing.unsay(session, versions, at)
    for model in (Page, Fact):
        session.execute(delete(model).where(model.version_id.in_(versions)))
    of_versions = jobs.OF_VERSIONS
    session.execute(delete(Job).where(Job.kind.in_(of_versions), Job.subject.in_(versions)))
    session.execute(delete(Proposal).where(Proposal.document_id == document_id))
    session.execute(
        update(Identifier).where(Identifier.version_id.in_(versions)).values(**_NO_EVIDENCE)
    )
    session.execute(update(Notice).where(Notice.version_id.in_(versions)).values(message=""))
    session.execute(update(Version).where(Version.id.in_(versions)).values(**_EMPTIED))


def _erase(session: Session, document_id: int, versions: Sequence[int], at: datetime) -> None:
    """Names and numbers go too: a path stays as a hash with a salt that nobody keeps."""
    session.execute(delete(Identifier).where(Identifier.version_id.in_(versions)))
    session.execute(update(Ruling).where(Ruling.document_id == document_id).values(reason=""))
    unnamed = {"file_name": "", "own_number": None, "date": None}
    session.execute(update(Version).where(Version.id.in_(versions)).values(**unnamed))
    for sighting in session.scalars(select(Sighting).where(Sighting.version_id.in_(versions))):
        salt = secrets.token_hex(16)
        if sighting.path is not None:
            sighting.path = hashlib.sha256(f"{salt}{sighting.path}".encode()).hexdigest()
            sighting.raw_path = None
        if sighting.name is not None:
            sighting.name = hashlib.sha256(f"{salt}{sighting.name}".encode()).hexdigest()
        sighting.until = sighting.until or at


def _tombstone(receipt: dict[str, Any], at: datetime) -> Tombstone:
    return Tombstone(
        document_id=receipt["document"], what=receipt["what"], retention_class=receipt["class"],
        authority=receipt["authority"], reason=receipt["reason"],
        proposed_by=receipt["proposed_by"],
        proposed_at=datetime.fromisoformat(receipt["proposed_at"]),
        approved_by=receipt["approved_by"],
        approved_at=datetime.fromisoformat(receipt["approved_at"]),
        destroyed_at=at, content=receipt["content"], receipt=receipt["receipt"],
    )  # fmt: skip
