"""What is told to a person every day or week, and who wants it: only what they may see.

It is a page that anybody opens; who gives an address is sent the same by mail, where a mail server
is configured (api/digests.py makes it, indexer/postman.py sends it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive import jobs
from archive.access import Viewer, viewer_of
from archive.change_letters import address_in
from archive.change_states import CHANGES, FIRST
from archive.due_days import DueDay, due_days
from archive.errors import NotAllowed, UsageError
from archive.models import Account, Digest, DigestWish, Document, Entry, EntryValue, Version
from archive.references import Target

EVERY: Final = ("day", "week")
DAYS: Final = {"day": 1, "week": 7}
MADE_AT: Final = time(5, tzinfo=UTC)  # of a day; of a week on its Monday
AHEAD_DAYS: Final = 14
MOST_LISTED: Final = 30  # of each sort; how many there are is said


@dataclass(frozen=True, slots=True)
class Moved:
    """A change request that came in, or was moved, and where it is now."""

    target: Target
    number: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Content:
    """What happened since then, and which days come."""

    since: datetime
    at: datetime
    documents: tuple[int, ...]  # the newest first, at most MOST_LISTED
    arrived: int
    changes: tuple[Moved, ...]
    days: tuple[DueDay, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """How often somebody wants it ("" for never), and by mail to which address."""

    every: str = ""
    address: str = ""
    since: datetime | None = None
    failure: str = ""  # why the mail server did not take the last one


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is to be made: for whom, with what they see by now."""

    account_id: int
    viewer: Viewer
    address: str
    since: datetime


def content_of(session: Session, viewer: Viewer, since: datetime, at: datetime) -> Content:
    """What the viewer may see of it."""
    current = (
        select(Document.id)
        .join(Version, Version.id == Document.current_version_id)
        .where(Document.collection_id.in_(viewer.reads), Version.received_at > since)
    )
    newest = current.order_by(Version.received_at.desc(), Document.id.desc()).limit(MOST_LISTED)
    last = at.date() + timedelta(days=AHEAD_DAYS)
    return Content(
        since, at, tuple(session.scalars(newest)),
        session.scalar(select(func.count()).select_from(current.subquery())) or 0,
        _moved(session, viewer, since),
        tuple(one for one in due_days(session, viewer, at.date()) if one.day <= last),
    )  # fmt: skip


def _moved(session: Session, viewer: Viewer, since: datetime) -> tuple[Moved, ...]:
    moved = select(EntryValue.entry_id).where(
        EntryValue.field == "state",
        EntryValue.recorded_at > since,
        EntryValue.retracted_at.is_(None),
    )
    rows = session.execute(
        select(Entry.id, Entry.code, Entry.name, Entry.fields["state"].as_string())
        .where(
            Entry.register == CHANGES,
            Entry.collection_id.in_(viewer.reads),
            or_(Entry.created_at > since, Entry.id.in_(moved)),
        )
        .order_by(Entry.code, Entry.id)
        .limit(MOST_LISTED)
    )
    return tuple(
        Moved(Target(CHANGES, row[0]), row[1], row[2] if row[2] != row[1] else "", row[3] or FIRST)
        for row in rows
    )


def wish_of(session: Session, viewer: Viewer) -> Wish:
    """What the viewer wants."""
    row = session.get(DigestWish, viewer.account_id or 0)
    if row is None:
        return Wish()
    last = session.scalar(
        select(Digest.failure)
        .where(Digest.account_id == row.account_id)
        .order_by(Digest.id.desc())
        .limit(1)
    )
    return Wish(row.every, row.address, row.since, last or "")


def set_wish(session: Session, viewer: Viewer, every: str, address: str, at: datetime) -> None:
    """Want it every day or week, by mail where there is an address; or never ("").

    Raises `UsageError` for what is no address, `NotAllowed` for who is no user.
    """
    if viewer.account_id is None:
        raise NotAllowed("Only a user can have a digest.")
    address = address.strip()
    if every and every not in EVERY:
        raise UsageError("A digest is for every %(choices)s.", choices=", ".join(EVERY))
    if address and address_in(address) != address:
        raise UsageError("%(text)r is no mail address.", text=address[:200])
    row = session.get(DigestWish, viewer.account_id, with_for_update=True)
    if not every:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(
            DigestWish(account_id=viewer.account_id, every=every, address=address, since=at)
        )
    else:
        row.every, row.address = every, address


def last_due(every: str, at: datetime) -> datetime:
    """When the last digest before `at` was to be made.

    >>> from datetime import UTC, datetime
    >>> last_due("day", datetime(2024, 3, 6, 4, 0, tzinfo=UTC)).isoformat()
    '2024-03-05T05:00:00+00:00'
    >>> last_due("week", datetime(2024, 3, 6, 9, 0, tzinfo=UTC)).isoformat()
    '2024-03-04T05:00:00+00:00'
    """
    day: date = (at - timedelta(hours=MADE_AT.hour)).date()
    if every == "week":
        day -= timedelta(days=day.weekday())
    return datetime.combine(day, MADE_AT)


def all_due(session: Session, at: datetime) -> list[Due]:
    """Digests that are to be made for mail, for those who may still come in."""
    rows = session.execute(
        select(DigestWish, Account)
        .join(Account, Account.id == DigestWish.account_id)
        .where(Account.disabled_at.is_(None), DigestWish.address != "")
        .order_by(DigestWish.account_id)
    )
    return [
        Due(account.id, viewer_of(session, account, f"user:{account.id}"), wish.address, wish.since)
        for wish, account in rows
        if wish.since < last_due(wish.every, at)
    ]


def keep(session: Session, due: Due, message: str, at: datetime) -> None:
    """Have a digest mailed ("": there was nothing to tell). Made by another already: nothing."""
    wish = session.get(DigestWish, due.account_id, with_for_update=True)
    if wish is None or wish.since != due.since or wish.address != due.address:
        return
    wish.since = at
    day = at.date().isoformat()
    there = select(Digest.id).where(Digest.account_id == due.account_id, Digest.day == day)
    if not message or session.scalar(there):
        return
    row = Digest(
        account_id=due.account_id, day=day, to_address=due.address, message=message, made_at=at
    )
    session.add(row)
    session.flush()
    jobs.enqueue(session, jobs.JobKind.DIGEST, [row.id], at)


def to_post(session: Session, digest_id: int) -> Digest | None:
    """The digest where it is still to be sent; none once its person may not come in any more."""
    row = session.get(Digest, digest_id)
    if row is None or row.sent_at is not None or not row.message:
        return None
    account = session.get_one(Account, row.account_id)
    return row if account.disabled_at is None else None


def keep_sent(session: Session, digest_id: int, failure: str, at: datetime) -> None:
    """The mail server has taken it, and its words are kept no longer; or has not, and why."""
    row = session.get_one(Digest, digest_id, with_for_update=True)
    row.failure = failure
    if not failure:
        row.sent_at, row.message = at, ""
