"""What persons were asked about two documents that may be one, and what they said.

A question stands at one document (`Proposal.document_id`) and names the other. Where the one goes
into another document, its questions go along; the other is looked up by its old file number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.bulk import insert_rows
from archive.models import Document, NumberAlias, Proposal, Version
from archive.told import IN_CHUNK, Told

Pair = frozenset[int]  # of one document only where the two have become one

#: Of a decision that nobody proposed: a person has parted the version from its document.
PARTED: Final = "parted"
#: The versions that a decision moved, and the rows that went along: what goes back.
MOVED: Final = "versions"
ALONG: Final = "along"

#: What a receipt says of a decision: `joined`, `parted`, or `back` where one was taken back.
RULED: Final = "ruled"
JOINED: Final = "joined"
BACK: Final = "back"


class Rulings:
    """What persons have said of these documents: which stay as they are, which are two."""

    def __init__(self, session: Session, documents: Iterable[int]) -> None:
        asked = [(row, both) for row, both in _asked(session, documents) if row.decision]
        self.pinned = {row.document_id for row, _ in asked}
        self.apart = frozenset(
            both for row, both in asked if row.decision == "reject" and len(both) > 1
        )


def was_ruled(session: Session, document_id: int, other: int) -> bool:
    """Did a person say of these two documents that they are to stay as they are?"""
    pair = frozenset({document_id, other})
    return any(row.decision and both == pair for row, both in _asked(session, pair))


def propose(session: Session, pairs: Sequence[tuple[Told, int]], at: datetime) -> None:
    """Ask a person of each pair if the two are versions of one document; asked once."""
    documents = {document for told, other in pairs for document in (told.document_id, other)}
    known = {both for _, both in _asked(session, documents)}
    rows = []
    for told, other in pairs:
        pair = frozenset({told.document_id, other})
        if pair not in known:
            known.add(pair)
            rows.append(
                {
                    "kind": "version",
                    "collection_id": told.collection_id,
                    "document_id": told.document_id,
                    "details": {"other": other, "number": told.key},
                    "recorded_at": at,
                }
            )
    insert_rows(session, Proposal, rows)


def carry(session: Session, source: int, target: int, at: datetime) -> None:
    """Take along what was asked and said of a document that went into another."""
    at_source = (Proposal.kind == "version", Proposal.document_id == source)
    session.execute(update(Proposal).where(*at_source).values(document_id=target))
    close_answered(session, [target], at)


def say_again(session: Session, receipt: dict[str, Any], version: Version, at: datetime) -> None:
    """Let a decision hold again that a receipt tells of and whose row is lost; who said it is too.

    After the version was moved. Of several versions that one decision moved, each has a receipt.
    """
    decision, into, other = receipt[RULED], receipt["into"], receipt["document"]
    rows = [row for row, both in _asked(session, {into, other}) if both <= {into, other}]
    if decision == BACK:
        for row in rows:
            row.decision = None
        return
    asked = [one for one in rows if one.retracted_at in (None, at)]
    collection_id = session.get_one(Document, into).collection_id
    new = Proposal(kind="version", collection_id=collection_id, recorded_at=at, details={})
    row = asked[0] if asked else new
    session.add(row)
    row.document_id, row.retracted_at = into, at
    row.decision = "accept" if decision == JOINED else "reject"
    moved = [*row.details.get(MOVED, ()), version.id]
    row.details = {"number": None, **row.details, "other": other, MOVED: moved, ALONG: {}}
    if decision == PARTED:
        row.details = {**row.details, PARTED: into}
    session.flush()


def close_same(session: Session, answered: Proposal, at: datetime) -> None:
    """Withdraw what else asks of the same two documents."""
    other = answered.details["other"]
    close_answered(session, {answered.document_id or 0, _now(session, [other])[other]}, at)


def close_answered(session: Session, documents: Iterable[int], at: datetime) -> None:
    """Withdraw what is open at these documents and needs no answer any more.

    That is where the two have become one, and where the same is asked or was answered elsewhere.
    """
    asked = _asked(session, documents)
    seen = {both for row, both in asked if row.decision}
    for row, both in asked:
        if row.retracted_at is None:
            if len(both) == 1 or both in seen:
                row.retracted_at = at
            seen.add(both)


def _asked(session: Session, documents: Iterable[int]) -> list[tuple[Proposal, Pair]]:
    """All that was ever asked at these documents, each with the two as they are now."""
    rows: list[Proposal] = []
    wanted = sorted(documents)
    for start in range(0, len(wanted), IN_CHUNK):
        rows += session.scalars(
            select(Proposal).where(
                Proposal.kind == "version",
                Proposal.document_id.in_(wanted[start : start + IN_CHUNK]),
            )
        )
    rows.sort(key=lambda row: row.id)
    now = _now(session, sorted({row.details["other"] for row in rows}))
    return [(row, frozenset({row.document_id or 0, now[row.details["other"]]})) for row in rows]


def _now(session: Session, documents: Sequence[int]) -> dict[int, int]:
    """Where the versions of these documents are now: most are where they were.

    A document that has versions again is itself, though it once went into another.
    """
    found = {document: document for document in documents}
    for start in range(0, len(documents), IN_CHUNK):
        chunk = documents[start : start + IN_CHUNK]
        rows = session.execute(
            select(NumberAlias.document, Version.document_id)
            .join(Version, Version.id == NumberAlias.version_id)
            .join(Document, Document.id == NumberAlias.document)
            .where(
                NumberAlias.document.in_(chunk),
                NumberAlias.version == 0,
                Document.current_version_id.is_(None),
            )
        )
        found |= {row.document: row.document_id for row in rows}
    return found
