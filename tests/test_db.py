"""Sessions over the database: what one that reads sees, and what it may do."""

from __future__ import annotations

from contextlib import suppress

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from archive import schema
from archive.counters import insert_missing
from archive.db import Database
from archive.models import Meta


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    schema.upgrade(made)
    yield made
    made.close()


def count(session):
    return session.scalar(select(func.count()).select_from(Meta))


def test_who_reads_sees_one_state_whatever_is_written_meanwhile(database):
    with database.read() as session:
        before = count(session)
        with database.write() as other:
            insert_missing(other, Meta, {"name": "late", "value": "1"})
        assert count(session) == before
    with database.read() as session:
        assert count(session) == before + 1


def test_who_reads_writes_nothing(database):
    with database.read() as session, suppress(DBAPIError):
        before = count(session)
        session.execute(insert(Meta).values(name="stray", value="1"))
    with database.read() as session:
        assert count(session) == before
