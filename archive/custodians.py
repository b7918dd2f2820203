"""Custodians of a hold: who is asked to keep what, who has said that they read it.

Members of the matter name them and see all of it. A custodian with an account sees what is asked of
them and by whom, and no more; for everybody else there is none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from archive import accounts, custodian_notices, events
from archive.access import Viewer
from archive.accounts import LANGUAGES
from archive.change_letters import address_in
from archive.config import Config
from archive.custodian_notices import Office, is_over, told_of
from archive.errors import Conflict, NotFound, UsageError
from archive.held import is_shown
from archive.holding import hold_of, writable_hold
from archive.matters import random_id, record
from archive.models import (
    Account,
    Custodian,
    CustodianNotice,
    Document,
    HeldDocument,
    Hold,
    Sighting,
    Version,
)
from archive.owners import owners_of


@dataclass(frozen=True, slots=True)
class Named:
    """Who is to be a custodian: a user of the archive, or somebody by name."""

    text: str  # what they are to keep: all that they are told of the matter
    user: str = ""
    name: str = ""
    address: str = ""
    language: str = ""  # of who has no account; else their own, else that of the configuration


@dataclass(frozen=True, slots=True)
class CustodianNoticeView:
    """What a custodian was told, or is to be told. `is_idle`: there is nothing to say any more."""

    id: int
    what: str  # keep | remind | end
    subject: str
    made_at: datetime
    sent_at: datetime | None
    sent_how: str | None  # mail | person
    who: str  # who sent it, where a person did
    failure: str
    is_idle: bool


@dataclass(frozen=True, slots=True)
class CustodianView:
    """A custodian, for a member of the matter."""

    id: int
    user: int | None
    name: str
    address: str
    language: str
    text: str
    answers_here: bool  # has an account that is open, and says it there
    state: str  # named | notified | reminded | acknowledged | ended
    named_at: datetime
    who: str  # who named them
    acknowledged_on: str | None
    recorded_by: str  # who said so for them
    ended_at: datetime | None
    notices: tuple[CustodianNoticeView, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a custodian, for themselves."""

    id: int
    text: str
    who: str
    asked_on: str
    acknowledged_on: str | None
    is_ended: bool


def name_custodian(
    session: Session, viewer: Viewer, hold_id: int, said: Named, at: datetime, *, office: Office
) -> int:
    """Ask somebody to keep what they have; the message to them is made. Their id in the hold.

    Raises `NotFound`, `NotAllowed`, `UsageError`; `Conflict` where the hold is released, or they
    are a custodian of it already.
    """
    hold = writable_hold(session, viewer, hold_id)
    row = _row(session, viewer, said, office)
    row.hold_id, row.named_at = hold_id, at
    for one in session.scalars(_rows_of(hold_id).where(Custodian.ended_at.is_(None))):
        is_same = one.account_id == row.account_id and one.address == row.address
        if (row.account_id and one.account_id == row.account_id) or (
            is_same and one.name.casefold() == row.name.casefold()
        ):
            raise Conflict("They are a custodian of this hold already.")
    session.add(row)
    session.flush()
    record(session, viewer, hold.matter_id, "custodian-named", at, **told_of(row))
    custodian_notices.make(session, row, "keep", office, at)
    return row.id


def _row(session: Session, viewer: Viewer, said: Named, office: Office) -> Custodian:
    text, name = said.text.strip(), " ".join(said.name.split())
    address = said.address.strip()
    if not text:
        raise UsageError("Say what is to be kept: a custodian is told nothing else of the matter.")
    if bool(name) == bool(said.user.strip()):
        raise UsageError("Say which user of the archive it is, or what they are called.")
    if address and address_in(address) != address:
        raise UsageError("%(text)r is no mail address.", text=address[:200])
    user = accounts.find(session, said.user) if said.user.strip() else None
    wishes = (user.language if user else None, said.language, office.mail.language)
    return Custodian(
        id=random_id(), account_id=user.id if user else None, name=name, address=address,
        language=next(one for one in wishes if one in LANGUAGES), text=text,
        user_id=viewer.account_id,
    )  # fmt: skip


