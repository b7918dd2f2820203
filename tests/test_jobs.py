"""Work that is asked for is done after the transaction that asked, whoever asked before."""

from __future__ import annotations

from datetime import timedelta

from archive.db import Database
from archive.jobs import JobKind, claim, enqueue

LEASE = timedelta(minutes=1)


def test_what_waits_already_is_not_done_before_who_asks_again_has_written(postgres_url, clock):
    database = Database(postgres_url)
    at = clock()

    def claimed() -> list[int]:
        with database.write() as session:
            jobs = claim(session, [JobKind.INDEX], by="worker", at=at, lease=LEASE, limit=9)
            return [job.subject for job in jobs]

    with database.write() as session:
        enqueue(session, JobKind.INDEX, [1, 2], at)
    with database.write() as session:
        enqueue(session, JobKind.INDEX, [1], at)  # there is one; what follows is not yet seen
        assert claimed() == [2]
    assert claimed() == [1]
    database.close()


def test_what_is_claimed_is_asked_for_once_more(postgres_url, clock):
    database = Database(postgres_url)
    at = clock()
    with database.write() as session:
        enqueue(session, JobKind.INDEX, [1], at)
    with database.write() as claiming:
        assert claim(claiming, [JobKind.INDEX], by="worker", at=at, lease=LEASE)
        with database.write() as session:
            enqueue(session, JobKind.INDEX, [1], at)
    with database.write() as session:
        assert [job.subject for job in claim(session, [JobKind.INDEX], by="b", at=at, lease=LEASE)]
    database.close()
