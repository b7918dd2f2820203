"""Which version of what went to whom, when and how, and whether they said that they have it.

What a person records stays with the version, also where that moves to another document; taken
back, it stays as history. Two questions are asked of it: all that was sent, and who has an old one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer
from archive.asking import Asked, Column, Row
from archive.bulk import chunked
from archive.documents import by_file_number
from archive.errors import NotFound, UsageError
from archive.in_force import replacing
from archive.models import Account, Document, Sending, Version
from archive.opening import Which, open_document
from archive.records import file_number
from archive.then import current_then, standing

HOWS: Final = ("mail", "post", "hand", "portal", "other")
LONGEST: Final = 300

SENT: Final = (
    Column("document", "document"), Column("title"), Column("version", "figure"), Column("to"),
    Column("how", "how"), Column("sent_on", "day"), Column("acknowledged_on", "day"),
    Column("note"),
)  # fmt: skip
OLD_ONES: Final = (
    Column("to"), Column("document", "document"), Column("title"), Column("version", "figure"),
    Column("sent_on", "day"), Column("acknowledged_on", "day"),
    Column("current_version", "figure"), Column("since", "day"),
    Column("replaced_by", "documents"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says was sent."""

    to: str
    how: str
    sent_on: date
    note: str = ""
    version: int | None = None  # None: the current one


@dataclass(frozen=True, slots=True)
class SendingView:
    """One sending, as a viewer may see it."""

    id: int
    document_id: int
    version_id: int
    version: int
    title: str
    to: str
    how: str
    sent_on: str
    note: str
    who: str
    recorded_at: datetime
    acknowledged_on: str | None

    @property
    def document(self) -> str:
        """The file number."""
        return file_number(self.document_id)


def sendings_of(
    session: Session, viewer: Viewer, number: int, *, as_of: datetime | None = None,
    on: date | None = None,
) -> list[SendingView]:  # fmt: skip
    """All sendings of a document's versions, the last first. Raises `NotFound`."""
    document_id = by_file_number(session, viewer, number)
    found = _load(session, _seen(viewer, as_of, on).where(Document.id == document_id), as_of, on)
    return sorted(found, key=lambda one: (one.sent_on, one.id), reverse=True)


def record(session: Session, viewer: Viewer, number: int, said: Said, at: datetime) -> int:
    """A version was sent to somebody; the id of that.

    Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    view = open_document(session, viewer, number, Which(said.version))
    viewer.require(Right.FILE, view.document.collection_id)
    to, note = " ".join(said.to.split()), " ".join(said.note.split())
    if not to or max(len(to), len(note)) > LONGEST:
        raise UsageError("Say to whom, in at most %(most)s characters.", most=LONGEST)
    if said.how not in HOWS:
        raise UsageError("It was sent by one of %(choices)s.", choices=", ".join(HOWS))
    _check_day(said.sent_on, at)
    row = Sending(
        version_id=view.version.id, to_name=to, how=said.how, sent_on=said.sent_on.isoformat(),
        note=note, user_id=viewer.account_id, recorded_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, viewer, row, "version-sent", at)
    return row.id


def acknowledge(
    session: Session, viewer: Viewer, sending_id: int, day: date | None, at: datetime
) -> None:
    """They said on that day that they have it; None: they did not, after all.

    Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    row = _writable(session, viewer, sending_id)
    if day is not None:
        _check_day(day, at)
        if day.isoformat() < row.sent_on:
            raise UsageError("It was sent on %(day)s: nobody had it before.", day=row.sent_on)
    row.acknowledged_on = day.isoformat() if day else None
    row.acknowledged_at = at if day else None
    _note(session, viewer, row, "sending-acknowledged" if day else "sending-not-acknowledged", at)


def take_back(session: Session, viewer: Viewer, sending_id: int, at: datetime) -> None:
    """It was not sent after all. Raises `NotFound`, `NotAllowed`."""
    row = _writable(session, viewer, sending_id)
    row.retracted_at = at
    _note(session, viewer, row, "sending-taken-back", at)


def restore(session: Session, viewer: Viewer, sending_id: int, at: datetime) -> int:
    """What was taken back stands again: the id of the new record. Raises `NotFound`, `NotAllowed`.

    The old one keeps the time in which it stood.
    """
    old = _writable(session, viewer, sending_id, is_gone=True)
    row = Sending(
        version_id=old.version_id, to_name=old.to_name, how=old.how, sent_on=old.sent_on,
        note=old.note, user_id=viewer.account_id, recorded_at=at,
        acknowledged_on=old.acknowledged_on, acknowledged_at=at if old.acknowledged_on else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, viewer, row, "version-sent", at)
    return row.id


def sent(session: Session, asked: Asked) -> Sequence[Row]:
    """All that was sent, the last first."""
    found = _load(session, _seen(asked.viewer, asked.as_of, asked.on), asked.as_of, asked.on)
    ordered = sorted(found, key=lambda one: (one.sent_on, one.id), reverse=True)
    return [
        (one.document, one.title, one.version, one.to, one.how, one.sent_on, one.acknowledged_on,
         one.note)
        for one in ordered
    ]  # fmt: skip


