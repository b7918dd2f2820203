"""The one queue, in the database: enqueued in the transaction of the data that needs the work.

A job is claimed with a lease; a worker that dies lets it lapse and another takes it. A job that
fails is tried again later (backoff), then given up with its reason. Done jobs are deleted: a
version's progress is its remaining jobs.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from archive.bulk import chunked, insert_rows
from archive.models import Job

MAX_ATTEMPTS = 5
BACKOFF = timedelta(seconds=10)  # doubled with each attempt
LONGEST: Final = timedelta(minutes=30)  # no pause and no lease is longer


class JobKind(enum.StrEnum):
    """What is to be done; the subject says to what."""

    PARSE = "parse"  # subject: version. Bytes to pages, facts, mentions
    OCR = "ocr"  # subject: version. The same with pictures read, behind all else
    INDEX = "index"  # subject: version. Into the search engine, by the holder of the index
    NAME = "name"  # subject: entry. Look for a registered name over the whole archive
    REBUILD = "rebuild"  # subject: collection. Its index anew, without what was destroyed
    DISPOSE = "dispose"  # subject: disposal. Destroy what two persons agreed on
    NOTICE = "notice"  # subject: notice. File it, and send it where there is a mail server
    DIGEST = "digest"  # subject: digest. Send it


#: Kinds whose subject is a version.
OF_VERSIONS: Final = frozenset({JobKind.PARSE, JobKind.OCR, JobKind.INDEX})
#: What nobody who files waits for.
ASIDE: Final = frozenset({JobKind.NOTICE, JobKind.DISPOSE})
PRIORITY = {JobKind.OCR: 20, JobKind.NAME: 5}  # higher is later


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds until `leased_until`."""

    id: int
    kind: str
    subject: int
    attempts: int
    priority: int = 0


def enqueue(
    session: Session, kind: JobKind, subjects: Iterable[int], at: datetime, *, later: int = 0
) -> None:
    """Ask for work. A job of the same kind and subject that waits already is left as it is.

    It stays unclaimed until this transaction ends: whoever does it then sees what this one wrote.
    One that somebody claims just now has another put behind it.
    """
    wanted = list(dict.fromkeys(subjects))
    waiting: set[int] = set()
    for chunk in chunked(wanted):
        waiting.update(
            session.scalars(
                select(Job.subject)
                .where(
                    Job.kind == kind,
                    Job.subject.in_(chunk),
                    Job.leased_until.is_(None),
                    Job.given_up_at.is_(None),
                )
                .with_for_update(skip_locked=True)
            )
        )
    rows = [
        {
            "kind": kind,
            "subject": subject,
            "priority": PRIORITY.get(kind, 0) + later,
            "run_after": at,
            "attempts": 0,
            "created_at": at,
        }
        for subject in wanted
        if subject not in waiting
    ]
    insert_rows(session, Job, rows)


def bring_forward(session: Session, kind: JobKind, subject: int, at: datetime) -> None:
    """Have what waits for a later time done now."""
    session.execute(
        update(Job)
        .where(Job.kind == kind, Job.subject == subject, Job.run_after > at)
        .where(Job.leased_until.is_(None), Job.given_up_at.is_(None))
        .values(run_after=at)
    )


def call_off(session: Session, kind: JobKind, subject: int) -> None:
    """Have it not done after all, whether it waits or was given up."""
    session.execute(delete(Job).where(Job.kind == kind, Job.subject == subject))


def forget_given_up(session: Session, versions: Sequence[int]) -> None:
    """Strike off what was given up on these versions; jobs of other subjects stay."""
    for chunk in chunked(versions):
        session.execute(
            delete(Job).where(
                Job.subject.in_(chunk), Job.kind.in_(OF_VERSIONS), Job.given_up_at.is_not(None)
            )
        )


#: Work for a day that is agreed on, however far away.
APPOINTED: Final = (JobKind.DISPOSE, JobKind.DIGEST)