def take_off(
    session: Session, viewer: Viewer, hold_id: int, custodian_id: int, at: datetime
) -> None:
    """Ask no more of a custodian; whom a message has reached is told that it has ended.

    Raises `NotFound`, `NotAllowed`, and `Conflict` where the hold is released.
    """
    hold = writable_hold(session, viewer, hold_id)
    row = _standing(session, hold_id, custodian_id)
    row.ended_at = at
    record(session, viewer, hold.matter_id, "custodian-off", at, **told_of(row))


def record_acknowledged(
    session: Session, viewer: Viewer, hold_id: int, custodian_id: int, day: date, at: datetime
) -> None:
    """Somebody without an account, or whose account is closed, said on that day that they read it.

    Raises `NotFound`, `NotAllowed`, `UsageError`, `Conflict`.
    """
    hold = writable_hold(session, viewer, hold_id)
    row = _standing(session, hold_id, custodian_id)
    account = session.get(Account, row.account_id) if row.account_id else None
    if account is not None and account.disabled_at is None:
        raise Conflict("They have an account, and say it themselves.")
    if day > at.date():
        raise UsageError("%(day)s has not come yet.", day=day.isoformat())
    if day < row.named_at.date():
        raise UsageError("On %(day)s they were not asked yet.", day=day.isoformat())
    if row.acknowledged_at is not None:
        raise Conflict("They have acknowledged it already.")
    row.acknowledged_on, row.acknowledged_at = day.isoformat(), at
    row.acknowledged_by = viewer.account_id
    record(session, viewer, hold.matter_id, "custodian-acknowledged", at, **told_of(row))


def acknowledge(session: Session, viewer: Viewer, custodian_id: int, at: datetime) -> None:
    """The viewer has read what is asked of them; said again it changes nothing.

    Raises `NotFound` for what is asked of nobody, or of somebody else, or no more.
    """
    found = session.execute(
        select(Custodian, Hold.matter_id)
        .join(Hold, Hold.id == Custodian.hold_id)
        .where(_own(viewer), Custodian.id == custodian_id, ~is_over())
        .with_for_update(of=Custodian)
    ).first()
    if found is None:
        raise NotFound("request", custodian_id)
    row, matter_id = found
    if row.acknowledged_at is None:
        row.acknowledged_on, row.acknowledged_at = at.date().isoformat(), at
        row.acknowledged_by = viewer.account_id
        events.record_in_matter(
            session, at, "custodian-acknowledged", matter_id, actor=viewer.actor, **told_of(row)
        )


def asked_of(session: Session, viewer: Viewer) -> tuple[Asked, ...]:
    """What is asked of the viewer, the newest first; what has ended as far as they said yes."""
    rows = session.execute(
        select(Custodian, Account.name, is_over())
        .join(Hold, Hold.id == Custodian.hold_id)
        .outerjoin(Account, Account.id == Custodian.user_id)
        .where(_own(viewer), or_(~is_over(), Custodian.acknowledged_at.is_not(None)))
        .order_by(Custodian.named_at.desc(), Custodian.id)
    )
    return tuple(
        Asked(
            row.id, row.text, who or "", row.named_at.date().isoformat(), row.acknowledged_on,
            bool(is_ended),
        )
        for row, who, is_ended in rows
    )  # fmt: skip