def old_ones(session: Session, asked: Asked) -> Sequence[Row]:
    """Who has a version that is not the current one any more, or of a document that is replaced.

    Not who was sent the current one as well. By recipient, the oldest first.
    """
    viewer, as_of = asked.viewer, asked.as_of
    found = _load(session, _seen(viewer, as_of, asked.on), as_of, asked.on)
    current = current_versions(session, {one.document_id for one in found}, as_of)
    replaced = _replaced(session, viewer, current, as_of)
    has_current = {
        (one.document_id, one.to.casefold())
        for one in found
        if one.document_id in current and one.version_id == current[one.document_id].id
    }
    rows: list[Row] = []
    for one in sorted(found, key=lambda it: (it.to.casefold(), it.sent_on, it.id)):
        now, by = current.get(one.document_id), replaced.get(one.document_id, ())
        is_old = now is not None and one.version_id != now.id
        is_old = is_old and (one.document_id, one.to.casefold()) not in has_current
        if now is None or not (is_old or by):
            continue
        rows.append(
            (one.to, one.document, one.title, one.version, one.sent_on, one.acknowledged_on,
             now.number if is_old else None,
             now.received_at.date().isoformat() if is_old else None,
             "; ".join(map(file_number, by)) or None)
        )  # fmt: skip
    return rows


def current_versions(
    session: Session, documents: Iterable[int], as_of: datetime | None
) -> dict[int, Version]:
    """By document its current version, now or then."""
    wanted = sorted(documents)
    then = current_then(session, wanted, as_of)
    found: dict[int, Version] = {}
    for chunk in chunked(wanted):
        statement = select(Version).join(Document, Document.id == Version.document_id)
        if as_of is None:
            statement = statement.where(
                Document.id.in_(chunk), Version.id == Document.current_version_id
            )
        else:
            ids = [then[document] for document in chunk if document in then]
            statement = statement.where(Version.id.in_(ids))
        found |= {version.document_id: version for version in session.scalars(statement)}
    return found


def _replaced(
    session: Session, viewer: Viewer, current: Mapping[int, Version], as_of: datetime | None
) -> dict[int, list[int]]:
    """By document those that took its place."""
    found: dict[int, list[int]] = defaultdict(list)
    versions = {document: version.id for document, version in current.items()}
    for one, other in sorted(replacing(session, viewer, versions, as_of)):
        found[other].append(one)
    return found


def _seen(viewer: Viewer, as_of: datetime | None, on: date | None) -> Select[*tuple[Any, ...]]:
    statement = (
        select(Sending, Version, Document, Account.name)
        .join(Version, Version.id == Sending.version_id)
        .join(Document, Document.id == Version.document_id)
        .outerjoin(Account, Account.id == Sending.user_id)
        .where(Document.collection_id.in_(viewer.reads), standing(Sending, as_of))
    )
    return statement if on is None else statement.where(Sending.sent_on <= on.isoformat())


def _load(
    session: Session, statement: Select[*tuple[Any, ...]],
    as_of: datetime | None, on: date | None,
) -> list[SendingView]:  # fmt: skip
    def acknowledged(row: Sending) -> str | None:
        if row.acknowledged_on is None or row.acknowledged_at is None:
            return None
        is_later = as_of is not None and row.acknowledged_at > as_of
        is_later |= on is not None and row.acknowledged_on > on.isoformat()
        return None if is_later else row.acknowledged_on

    return [
        SendingView(
            row.id, document.id, version.id, version.number, version.title or version.file_name,
            row.to_name, row.how, row.sent_on, row.note, who or "", row.recorded_at,
            acknowledged(row),
        )
        for row, version, document, who in session.execute(statement)
    ]  # fmt: skip


def _writable(
    session: Session, viewer: Viewer, sending_id: int, *, is_gone: bool = False
) -> Sending:
    row = session.get(Sending, sending_id, with_for_update=True)
    document = _document(session, row) if row else None
    is_seen = document is not None and document.collection_id in viewer.reads
    if row is None or document is None or not is_seen or is_gone != (row.retracted_at is not None):
        raise NotFound("sending", sending_id)
    viewer.require(Right.FILE, document.collection_id)
    return row


def _document(session: Session, row: Sending) -> Document:
    version = session.get_one(Version, row.version_id)
    return session.get_one(Document, version.document_id)


def _check_day(day: date, at: datetime) -> None:
    if day > at.date():
        raise UsageError("%(day)s has not come yet.", day=day.isoformat())


def _note(session: Session, viewer: Viewer, row: Sending, what: str, at: datetime) -> None:
    document = _document(session, row)
    number = session.get_one(Version, row.version_id).number
    events.record(
        session, at, what, actor=viewer.actor, collection_id=document.collection_id,
        document_id=document.id, version=number, sending=row.id,
    )  # fmt: skip