def claim(
    session: Session,
    kinds: Sequence[JobKind],
    *,
    by: str,
    at: datetime,
    lease: timedelta,
    limit: int = 1,
) -> list[Claimed]:
    """Take up to `limit` jobs that are due, oldest first, skipping those that others hold."""
    due = (
        select(Job.id, Job.kind, Job.subject, Job.attempts, Job.priority)
        .where(*_due(kinds, at))
        .order_by(Job.priority, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = session.execute(due)
    claimed = [Claimed(*row[:3], row.attempts + 1, row.priority) for row in found]
    if claimed:
        session.execute(
            update(Job)
            .where(Job.id.in_([job.id for job in claimed]))
            .values(leased_until=at + lease, leased_by=by, attempts=Job.attempts + 1)
            .execution_options(synchronize_session=False)
        )
    return claimed


def _due(kinds: Sequence[JobKind], at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Also what no clock that goes right can have said: ours was set back since."""
    return (
        Job.kind.in_(kinds),
        Job.given_up_at.is_(None),
        or_(
            Job.run_after <= at,
            and_(Job.run_after > at + LONGEST, Job.kind.not_in(APPOINTED)),
        ),
        or_(Job.leased_until.is_(None), Job.leased_until < at, Job.leased_until > at + LONGEST),
    )


def is_any_due(
    session: Session, kinds: Sequence[JobKind], at: datetime, *, before: int | None = None
) -> bool:
    """Is there something to claim, of a priority before this one? It holds off no writer."""
    due = select(Job.id).where(*_due(kinds, at))
    if before is not None:
        due = due.where(Job.priority < before)
    return session.execute(due.limit(1)).first() is not None


def finish(session: Session, jobs: Sequence[Claimed], *, by: str) -> set[int]:
    """Strike off done jobs; returns the ids that were still held by `by`.

    A worker whose lease was taken over finds its id missing, and must roll back.
    """
    ids = [job.id for job in jobs]
    held = set(
        session.scalars(
            select(Job.id).where(Job.id.in_(ids), Job.leased_by == by).with_for_update()
        )
    )
    session.execute(delete(Job).where(Job.id.in_(held)))
    return held


def postpone(session: Session, job: Claimed, reason: str, at: datetime, *, by: str) -> bool:
    """Put a failed job back, later each time; after `MAX_ATTEMPTS` give it up. True if given up.

    What `by` holds no more is another's now, and left alone.
    """
    is_over = job.attempts >= MAX_ATTEMPTS
    result = session.execute(
        update(Job)
        .where(Job.id == job.id, Job.leased_by == by)
        .values(
            leased_until=None,
            leased_by=None,
            reason=reason,
            run_after=at + BACKOFF * 2**job.attempts,
            given_up_at=at if is_over else None,
        )
    )
    assert isinstance(result, CursorResult)
    return is_over and result.rowcount == 1


def put_back(session: Session, jobs: Sequence[Claimed], *, by: str) -> None:
    """Let others have jobs that were claimed and not begun: no attempt was made."""
    session.execute(
        update(Job)
        .where(Job.id.in_([job.id for job in jobs]), Job.leased_by == by)
        .values(leased_until=None, leased_by=None, attempts=Job.attempts - 1)
        .execution_options(synchronize_session=False)
    )


def release(session: Session, by: str) -> None:
    """Give back all that `by` holds, which stops: what it has not ended was no attempt."""
    session.execute(
        update(Job)
        .where(Job.leased_by == by)
        .values(leased_until=None, leased_by=None, attempts=Job.attempts - 1)
    )


def release_of_dead(session: Session, is_dead: Callable[[str], bool]) -> None:
    """Give back what those hold that died. The attempt counts: it may be what they died of."""
    held = session.scalars(select(Job.leased_by).where(Job.leased_by.is_not(None)).distinct())
    dead = [holder for holder in held if holder and is_dead(holder)]
    session.execute(
        update(Job).where(Job.leased_by.in_(dead)).values(leased_until=None, leased_by=None)
    )


def release_kind(session: Session, kind: JobKind) -> None:
    """Give back all of a kind that only one at a time may do: who did it before has stopped."""
    session.execute(
        update(Job)
        .where(Job.kind == kind, Job.leased_by.is_not(None))
        .values(leased_until=None, leased_by=None)
    )


def extend(session: Session, jobs: Iterable[Claimed], *, by: str, until: datetime) -> int:
    """Say that `by` is still at these. Returns how many of them it holds."""
    ids = [job.id for job in jobs]
    result = session.execute(
        update(Job).where(Job.id.in_(ids), Job.leased_by == by).values(leased_until=until)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def waiting(session: Session) -> dict[str, int]:
    """How many jobs of each kind are not done and not given up."""
    rows = session.execute(
        select(Job.kind, func.count()).where(Job.given_up_at.is_(None)).group_by(Job.kind)
    )
    return {row[0]: row[1] for row in rows}
