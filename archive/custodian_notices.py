"""What custodians of holds are told: made here, sent by the postman or by a member of the matter.

No job asks for it: the queue is counted where people see it who are not in the matter.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from archive import events
from archive.access import Viewer
from archive.config import Config, MailSection, base_url
from archive.custodian_letters import Letter
from archive.db import serialise
from archive.errors import Conflict, NotFound
from archive.holding import hold_of
from archive.jobs import BACKOFF, MAX_ATTEMPTS
from archive.mails import Mail
from archive.matters import random_id, record, writable
from archive.models import Account, Custodian, CustodianNotice, Hold

LOCK: Final = "custodians"  # of several workers, one at a time makes and takes what is due
PAGE: Final = "/custody"  # where who has an account answers
EVENTS: Final = {
    "keep": "custodian-notified", "remind": "custodian-reminded", "end": "custodian-told",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Office:
    """How messages go out, and where browsers find the archive; 0 days: nobody is reminded."""

    mail: MailSection
    base: str
    remind_days: int = 0

    @staticmethod
    def of(config: Config) -> Office:
        """As the configuration has it."""
        return Office(config.mail, base_url(config.server), config.holds.remind_days)


@dataclass(frozen=True, slots=True)
class ToPost:
    """A message that the mail server is to be given now."""

    id: int
    to_address: str
    message: bytes


def make(session: Session, row: Custodian, what: str, office: Office, at: datetime) -> None:
    """Write what a custodian is told; it is posted where there is an address and a server."""
    found = session.scalars(select(Account).where(Account.id.in_((row.account_id, row.user_id))))
    names = {one.id: one.name for one in found}
    name = row.name or names[row.account_id or 0]
    letter = Letter(
        what, name, row.text, names.get(row.user_id or 0, ""), row.named_at.date().isoformat(),
        f"{office.base}{PAGE}" if row.account_id else "", row.language,
    )  # fmt: skip
    mail = Mail(name, row.address, letter.subject, letter.text, row.language)
    session.add(
        CustodianNotice(
            id=random_id(), custodian_id=row.id, what=what, subject=letter.subject,
            message=mail.written(office.mail.sender, at, secrets.token_hex(12)), made_at=at,
            post_at=at if row.address and office.mail.host else None,
        )
    )  # fmt: skip
    session.flush()


def is_any_due(session: Session, office: Office, at: datetime) -> bool:
    """Is there something to make or to post? It holds off no writer."""
    return any(
        session.execute(one.limit(1)).first() is not None
        for one in (_due(office, at, "end"), _due(office, at, "remind"), _to_post(office, at))
    )


def make_due(session: Session, office: Office, at: datetime) -> int:
    """Write the reminders that are due, and to whom it has ended that it has. How many."""
    serialise(session, LOCK)
    made = 0
    for what in ("end", "remind"):
        for row in session.scalars(_due(office, at, what)).all():
            make(session, row, what, office, at)
            made += 1
    return made


def claim(session: Session, office: Office, at: datetime, lease: timedelta) -> ToPost | None:
    """The next one to post; whoever dies over it lets it be posted again."""
    serialise(session, LOCK)
    found = session.execute(_to_post(office, at).limit(1)).first()
    if found is None:
        return None
    notice, row = found
    notice.post_at, notice.attempts = at + lease, notice.attempts + 1
    return ToPost(notice.id, row.address, notice.message.encode("ascii"))


def keep_posted(
    session: Session, notice_id: int, failure: str, at: datetime, *, is_final: bool
) -> None:
    """The mail server has taken it; or has not, and why: it is tried again, or a person sends it.

    What a person said meanwhile that they have sent stays theirs.
    """
    notice = session.get_one(CustodianNotice, notice_id, with_for_update=True)
    if notice.sent_at is not None:
        return
    notice.failure, notice.post_at = failure, None
    if failure and not is_final and notice.attempts < MAX_ATTEMPTS:
        notice.post_at = at + BACKOFF * 2**notice.attempts
    elif not failure:
        notice.sent_at, notice.sent_how = at, "mail"
        row = session.get_one(Custodian, notice.custodian_id)
        matter_id = session.get_one(Hold, row.hold_id).matter_id
        events.record_in_matter(
            session, at, EVENTS[notice.what], matter_id, actor=events.SYSTEM, **told_of(row)
        )


def mark_sent(session: Session, viewer: Viewer, hold_id: int, notice_id: int, at: datetime) -> None:
    """A member has sent it, or told the custodian. Raises `NotFound`, `NotAllowed`, `Conflict`."""
    hold = hold_of(session, viewer, hold_id)
    writable(session, viewer, hold.matter_id, even_closed=True)
    notice, row = _of_hold(session, hold_id, notice_id)
    session.refresh(notice, with_for_update=True)
    if notice.sent_at is not None:
        raise Conflict("This notice is sent already.")
    notice.sent_at, notice.sent_how, notice.user_id = at, "person", viewer.account_id
    notice.post_at = None
    record(session, viewer, hold.matter_id, EVENTS[notice.what], at, **told_of(row))


def message(session: Session, viewer: Viewer, hold_id: int, notice_id: int) -> str:
    """The message of that notice (RFC 5322). Raises `NotFound`."""
    hold_of(session, viewer, hold_id)
    return _of_hold(session, hold_id, notice_id)[0].message


def told_of(row: Custodian) -> dict[str, Any]:
    """How events speak of a custodian: by id."""
    whose = {"user": row.account_id} if row.account_id else {}
    return {"hold": row.hold_id, "custodian": row.id, **whose}


def is_over() -> ColumnElement[bool]:
    """Is nothing asked of the custodian any more? Beside `Hold`."""
    return or_(Custodian.ended_at.is_not(None), Hold.released_at.is_not(None))


def _of_hold(session: Session, hold_id: int, notice_id: int) -> tuple[CustodianNotice, Custodian]:
    found = session.execute(
        select(CustodianNotice, Custodian)
        .join(Custodian, Custodian.id == CustodianNotice.custodian_id)
        .where(CustodianNotice.id == notice_id, Custodian.hold_id == hold_id)
    ).first()
    if found is None:
        raise NotFound("notice", notice_id)
    return found[0], found[1]


def _due(office: Office, at: datetime, what: str) -> Select[Any]:
    """Custodians who are to be told that it has ended, or to be reminded.

    Whom nothing has reached is not told that it has ended. Who was sent nothing yet, or whose last
    message waits for a person, is not reminded on top of it.
    """
    mine = CustodianNotice.custodian_id == Custodian.id
    last = select(func.max(CustodianNotice.sent_at)).where(mine).scalar_subquery()
    if what == "end":
        is_reached = or_(last.is_not(None), Custodian.acknowledged_at.is_not(None))
        is_due = and_(is_over(), is_reached, ~exists().where(mine, CustodianNotice.what == "end"))
    elif office.remind_days:
        is_due = and_(
            ~is_over(), Custodian.acknowledged_at.is_(None),
            last <= at - timedelta(days=office.remind_days),
            ~exists().where(mine, CustodianNotice.sent_at.is_(None)),
        )  # fmt: skip
    else:
        is_due = false()
    return (
        select(Custodian)
        .join(Hold, Hold.id == Custodian.hold_id)
        .where(is_due)
        .order_by(Custodian.named_at, Custodian.id)
    )


def _to_post(office: Office, at: datetime) -> Select[Any, Any]:
    """Messages that the mail server is to be given, and that still have something to say."""
    is_idle = and_(
        CustodianNotice.what != "end", or_(is_over(), Custodian.acknowledged_at.is_not(None))
    )
    return (
        select(CustodianNotice, Custodian)
        .join(Custodian, Custodian.id == CustodianNotice.custodian_id)
        .join(Hold, Hold.id == Custodian.hold_id)
        .where(
            true() if office.mail.host else false(), CustodianNotice.post_at <= at,
            CustodianNotice.sent_at.is_(None), ~is_idle,
        )
        .order_by(CustodianNotice.post_at, CustodianNotice.id)
    )  # fmt: skip
