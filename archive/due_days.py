"""Days to come that somebody has to know of: milestones, expiries, decisions, answers due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.chain import CONTRACTS
from archive.change_states import CHANGES
from archive.concern_lines import is_open
from archive.concern_states import CONCERNS
from archive.contracts import contracts_of
from archive.listing import MOST
from archive.models import Collection, Document, Entry, Version
from archive.need_documents import Then
from archive.plan_risks import near_milestones
from archive.records import file_number
from archive.references import Target

MILESTONE, ENDS, NOTICE, EXPIRES, DECISION, ANSWER, NO_OWNER = (
    "milestone", "contract-ends", "notice-by", "expires", "decision", "answer", "no-owner",
)  # fmt: skip
WHATS: Final = (MILESTONE, ENDS, NOTICE, EXPIRES, DECISION, ANSWER, NO_OWNER)
#: So many days ahead, and behind for what has just expired.
AHEAD_DAYS: Final = 730
BEHIND_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class DueDay:
    """One of them. `sign` is its name for ever: the same when its day moves."""

    what: str
    day: date
    sign: str
    target: Target
    number: str
    title: str


def due_days(session: Session, viewer: Viewer, today: date) -> list[DueDay]:
    """All that the viewer may see, the earliest first."""
    found = [
        *_milestones(session, viewer, today),
        *_contracts(session, viewer, today),
        *_expiring(session, viewer, today),
        *_decisions(session, viewer, today),
        *_concerns(session, viewer, today),
    ]
    return sorted(found, key=lambda one: (one.day, WHATS.index(one.what), one.number, one.sign))


def _sign(what: str, *names: str) -> str:
    return "/".join((what, *(quote(name, safe="") for name in names)))


def _milestones(session: Session, viewer: Viewer, today: date) -> Iterator[DueDay]:
    """Those that are not reached, also the late ones."""
    for one in near_milestones(session, viewer, Then(today), AHEAD_DAYS):
        yield DueDay(
            MILESTONE, date.fromisoformat(one.values["planned_on"]),
            _sign(MILESTONE, one.collection, one.code), Target("milestone", one.id), one.code,
            one.name,
        )  # fmt: skip


def _contracts(session: Session, viewer: Viewer, today: date) -> Iterator[DueDay]:
    first, last = _window(today)
    for one in contracts_of(session, viewer).values():
        ends, document = one.ends_by(today), one.document
        days = {ENDS: ends.isoformat() if ends else "", NOTICE: one.notice_by(today)}
        for what, day in days.items():
            if first <= day <= last:
                yield DueDay(
                    what, date.fromisoformat(day), _sign(what, file_number(document.id)),
                    Target("document", document.id), document.number or file_number(document.id),
                    document.title,
                )  # fmt: skip


def _expiring(session: Session, viewer: Viewer, today: date) -> Iterator[DueDay]:
    first, last = _window(today)
    rows = session.execute(
        select(Document.id, Version.own_number, Version.title, Version.expires_on)
        .join(Version, Version.id == Document.current_version_id)
        .where(
            Version.expires_on.between(first, last),
            or_(Version.kind.is_(None), Version.kind.not_in(sorted(CONTRACTS))),
            Document.collection_id.in_(viewer.reads),
        )
        .order_by(Version.expires_on, Document.id)
        .limit(MOST)
    )
    for document_id, number, title, day in rows:
        yield DueDay(
            EXPIRES, date.fromisoformat(str(day)), _sign(EXPIRES, file_number(document_id)),
            Target("document", document_id), number or file_number(document_id), title or "",
        )  # fmt: skip


def _decisions(session: Session, viewer: Viewer, today: date) -> Iterator[DueDay]:
    """Change requests that are presented: due today, until somebody decides."""
    rows = session.execute(
        select(Entry.id, Entry.code, Entry.name, Collection.name)
        .join(Collection, Collection.id == Entry.collection_id)
        .where(
            Entry.register == CHANGES,
            Entry.fields["state"].as_string() == "presented",
            Entry.collection_id.in_(viewer.reads),
        )
        .order_by(Entry.code, Collection.name)
        .limit(MOST)
    )
    for entry_id, code, name, collection in rows:
        yield DueDay(
            DECISION, today, _sign(DECISION, collection, code), Target(CHANGES, entry_id), code,
            name,
        )  # fmt: skip


def _concerns(session: Session, viewer: Viewer, today: date) -> Iterator[DueDay]:
    """Open quality concerns by the day of their answer, also late ones; without owner due today."""
    last = (today + timedelta(days=AHEAD_DAYS)).isoformat()
    rows = session.execute(
        select(
            Entry.id, Entry.code, Entry.name, Collection.name,
            Entry.fields["due_on"].as_string(), Entry.fields["owner"].as_string(),
        )
        .join(Collection, Collection.id == Entry.collection_id)
        .where(
            Entry.register == CONCERNS,
            is_open(),
            Entry.collection_id.in_(viewer.reads),
        )
        .order_by(Entry.code, Collection.name)
        .limit(MOST)
    )  # fmt: skip
    for entry_id, code, name, collection, due, owner in rows:
        days = {} if owner else {NO_OWNER: today}
        if due and due <= last:
            days[ANSWER] = date.fromisoformat(due)
        for what, day in days.items():
            target = Target(CONCERNS, entry_id)
            yield DueDay(what, day, _sign(what, collection, code), target, code, name)


def _window(today: date) -> tuple[str, str]:
    """First and last day that is told."""
    first, last = today - timedelta(days=BEHIND_DAYS), today + timedelta(days=AHEAD_DAYS)
    return first.isoformat(), last.isoformat()