def custodians_of(session: Session, viewer: Viewer, hold_id: int) -> tuple[CustodianView, ...]:
    """The custodians of a hold, as they were named. Raises `NotFound`."""
    hold = hold_of(session, viewer, hold_id)
    by, own, sayer = aliased(Account), aliased(Account), aliased(Account)
    rows = session.execute(
        _rows_of(hold_id)
        .add_columns(own.name, own.disabled_at, by.name, sayer.name)
        .outerjoin(own, own.id == Custodian.account_id)
        .outerjoin(by, by.id == Custodian.user_id)
        .outerjoin(sayer, sayer.id == Custodian.acknowledged_by)
        .order_by(Custodian.named_at, Custodian.id)
    ).all()
    told: dict[int, list[Any]] = defaultdict(list)
    for notice, who in session.execute(
        select(CustodianNotice, Account.name)
        .join(Custodian, Custodian.id == CustodianNotice.custodian_id)
        .outerjoin(Account, Account.id == CustodianNotice.user_id)
        .where(Custodian.hold_id == hold_id)
        .order_by(CustodianNotice.made_at, CustodianNotice.id)
    ):
        told[notice.custodian_id].append((notice, who or ""))
    return tuple(
        CustodianView(
            row.id, row.account_id, row.name or own_name, row.address, row.language, row.text,
            bool(row.account_id) and closed_at is None,
            _state(row, hold, [notice.what for notice, _ in told[row.id] if notice.sent_at]),
            row.named_at, who or "", row.acknowledged_on,
            said or "" if row.acknowledged_by != row.account_id else "",
            row.ended_at or hold.released_at,
            tuple(_notice(row, hold, notice, sent_by) for notice, sent_by in told[row.id]),
        )
        for row, own_name, closed_at, who, said in rows
    )  # fmt: skip


def proposed(session: Session, viewer: Viewer, hold_id: int, config: Config) -> tuple[str, ...]:
    """The owners of the roots in which held documents lie that the viewer may know of, by name.

    Only who is no custodian yet. Raises `NotFound`.
    """
    hold = hold_of(session, viewer, hold_id)
    roots = session.scalars(
        select(Sighting.root)
        .join(Version, Version.id == Sighting.version_id)
        .join(Document, Document.id == Version.document_id)
        .join(HeldDocument, HeldDocument.document_id == Document.id)
        .where(
            is_shown(viewer, hold), Document.collection_id.in_(viewer.reads),
            Sighting.root.is_not(None), Sighting.until.is_(None),
        )
        .distinct()
    )  # fmt: skip
    names = owners_of(session, viewer, config).of_roots(one for one in roots if one)
    standing = _rows_of(hold_id).where(Custodian.ended_at.is_(None)).subquery()
    there = set(
        session.scalars(select(Account.name).join(standing, standing.c.account_id == Account.id))
    )
    users = set(session.scalars(select(Account.name).where(Account.name.in_(names))))
    return tuple(one for one in names if one in users and one not in there)


def _state(row: Custodian, hold: Hold, sent: list[str]) -> str:
    if row.ended_at or hold.released_at:
        return "ended"
    if row.acknowledged_at:
        return "acknowledged"
    if "remind" in sent:
        return "reminded"
    return "notified" if sent else "named"


def _notice(
    row: Custodian, hold: Hold, notice: CustodianNotice, sent_by: str
) -> CustodianNoticeView:
    is_settled = bool(row.acknowledged_at or row.ended_at or hold.released_at)
    return CustodianNoticeView(
        notice.id, notice.what, notice.subject, notice.made_at, notice.sent_at, notice.sent_how,
        sent_by, notice.failure, notice.sent_at is None and notice.what != "end" and is_settled,
    )  # fmt: skip


def _own(viewer: Viewer) -> Any:
    return Custodian.account_id == (viewer.account_id or 0)


def _rows_of(hold_id: int) -> Select[Any]:
    return select(Custodian).where(Custodian.hold_id == hold_id)


def _standing(session: Session, hold_id: int, custodian_id: int) -> Custodian:
    row = session.scalar(
        _rows_of(hold_id)
        .where(Custodian.id == custodian_id, Custodian.ended_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise NotFound("custodian", custodian_id)
    found: Custodian = row
    return found
