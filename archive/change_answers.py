"""What people say of the documents that a change request affects: which, and how each is answered.

All of it stays in the history and can be taken back until the change is incorporated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer
from archive.change_affected import later_versions
from archive.change_authority import ChangeRules
from archive.change_moves import settle
from archive.change_states import OVER, state_in
from archive.documents import find_document
from archive.errors import Conflict, NotFound, UsageError
from archive.messages import Message
from archive.models import Affected, AffectedAnswer, Document, Entry, Version
from archive.records import file_number
from archive.register_fields import LONGEST_TEXT
from archive.registers import EntryView

ANSWERS: Final = ("carried", "waived")
ELSEWHERE: Final = Message(
    "%(document)s is in another collection than %(code)s: who reads a change request has to be "
    "able to read what it affects."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of an affected document: `carried` by a version (the latest), `waived`."""

    answer: str
    reason: str = ""
    version: int | None = None
    happened_on: date | None = None


def add(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    name: str,
    at: datetime,
    *,
    version: int | None = None,
    happened_on: date | None = None,
) -> int:
    """A change request affects a document, called as people call it; the id of the row.

    As it is now, unless a `version` is named. Doing it again changes nothing. Raises `NotFound`,
    `Ambiguous`, `NotAllowed`, `UsageError`, `Conflict`.
    """
    row = _open(session, viewer, entry)
    document_id = find_document(session, viewer, name)
    document = session.get_one(Document, document_id)
    if document.collection_id != row.collection_id:
        raise UsageError(ELSEWHERE, document=file_number(document_id), code=entry.code)
    known = session.scalar(
        select(Affected.id)
        .join(Version, Version.id == Affected.version_id)
        .where(
            Affected.entry_id == row.id,
            Affected.retracted_at.is_(None),
            Version.document_id == document_id,
        )
    )
    if known is not None:
        return known
    version_id = document.current_version_id
    if version is not None:
        version_id = _version(session, document_id, version)
    made = Affected(
        entry_id=row.id, version_id=version_id, happened_on=_iso(happened_on),
        user_id=viewer.account_id, recorded_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, viewer, row, "change-affects", at, affected=made.id, version=version_id or 0)
    return made.id


def remove(
    session: Session, viewer: Viewer, entry: EntryView, affected_id: int, at: datetime
) -> Affected:
    """It does not affect that document after all. What was answered goes with it."""
    row = _open(session, viewer, entry)
    known = _affected(session, row, affected_id)
    known.retracted_at = at
    _retract_answers(session, affected_id, at)
    _record(session, viewer, row, "change-affects-no-more", at, affected=affected_id)
    return known


def answer(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    affected_id: int,
    said: Answer,
    at: datetime,
    *,
    rules: ChangeRules,
) -> None:
    """Rule that a later version carries the change, or waive it with a reason.

    Takes the place of what was said before. The change may be incorporated by that.
    """
    row = _open(session, viewer, entry)
    known = _affected(session, row, affected_id)
    reason = said.reason.strip()
    if said.answer not in ANSWERS:
        raise UsageError(
            "There is no answer %(answer)r; there are %(known)s.",
            answer=said.answer, known=", ".join(ANSWERS),
        )  # fmt: skip
    if said.answer == "waived" and not reason:
        raise UsageError("Say why no version has to carry the change.")
    if len(reason) > LONGEST_TEXT or "\x00" in reason:
        raise UsageError("A reason is a text of at most %(most)s characters.", most=LONGEST_TEXT)
    is_carried = said.answer == "carried"
    version_id = _carrying(session, known, said.version) if is_carried else None
    _retract_answers(session, affected_id, at)
    session.add(
        AffectedAnswer(
            affected_id=affected_id, answer=said.answer, version_id=version_id, reason=reason,
            happened_on=_iso(said.happened_on), user_id=viewer.account_id, recorded_at=at,
        )
    )  # fmt: skip
    session.flush()
    _record(session, viewer, row, "change-answered", at, affected=affected_id, answer=said.answer)
    settle(session, [row.id], at, rules=rules)


def take_back(
    session: Session, viewer: Viewer, entry: EntryView, affected_id: int, at: datetime
) -> None:
    """Take the answer of a person back; what versions cite counts again."""
    row = _open(session, viewer, entry)
    _affected(session, row, affected_id)
    if _retract_answers(session, affected_id, at):
        _record(session, viewer, row, "change-answer-taken-back", at, affected=affected_id)


def _open(session: Session, viewer: Viewer, entry: EntryView) -> Entry:
    viewer.require(Right.FILE, entry.collection_id)
    row = session.get_one(Entry, entry.id, with_for_update=True, populate_existing=True)
    state = state_in(row.fields)
    if state in OVER:
        raise Conflict(
            "%(code)s is %(state)s: what it affects stands as it is. Reopen it first.",
            code=entry.code, state=state,
        )  # fmt: skip
    return row


def _affected(session: Session, entry: Entry, affected_id: int) -> Affected:
    known = session.get(Affected, affected_id)
    if known is None or known.entry_id != entry.id or known.retracted_at is not None:
        raise NotFound("affected document", affected_id)
    return known


def _version(session: Session, document_id: int, number: int) -> int:
    found = session.scalar(
        select(Version.id).where(Version.document_id == document_id, Version.number == number)
    )
    if found is None:
        raise NotFound("version", f"{file_number(document_id)} v{number}")
    return found


def _carrying(session: Session, known: Affected, number: int | None) -> int:
    """The version of that number, else the latest; it comes after the one that is affected."""
    document_id = session.get_one(Version, known.version_id).document_id
    later = later_versions(session, known.version_id, document_id)
    found = [row.id for row in later if number in (None, row.number)]
    if not found:
        raise UsageError(
            "%(document)s has no such version after the one that is affected.",
            document=file_number(document_id),
        )
    return int(found[-1])


def _retract_answers(session: Session, affected_id: int, at: datetime) -> bool:
    done = session.scalars(
        update(AffectedAnswer)
        .where(AffectedAnswer.affected_id == affected_id, AffectedAnswer.retracted_at.is_(None))
        .values(retracted_at=at)
        .returning(AffectedAnswer.id)
    )
    return bool(done.all())


def _record(
    session: Session, viewer: Viewer, entry: Entry, kind: str, at: datetime, **details: Any
) -> None:
    events.record(
        session, at, kind, actor=viewer.actor, collection_id=entry.collection_id,
        entry_id=entry.id, **details,
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
