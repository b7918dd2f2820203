"""Documents that may be versions of one: a person says whether they are, and may take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events, identity
from archive.access import Right, Viewer
from archive.bulk import insert_rows
from archive.documents import by_file_number
from archive.errors import NotFound, UsageError
from archive.models import NumberAlias, Proposal, Reference, Ruling, Version
from archive.proposals import decide, find_open
from archive.rulings import writable
from archive.told import Told, told_of
from archive.version_questions import close_same

#: Of a decision that nobody proposed: a person has parted the version from its document.
PARTED: Final = "parted"


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
        identity.move(session, receipts, _versions_of(session, source), target, at)
    # of the document that stays: what a person has joined is not split again by what is read
    row.document_id, row.details = target, {**row.details, "other": source}
    decide(session, viewer, row, "accept", at)
    close_same(session, row, at)


def reject(session: Session, viewer: Viewer, proposal_id: int, at: datetime) -> None:
    """They stay two documents; it is not proposed again."""
    row = find_open(session, viewer, proposal_id, kind="version")
    decide(session, viewer, row, "reject", at)
    close_same(session, row, at)


def part_off(
    session: Session,
    receipts: list[dict[str, Any]],
    viewer: Viewer,
    document_id: int,
    number: int,
    at: datetime,
) -> Proposal:
    """Make a version a document of its own; it is not joined again by what is read.

    The decision names the new document, and is what `take_back` takes back. Adds the receipt of it.
    Raises `NotFound`, `NotAllowed`, `UsageError` where it is the only version.
    """
    document = writable(session, viewer, document_id)
    told = {one.number: one for one in _versions_of(session, document_id)}
    if number not in told:
        raise NotFound("version", number)
    if len(told) < 2:
        raise UsageError("It is the only version of its document.")
    this = told[number]
    into = identity.take_out(session, receipts, this, at)
    _take_rulings_along(session, [this.version_id], document_id, into)
    row = Proposal(
        kind="version",
        collection_id=document.collection_id,
        document_id=into,
        details={"other": document_id, "number": this.key, PARTED: True},
        decision="reject",
        user_id=viewer.account_id,
        recorded_at=at,
        retracted_at=at,
    )
    session.add(row)
    session.flush()
    events.record(
        session,
        at,
        "parted",
        actor=viewer.actor,
        collection_id=document.collection_id,
        document_id=document_id,
        version=number,
        target=into,
        target_type="document",
    )
    return row


def take_back(
    session: Session,
    receipts: list[dict[str, Any]],
    viewer: Viewer,
    proposal_id: int,
    at: datetime,
) -> None:
    """Take back what was said: the question is open again, a version is where it was parted from.

    Versions that were joined go back to their old document. Adds the receipts of it. Raises
    `NotFound` where nothing was decided, `NotAllowed`.
    """
    row = session.get(Proposal, proposal_id)
    is_one = row is not None and row.kind == "version" and row.decision is not None
    if row is None or not is_one or row.collection_id not in viewer.reads:
        raise NotFound("decision on versions", proposal_id)
    viewer.require(Right.FILE, row.collection_id)
    document, other = row.document_id or 0, row.details["other"]
    if row.details.get(PARTED):
        home = by_file_number(session, viewer, other)
        if home != document:
            identity.move(session, receipts, _versions_of(session, document), home, at)
    elif row.decision == "accept" and other != document:
        back = _joined_from(session, other, document)
        for told in back:
            identity.take_out(session, receipts, told, at, into=other)
        _take_rulings_along(session, [told.version_id for told in back], document, other)
        row.document_id, row.details = other, {**row.details, "other": document}
    if not row.details.get(PARTED):
        row.retracted_at = None
    row.decision = None
    events.record(
        session,
        at,
        "proposal-reopened",
        actor=viewer.actor,
        collection_id=row.collection_id,
        document_id=row.document_id,
        proposal=row.id,
    )


def _versions_of(session: Session, document_id: int) -> list[Told]:
    ids = session.scalars(select(Version.id).where(Version.document_id == document_id))
    return told_of(session, list(ids))


def _joined_from(session: Session, source: int, document_id: int) -> list[Told]:
    """The versions of a document that were versions of the other one before."""
    statement = (
        select(Version.id)
        .join(NumberAlias, NumberAlias.version_id == Version.id)
        .where(NumberAlias.document == source, Version.document_id == document_id)
    )
    return told_of(session, list(session.scalars(statement.distinct())))


def _take_rulings_along(
    session: Session, version_ids: Sequence[int], source: int, into: int
) -> None:
    """What persons ruled on numbers that these versions cite holds in their new document too."""
    cited = {
        (row.scheme, row.key, row.relation)
        for row in session.execute(
            select(Reference.scheme, Reference.key, Reference.relation).where(
                Reference.version_id.in_(version_ids),
                Reference.key.is_not(None),
                Reference.retracted_at.is_(None),
            )
        )
    }
    standing = session.scalars(
        select(Ruling).where(
            Ruling.document_id == source, Ruling.key.is_not(None), Ruling.retracted_at.is_(None)
        )
    ).all()
    names = [one.key for one in Ruling.__mapper__.column_attrs if one.key != "id"]
    insert_rows(
        session,
        Ruling,
        [
            {**{name: getattr(row, name) for name in names}, "document_id": into}
            for row in standing
            if (row.scheme, row.key, row.relation) in cited
        ],
    )
