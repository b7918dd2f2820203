"""What is seen of the custodians of a hold: by members of its matter all, by themselves their part.

A custodian with an account sees what is asked of them and by whom, and no more; for everybody else
there is none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.config import Config
from archive.custodian_notices import is_over
from archive.custodians import is_own, rows_of
from archive.held import is_shown
from archive.holding import hold_of
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


def asked_of(session: Session, viewer: Viewer) -> tuple[Asked, ...]:
    """What is asked of the viewer, the newest first; what has ended as far as they said yes."""
    rows = session.execute(
        select(Custodian, Account.name, is_over())
        .join(Hold, Hold.id == Custodian.hold_id)
        .outerjoin(Account, Account.id == Custodian.user_id)
        .where(is_own(viewer), or_(~is_over(), Custodian.acknowledged_at.is_not(None)))
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
        rows_of(hold_id)
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
    standing = rows_of(hold_id).where(Custodian.ended_at.is_(None)).subquery()
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
