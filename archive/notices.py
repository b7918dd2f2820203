"""Notices: what tells a requester of a decision. Made with it, filed as a document, then sent.

Making is part of the transaction that decides. Filing and sending is a job (indexer.postman); what
no mail server sends stays in the list of what is to be sent, until a person says that it is.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.access import Right, Viewer
from archive.accounts import LANGUAGES
from archive.by_hand import add_reference
from archive.change_affected import affected_of, collection_viewer
from archive.change_letters import Letter, address_in, message_of
from archive.change_states import CHANGES, state_in
from archive.config import MailSection
from archive.errors import Conflict, NotFound
from archive.listing import MOST, Listing
from archive.models import (
    Account,
    Collection,
    Document,
    Entry,
    Identifier,
    Notice,
    OpenedEntry,
    Version,
)
from archive.records import file_number
from archive.references import Target
from archive.registers import EntryView

STATES: Final = ("to-be-sent", "sent")
#: States in which a decision stands: those that it leads to by itself, too.
STANDS: Final = {
    "approved": {"approved", "incorporated", "closed"},
    "rejected": {"rejected", "closed"},
    "deferred": {"deferred"},
}
SUPERSEDED: Final = "not asked: the change request is in another state by now"


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice, for those who read the collection of its change request."""

    id: int
    number: str  # of the change request
    entry_id: int
    collection: str
    collection_id: int
    decision: str
    to_name: str
    to_address: str
    language: str
    subject: str
    made_at: datetime
    document: str | None  # file number, once it is filed
    sent_at: datetime | None
    sent_how: str | None  # mail | person
    who: str  # who sent it, where a person did
    failure: str  # why the mail server did not take it, the last time


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision to be told: which, when, by whom, why."""

    decision: str
    day: str
    who: str
    reason: str


def make(
    session: Session, viewer: Viewer, entry: EntryView, said: Decided, at: datetime, *,
    mail: MailSection,
) -> None:  # fmt: skip
    """Write the notice of a decision on a change request, and ask for it to be filed and sent."""
    row = session.get_one(Entry, entry.id)
    letter = Letter(
        entry.code, entry.name, said.decision, said.day, said.who,
        requester=entry.values.get("requester", ""),
        address=address_in(entry.values.get("contact", "")),
        reason=said.reason,
        documents=tuple(one.document for one in affected_of(session, row)),
        language=_language(session, row, entry) or mail.language,
    )  # fmt: skip
    notice = Notice(
        entry_id=entry.id, decision=letter.decision, to_name=letter.requester,
        to_address=letter.address, language=letter.language, subject=letter.subject,
        message=message_of(letter, mail.sender, at, secrets.token_hex(12)), made_at=at,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    jobs.enqueue(session, jobs.JobKind.NOTICE, [notice.id], at)
    _record(session, "notice-made", viewer.actor, notice, row.collection_id, at)


def _language(session: Session, row: Entry, entry: EntryView) -> str:
    """That of the requester's account, else of the document in which they ask; "" if neither."""
    requester = entry.values.get("requester", "").casefold()
    # compared here: SQLite's lower() knows ASCII alone
    accounts = session.execute(select(Account.name, Account.language).order_by(Account.id))
    own = next((said for name, said in accounts if name.casefold() == requester), "")
    opened = (
        select(Version.language)
        .join(OpenedEntry, OpenedEntry.version_id == Version.id)
        .where(OpenedEntry.entry_id == row.id)
    )
    bearing = (
        select(Version.language)
        .join(Document, Document.current_version_id == Version.id)
        .join(Identifier, Identifier.document_id == Document.id)
        .where(
            Identifier.scheme == CHANGES,
            Identifier.key == row.key,
            Identifier.retracted_at.is_(None),
            Document.collection_id == row.collection_id,
            Version.kind == CHANGES,
        )
        .order_by(Document.id)
    )
    found = (session.scalars(one.limit(1)).first() for one in (opened, bearing))
    return next((language for language in (own, *found) if language in LANGUAGES), "")


def list_notices(
    session: Session,
    viewer: Viewer,
    *,
    state: str = "",
    entry_id: int | None = None,
    as_of: datetime | None = None,
    limit: int = MOST,
    offset: int = 0,
) -> Listing[NoticeView]:
    """Notices that the viewer may read, in a state of `STATES` or all; the oldest first."""
    statement = _seen(viewer)
    if state:
        is_sent = Notice.sent_at.is_not(None)
        statement = statement.where(is_sent if state == "sent" else ~is_sent)
    if entry_id is not None:
        statement = statement.where(Notice.entry_id == entry_id)
    if as_of is not None:
        statement = statement.where(Notice.made_at <= as_of)
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = session.execute(statement.order_by(Notice.id).limit(limit).offset(offset))
    return Listing(tuple(_view(viewer, row) for row in rows), total)


def get(session: Session, viewer: Viewer, notice_id: int) -> NoticeView:
    """The notice of that id. Raises `NotFound`."""
    found = session.execute(_seen(viewer).where(Notice.id == notice_id)).first()
    if found is None:
        raise NotFound("notice", notice_id)
    return _view(viewer, found)


