"""What a changed configuration does to what is there already."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.jobs import JobKind
from archive.models import Job
from archive.rereading import ask_by_rules
from tests.small_archive import SmallArchive


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = SmallArchive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def test_all_is_read_again_once_where_the_rules_are_others_than_those_it_was_read_by(archive):
    version_id = archive.add("a.txt", "Order PO-1", number="PO-1")
    assert [asked(archive, rules) for rules in ("one", "one", "two", "two", "one")] == [
        0, 0, 1, 0, 1,
    ]  # fmt: skip
    with archive.database.read() as session:
        waiting = select(Job.subject).where(Job.kind == JobKind.PARSE)
        assert list(session.scalars(waiting)) == [version_id]


def asked(archive, rules):
    with archive.database.write() as session:
        return ask_by_rules(session, rules, archive.clock())
