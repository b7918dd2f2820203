"""Sessions over the database: what one that reads sees, and what it may do."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as pysqlite
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from archive import schema
from archive.counters import insert_missing
from archive.db import Database, is_alive
from archive.errors import DamageFound, DatabaseAway, StorageFull
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


def test_a_server_that_went_away_is_said_to_and_is_used_again_when_it_is_back(
    postgres, postgres_url
):
    database = Database(postgres_url)
    with pytest.raises(DatabaseAway, match="does not answer"), database.write() as session:
        process = session.scalar(select(func.pg_backend_pid()))
        postgres.execute(f"SELECT pg_terminate_backend({process})")
        session.scalar(select(func.pg_backend_pid()))
    with database.read() as session:
        assert session.scalar(select(1)) == 1
    database.close()


def test_no_server_at_all_is_an_error_in_a_sentence():
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseAway), database.read() as session:
        session.scalar(select(1))
    assert not is_alive(database)


@pytest.mark.parametrize("damage", [b"no database at all, " * 500, None])
def test_a_file_that_is_no_database_or_is_damaged_says_what_to_do(sqlite_url, damage):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    path.write_bytes(damage or whole[:100] + b"\xff" * (len(whole) - 100))
    database = Database(sqlite_url)
    with pytest.raises(DamageFound, match="restore the latest backup"), database.read() as session:
        session.execute(text("SELECT * FROM document"))
    database.close()


def test_a_damaged_database_answers_nobody_and_ends_no_command_in_a_traceback(crossfile, tmp_path):
    assert crossfile("status")[0] == 0
    for path in (tmp_path / "data").glob("crossfile.sqlite*"):
        path.write_bytes(b"no database at all, " * 500)
    for command in ("status", "check", "verify"):
        status, _, err = crossfile(command)
        assert status == 1 and "The database is damaged" in err and "Traceback" not in err
    database = Database(f"sqlite:///{tmp_path}/data/crossfile.sqlite")
    assert not is_alive(database)
    database.close()


def test_who_opens_a_new_database_waits_for_another_one_that_writes_to_it(tmp_path):
    path = tmp_path / "new.sqlite"
    first = pysqlite.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("BEGIN IMMEDIATE")
    first.execute("CREATE TABLE made (number INTEGER)")
    committing = threading.Timer(0.3, lambda: first.execute("COMMIT"))
    committing.start()
    database = Database(f"sqlite:///{path}")
    with database.read() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
    committing.join()
    database.close()
    first.close()


def test_a_database_whose_disk_is_full_says_so_and_keeps_nothing(sqlite_url):
    database = Database(sqlite_url)
    schema.upgrade(database)
    with pytest.raises(StorageFull, match="Make room"), database.write() as session:
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count={pages}"))
        insert_missing(session, Meta, {"name": "large", "value": "x" * 1_000_000})
    with database.read() as session:
        assert count(session) == 0
    database.close()