def message(session: Session, viewer: Viewer, notice_id: int) -> str:
    """The message of that notice (RFC 5322). Raises `NotFound`."""
    get(session, viewer, notice_id)
    return session.get_one(Notice, notice_id).message


def _seen(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return (
        select(Notice, Entry, Collection.name, Account.name, Document)
        .join(Entry, Entry.id == Notice.entry_id)
        .join(Collection, Collection.id == Entry.collection_id)
        .outerjoin(Account, Account.id == Notice.user_id)
        .outerjoin(Version, Version.id == Notice.version_id)
        .outerjoin(Document, Document.id == Version.document_id)
        .where(Entry.collection_id.in_(viewer.reads))
        .execution_options(populate_existing=True)
    )


def _view(viewer: Viewer, row: Any) -> NoticeView:
    notice, entry, collection, who, document = row
    is_seen = document is not None and document.collection_id in viewer.reads
    return NoticeView(
        notice.id, entry.code, entry.id, collection, entry.collection_id, notice.decision,
        notice.to_name, notice.to_address, notice.language, notice.subject, notice.made_at,
        file_number(document.id) if is_seen else None, notice.sent_at, notice.sent_how,
        who or "", notice.failure,
    )  # fmt: skip


def mark_sent(session: Session, viewer: Viewer, notice_id: int, at: datetime) -> None:
    """A person has sent it, or told the requester. Raises `NotFound`, `NotAllowed`, `Conflict`."""
    notice, collection_id = _writable(session, viewer, notice_id)
    if notice.sent_at is not None:
        raise Conflict("This notice is sent already.")
    notice.sent_at, notice.sent_how, notice.user_id = at, "person", viewer.account_id
    _record(session, "notice-sent", viewer.actor, notice, collection_id, at)


def take_back(session: Session, viewer: Viewer, notice_id: int, at: datetime) -> None:
    """A person has not sent it after all. Raises `NotFound`, `NotAllowed`, `Conflict`."""
    notice, collection_id = _writable(session, viewer, notice_id)
    if notice.sent_how == "mail":
        raise Conflict("The mail server has taken this notice: it can't be called back.")
    if notice.sent_at is not None:
        notice.sent_at = notice.sent_how = notice.user_id = None
        _record(session, "notice-not-sent", viewer.actor, notice, collection_id, at)


def send_again(session: Session, viewer: Viewer, notice_id: int, at: datetime) -> None:
    """Have the mail server asked again. Raises `NotFound`, `NotAllowed`, `Conflict`."""
    notice, _ = _writable(session, viewer, notice_id)
    if notice.sent_at is not None:
        raise Conflict("This notice is sent already.")
    jobs.enqueue(session, jobs.JobKind.NOTICE, [notice.id], at)
    jobs.bring_forward(session, jobs.JobKind.NOTICE, notice.id, at)


def _writable(session: Session, viewer: Viewer, notice_id: int) -> tuple[Notice, int]:
    known = get(session, viewer, notice_id)
    viewer.require(Right.FILE, known.collection_id)
    return session.get_one(Notice, notice_id, with_for_update=True), known.collection_id


def keep_filed(session: Session, notice_id: int, version_id: int, at: datetime) -> None:
    """It is filed as this version; the document is linked to the change request."""
    notice = session.get_one(Notice, notice_id, with_for_update=True)
    entry = session.get_one(Entry, notice.entry_id)
    notice.version_id = version_id
    document_id = session.get_one(Version, version_id).document_id
    viewer = collection_viewer(entry.collection_id)
    add_reference(session, viewer, document_id, "about", Target(CHANGES, entry.id), at)


def keep_sent(session: Session, notice_id: int, failure: str, at: datetime) -> None:
    """The mail server has taken it; or has not, and why."""
    notice = session.get_one(Notice, notice_id, with_for_update=True)
    notice.failure = failure
    if not failure and notice.sent_at is None:
        entry = session.get_one(Entry, notice.entry_id)
        notice.sent_at, notice.sent_how = at, "mail"
        _record(session, "notice-sent", events.SYSTEM, notice, entry.collection_id, at)


def is_superseded(session: Session, notice_id: int) -> bool:
    """Does the decision that it tells stand no more, or is there a later one to tell?"""
    notice = session.get_one(Notice, notice_id)
    later = select(Notice.id).where(Notice.entry_id == notice.entry_id, Notice.id > notice_id)
    state = state_in(session.get_one(Entry, notice.entry_id).fields)
    return state not in STANDS[notice.decision] or session.scalar(later.limit(1)) is not None


def _record(
    session: Session, kind: str, actor: str, notice: Notice, collection_id: int, at: datetime
) -> None:
    events.record(
        session, at, kind, actor=actor, collection_id=collection_id, entry_id=notice.entry_id,
        notice=notice.id, decision=notice.decision,
    )  # fmt: skip
