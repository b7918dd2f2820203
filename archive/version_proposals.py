"""Documents that may be versions of one: a person says whether they are, and may take it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events, identity, joined_rows
from archive.access import Right, Viewer
from archive.bulk import insert_rows
from archive.documents import by_file_number
from archive.errors import Conflict, NotFound, UsageError
from archive.models import Proposal, Reference, Ruling, Version
from archive.proposals import decide, find_open
from archive.ruled import is_one_number
from archive.rulings import writable
from archive.told import Told, told_of
from archive.version_questions import ALONG, BACK, JOINED, MOVED, PARTED, RULED, close_same


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
    moved, along = _versions_of(session, source), joined_rows.noted(session, source)
    if source != target:
        _settle_rulings(session, source, target, at)
        with _ruled(receipts, JOINED):
            identity.move(session, receipts, moved, target, at)
    # of the document that stays: what a person has joined is not split again by what is read
    row.document_id = target
    ids = [one.version_id for one in moved]
    row.details = {**row.details, "other": source, MOVED: ids, ALONG: along}
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
    with _ruled(receipts, PARTED):
        into = identity.take_out(session, receipts, this, at)
    _take_rulings_along(session, [this.version_id], document_id, into)
    row = Proposal(
        kind="version",
        collection_id=document.collection_id,
        document_id=into,
        details={
            "other": document_id,
            "number": this.key,
            PARTED: into,
            MOVED: [this.version_id],
        },
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

    Versions that were joined go back to their old document, and with them what was said of it.
    Adds the receipts of it. Raises `NotFound` where nothing was decided, `NotAllowed`, `Conflict`
    where a version has gone elsewhere since.
    """
    row = session.get(Proposal, proposal_id)
    is_one = row is not None and row.kind == "version" and row.decision is not None
    if row is None or not is_one or row.collection_id not in viewer.reads:
        raise NotFound("decision on versions", proposal_id)
    viewer.require(Right.FILE, row.collection_id)
    if row.details.get(PARTED):
        home = by_file_number(session, viewer, row.details["other"])
        _rejoin(session, receipts, row, home, at)
    elif row.decision == "accept" and row.details["other"] != row.document_id:
        _come_apart(session, receipts, row, at)
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


@contextmanager
def _ruled(receipts: list[dict[str, Any]], decision: str) -> Iterator[None]:
    """The receipts that come of this say what a person decided: see version_questions.say_again."""
    before = len(receipts)
    yield
    for receipt in receipts[before:]:
        receipt[RULED] = decision


def _versions_of(session: Session, document_id: int) -> list[Told]:
    ids = session.scalars(select(Version.id).where(Version.document_id == document_id))
    return told_of(session, list(ids))


def _rejoin(
    session: Session, receipts: list[dict[str, Any]], row: Proposal, home: int, at: datetime
) -> None:
    """Bring the version that was parted, and no other, to where it was."""
    told = told_of(session, row.details.get(MOVED, ()))
    if told and all(one.document_id == home for one in told):
        return
    document = row.details[PARTED]
    _require_all_in(told, document)
    if len(_versions_of(session, document)) == len(told):
        _settle_rulings(session, document, home, at)
    else:
        _take_rulings_along(session, [one.version_id for one in told], document, home)
    with _ruled(receipts, BACK):
        identity.move(session, receipts, told, home, at)


def _come_apart(
    session: Session, receipts: list[dict[str, Any]], row: Proposal, at: datetime
) -> None:
    """Let a document that was joined live again, with all that was said of it."""
    document, other = row.document_id or 0, row.details["other"]
    back, joined_at = told_of(session, row.details.get(MOVED, ())), row.retracted_at or at
    _require_all_in(back, document)
    joined_rows.give_back(session, row.details[ALONG], other, document, joined_at=joined_at)
    with _ruled(receipts, BACK):
        for told in back:
            identity.take_out(session, receipts, told, at, into=other)
    _take_rulings_along(session, [told.version_id for told in back], document, other)
    row.document_id, row.details = other, {**row.details, "other": document}
    row.decision = None
    joined_rows.ask_again(session, other, document, joined_at, at)


def _require_all_in(told: Sequence[Told], document_id: int) -> None:
    if not told or any(one.document_id != document_id for one in told):
        raise Conflict("It has gone to another document since then. Take that back first.")


def _take_rulings_along(
    session: Session, version_ids: Sequence[int], source: int, into: int
) -> None:
    """What persons ruled on numbers that these versions cite holds in their new document too.

    Not where something is ruled on the number there already.
    """
    cited = session.scalars(
        select(Reference).where(
            Reference.version_id.in_(version_ids),
            Reference.key.is_not(None),
            Reference.retracted_at.is_(None),
        )
    ).all()
    ruled = [one for one in _rulings(session, into) if one.retracted_at is None]
    names = [one.key for one in Ruling.__mapper__.column_attrs if one.key != "id"]
    insert_rows(
        session,
        Ruling,
        [
            {**{name: getattr(row, name) for name in names}, "document_id": into}
            for row in _rulings(session, source)
            if row.retracted_at is None
            and any(_is_on_one(row, one) for one in cited)
            and not any(_is_on_one(row, one) for one in ruled)
        ],
    )


def _settle_rulings(session: Session, source: int, into: int, at: datetime) -> None:
    """Before one document goes into another: on each number the latest ruling holds, once.

    A copy (see `_take_rulings_along`) is as old as what it was made of, and never holds beside it.
    """
    there = _rulings(session, into)
    for row in _rulings(session, source):
        if row.retracted_at is not None:
            continue
        same = [one for one in there if _is_on_one(row, one)]
        standing = [one for one in same if one.retracted_at is None]
        if any(one.recorded_at == row.recorded_at for one in same) or any(
            one.recorded_at > row.recorded_at for one in standing
        ):
            row.retracted_at = at
        else:
            for one in standing:
                one.retracted_at = at
    session.flush()


def _rulings(session: Session, document_id: int) -> Sequence[Ruling]:
    """All that was ever ruled on numbers in a document."""
    of_numbers = (Ruling.document_id == document_id, Ruling.key.is_not(None))
    return session.scalars(select(Ruling).where(*of_numbers).order_by(Ruling.id)).all()


def _is_on_one(ruling: Ruling, other: Ruling | Reference) -> bool:
    """Is a ruling of a document on the number that the other one is (on)?"""
    named = (ruling.scheme, ruling.key, ruling.relation)
    is_alike = named == (other.scheme, other.key, other.relation)
    return is_alike and is_one_number(ruling.groups, other.groups)
