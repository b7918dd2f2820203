"""Entries that folders propose: seen, taken up or rejected, and over once they are registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.folder_rules import PROPOSAL, registered
from archive.listing import MOST, Listing
from archive.models import Collection, Document, Proposal, Sighting, Version
from archive.proposals import decide, find_open
from archive.register_fields import register_of
from archive.registers import EntryView, create
from archive.schemes import Schemes


@dataclass(frozen=True, slots=True)
class EntryProposal:
    """A name that a folder says and no register knows."""

    id: int
    register: str
    name: str
    collection: str
    rule: str
    path: str  # ROOT/… of the folder
    documents: int  # of the collection, below that folder
    recorded_at: datetime


def list_proposals(
    session: Session,
    viewer: Viewer,
    *,
    register: str = "",
    limit: int = MOST,
    offset: int = 0,
) -> Listing[EntryProposal]:
    """What is open, by name, for those who may answer it.

    What an entry bears that the viewer sees in another collection is no question for them.
    """
    rows = session.execute(
        select(Proposal, Collection.name)
        .join(Collection, Collection.id == Proposal.collection_id)
        .where(
            Proposal.kind == PROPOSAL,
            Proposal.collection_id.in_(viewer.reads),
            Proposal.retracted_at.is_(None),
        )
    ).all()
    keys = {key for row, _ in rows for _, key, _ in row.details["keys"]}
    known = registered(session, viewer.reads, keys)
    wanted = [
        (row, collection)
        for row, collection in rows
        if register in ("", row.details["register"])
        and not any((scheme, key) in known for scheme, key, _ in row.details["keys"])
    ]
    wanted.sort(key=lambda pair: (pair[0].details["name"].casefold(), pair[0].id))
    items = [_told(session, row, name) for row, name in wanted[offset : offset + limit]]
    return Listing(tuple(items), len(wanted))


def accept(
    session: Session,
    viewer: Viewer,
    proposal_id: int,
    at: datetime,
    *,
    schemes: Schemes,
    values: dict[str, Any] | None = None,
) -> EntryView:
    """Register the name; its documents are linked to the entry. `values` say more of it."""
    row = find_open(session, viewer, proposal_id, kind=PROPOSAL)
    register = register_of(row.details["register"])
    collection = session.get_one(Collection, row.collection_id).name
    named = {register.code: row.details["name"], register.title: row.details["name"]}
    entry = create(
        session, viewer, register, {**named, **(values or {})}, at,
        schemes=schemes, collection=collection,
    )  # fmt: skip
    decide(session, viewer, row, "accept", at)
    return entry


def reject(session: Session, viewer: Viewer, proposal_id: int, at: datetime) -> None:
    """It is no entry; it will not be proposed again."""
    decide(session, viewer, find_open(session, viewer, proposal_id, kind=PROPOSAL), "reject", at)


def _told(session: Session, row: Proposal, collection: str) -> EntryProposal:
    details = row.details
    root, _, folder = details["path"].partition("/")
    below = folder.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "/%"
    documents = session.scalar(
        select(func.count(Version.document_id.distinct()))
        .join(Sighting, Sighting.version_id == Version.id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Sighting.root == root,
            Sighting.path.like(below, escape="\\"),
            Sighting.until.is_(None),
            Document.collection_id == row.collection_id,
        )
    )
    return EntryProposal(
        row.id, details["register"], details["name"], collection, details["rule"],
        details["path"], documents or 0, row.recorded_at,
    )  # fmt: skip
