"""Trying again what could not be read: what becomes of the work that was given up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from archive import attention, jobs
from archive.access import operator
from archive.errors import UsageError
from archive.jobs import JobKind
from archive.models import Collection, Job, Version
from archive.rereading import ask_reread
from tests.small_archive import SmallArchive


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = SmallArchive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def broken(archive, name, collection="general"):
    """A file that nobody can read; the id of its version."""
    version_id = archive.file(name, name.encode(), collection)
    with archive.database.write() as session:
        row = session.get_one(Version, version_id)
        row.status, row.reason_code = "unreadable", "damaged"
    return version_id


def give_up(archive, version_id):
    """Work on the version is given up, and the name of the register entry with the same id."""
    with archive.database.write() as session:
        for kind in (JobKind.PARSE, JobKind.NAME):
            jobs.enqueue(session, kind, [version_id], archive.clock())
            job = session.scalars(select(Job).where(Job.kind == kind)).one()
            job.given_up_at = archive.clock()


def given_up(archive):
    with archive.database.read() as session:
        return set(session.scalars(select(Job.kind).where(Job.given_up_at.is_not(None))))


def retry(session, archive, **more):
    return attention.retry(session, operator(session), "unreadable:1/1", archive.clock(), **more)


def reread(session, archive):
    ask_reread(session, operator(session), ["D-000001"], "parse", archive.clock(), newest={})


@pytest.mark.parametrize("selection", ["reason:foo", "reader:foo"])
def test_a_reason_or_reader_that_there_is_not_is_named(archive, selection):
    with archive.database.write() as session, pytest.raises(UsageError, match="foo"):
        ask_reread(
            session, operator(session), [selection], "parse", archive.clock(), newest={"pdf": 1}
        )


@pytest.mark.parametrize("again", [retry, reread])
def test_the_given_up_name_of_an_entry_with_the_same_id_stays_given_up(archive, again):
    version_id = broken(archive, "a.pdf")
    with archive.database.write() as session:
        session.query(Job).delete()
    give_up(archive, version_id)
    with archive.database.write() as session:
        again(session, archive)
    assert given_up(archive) == {JobKind.NAME}


def test_all_alike_are_those_that_the_viewer_may_answer(archive, monkeypatch):
    for number in range(3):
        broken(archive, f"closed-{number}.pdf", "closed")
    ours = [broken(archive, f"open-{number}.pdf") for number in range(2)]
    monkeypatch.setattr(attention, "MOST_COUNTED", 3)
    with archive.database.write() as session:
        everything = operator(session)
        general = session.scalars(select(Collection.id).where(Collection.name == "general")).one()
        viewer = replace(everything, writes=frozenset({general}))
        document = session.get_one(Version, ours[0]).document_id
        item = f"unreadable:{document}/1"
        assert attention.retry(session, viewer, item, archive.clock(), alike=True) == 2


def test_without_a_reader_nothing_is_outdated(archive):
    broken(archive, "a.pdf")
    with archive.database.write() as session:
        by, at = operator(session), archive.clock()
        assert ask_reread(session, by, ["outdated"], "parse", at, newest={}) == 0
