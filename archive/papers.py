"""Paper originals: where they lie, whether they are signed, to whom they are lent.

A document has at most one that counts. What is said of it takes the place of what was said
before, which stays as its history: with two clocks, as facts have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.access import Right, Viewer
from archive.documents import by_file_number
from archive.errors import NotFound, UsageError
from archive.models import Account, Document, Paper, Version
from archive.records import file_number, moment
from archive.then import standing
from archive.vocabulary import PAPER_FORMS


@dataclass(frozen=True, slots=True)
class PaperSaid:
    """What a person says of a paper original: all of it, each time."""

    place: str  # room, shelf, binder: as people there write it
    form: str  # vocabulary.PAPER_FORMS
    lent_to: str | None = None
    lent_until: date | None = None


def paper_of(
    session: Session, viewer: Viewer, number: int, *, as_of: datetime | None = None
) -> dict[str, Any]:
    """The paper original of a document, or none, with what was said of it before, newest first.

    Raises `NotFound`.
    """
    document_id = by_file_number(session, viewer, number)
    statement = (
        select(Paper, Account.name)
        .outerjoin(Account, Account.id == Paper.user_id)
        .where(Paper.document_id == document_id)
        .order_by(Paper.id.desc())
    )
    if as_of is not None:
        statement = statement.where(Paper.recorded_at <= as_of)
    told = [_told(row, person, as_of) for row, person in session.execute(statement)]
    counts = next((line for line in told if line["retracted_at"] is None), None)
    return {
        "document": file_number(document_id),
        "paper": counts,
        "history": [line for line in told if line is not counts],
    }


def _told(row: Paper, person: str | None, as_of: datetime | None) -> dict[str, Any]:
    retracted_at = row.retracted_at
    if as_of is not None and retracted_at is not None and retracted_at > as_of:
        retracted_at = None
    return {
        "place": row.place,
        "form": row.form,
        "lent_to": row.lent_to,
        "lent_until": row.lent_until,
        "by": person,
        "recorded_at": moment(row.recorded_at),
        "retracted_at": moment(retracted_at),
    }


def set_paper(session: Session, viewer: Viewer, number: int, said: PaperSaid, at: datetime) -> None:
    """Say where the paper original is, what it is, and to whom it is lent; or that it is back.

    Saying the same again changes nothing. Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    document = _writable(session, viewer, number)
    row = Paper(
        document_id=document.id,
        place=" ".join(said.place.split()),
        form=said.form,
        lent_to=" ".join((said.lent_to or "").split()) or None,
        lent_until=said.lent_until.isoformat() if said.lent_until else None,
        user_id=viewer.account_id,
        recorded_at=at,
    )
    _check(row)
    before = _standing(session, document.id)
    if len(before) == 1 and _says(before[0]) == _says(row):
        return
    was_lent = {old.lent_to for old in before} - {None}
    _retract(before, at)
    session.add(row)
    what = "paper-set"
    if row.lent_to and row.lent_to not in was_lent:
        what = "paper-lent"
    elif was_lent and not row.lent_to:
        what = "paper-returned"
    _note(session, viewer, document, what, at)


def take_back(session: Session, viewer: Viewer, number: int, at: datetime) -> None:
    """Note that what was lent is where it belongs. Raises as `set_paper` does."""
    row = _counting(session, viewer, number)
    set_paper(session, viewer, number, PaperSaid(row.place, row.form), at)


def remove_paper(session: Session, viewer: Viewer, number: int, at: datetime) -> None:
    """Say that there is no paper original any more. What was said of it stays as history."""
    document = _writable(session, viewer, number)
    before = _standing(session, document.id)
    if not before:
        raise NotFound("paper original of", file_number(document.id))
    _retract(before, at)
    _note(session, viewer, document, "paper-removed", at)


def _check(row: Paper) -> None:
    if not row.place:
        raise UsageError("Say where the paper lies: room, shelf, binder.")
    if row.form not in PAPER_FORMS:
        raise UsageError("A paper original is one of %(choices)s.", choices=", ".join(PAPER_FORMS))
    if row.lent_until and not row.lent_to:
        raise UsageError("Say to whom the paper is lent.")


def _says(row: Paper) -> tuple[str, str, str | None, str | None]:
    return row.place, row.form, row.lent_to, row.lent_until


def _writable(session: Session, viewer: Viewer, number: int) -> Document:
    document = session.get_one(Document, by_file_number(session, viewer, number))
    viewer.require(Right.FILE, document.collection_id)
    return document


def _standing(session: Session, document_id: int) -> Sequence[Paper]:
    """The newest first. Several only where documents were joined that each had one."""
    return session.scalars(
        select(Paper)
        .where(Paper.document_id == document_id, standing(Paper, None))
        .order_by(Paper.id.desc())
    ).all()


def _counting(session: Session, viewer: Viewer, number: int) -> Paper:
    document_id = by_file_number(session, viewer, number)
    found = _standing(session, document_id)
    if not found:
        raise NotFound("paper original of", file_number(document_id))
    return found[0]


def _retract(rows: Sequence[Paper], at: datetime) -> None:
    for row in rows:
        row.retracted_at = at


def _note(session: Session, viewer: Viewer, document: Document, what: str, at: datetime) -> None:
    events.record(
        session,
        at,
        what,
        actor=viewer.actor,
        collection_id=document.collection_id,
        document_id=document.id,
    )
    versions = session.scalars(select(Version.id).where(Version.document_id == document.id))
    jobs.enqueue(session, jobs.JobKind.INDEX, list(versions), at)
