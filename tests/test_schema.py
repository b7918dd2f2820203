"""The tables that the revisions make are those of the models; upgrades wait for one another."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Inspector, inspect, select, text
from sqlalchemy.exc import IntegrityError

from archive import schema
from archive.db import Database
from archive.errors import ConfigError
from archive.keys import key_of_groups
from archive.models import Aside, Base, Blob, Collection, Document, Reference, Version
from tools import initial_migration


@pytest.fixture
def sqlite_url(tmp_path):
    """Of a database without tables, which all other tests begin with."""
    return f"sqlite:///{tmp_path / 'crossfile.sqlite'}"


@pytest.fixture
def postgres_url(postgres):
    with postgres.database() as url:
        yield url


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.close()


def described(database: Database) -> dict[str, object]:
    """All that the database says of its tables, without the order of it."""
    seen = inspect(database.engine)
    tables = set(seen.get_table_names()) - {"alembic_version"}
    return {table: _described(seen, table) for table in tables}


def _described(seen: Inspector, table: str) -> dict[str, object]:
    columns = seen.get_columns(table)
    indexes = {}
    for index in seen.get_indexes(table):
        options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
        indexes[index["name"]] = (index["column_names"], bool(index["unique"]), options)
    foreign = [
        (key["constrained_columns"], key["referred_table"], key["options"])
        for key in seen.get_foreign_keys(table)
    ]
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"]) for column in columns
        },
        "key": seen.get_pk_constraint(table)["constrained_columns"],
        "foreign": sorted(foreign, key=str),
        "unique": {one["name"]: one["column_names"] for one in seen.get_unique_constraints(table)},
        "checks": {one["name"]: one["sqltext"] for one in seen.get_check_constraints(table)},
        "indexes": indexes,
    }


def test_an_empty_database_gets_the_tables_of_the_models(database):
    assert schema.upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    schema.require_head(database)
    made = described(database)
    with database.engine.begin() as connection:
        Base.metadata.drop_all(connection)
    Base.metadata.create_all(database.engine)
    assert made == described(database)


def test_entries_of_before_stay_and_quality_concerns_come_to_them(database):
    schema.upgrade(database, "0020")
    entry = "INSERT INTO entry (register, collection_id, code, key, name, fields, created_at, "
    entry += "revision) VALUES (:register, 1, 'A-1', 'A1', 'One', '{}', '2026-03-02', 1)"
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO collection (id, name) VALUES (1, 'general')"))
        connection.execute(text(entry), {"register": "product"})
    with pytest.raises(IntegrityError), database.engine.begin() as connection:
        connection.execute(text(entry), {"register": "concern"})
    schema.upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text(entry), {"register": "concern"})
        found = connection.execute(text("SELECT register FROM entry ORDER BY register"))
        assert [row.register for row in found] == ["concern", "product"]
    with pytest.raises(IntegrityError), database.engine.begin() as connection:
        connection.execute(text(entry), {"register": "party of the second part"})


def test_an_upgrade_of_what_is_there_already_changes_nothing(database):
    schema.upgrade(database)
    assert not schema.upgrade(database)


def test_two_upgrades_at_once_are_one(database, database_url):
    other = Database(database_url)
    done: list[bool] = []
    threads = [
        threading.Thread(target=lambda one=one: done.append(schema.upgrade(one)))
        for one in (database, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(done) == [False, True]


def test_an_upgrade_that_fails_leaves_nothing(database):
    schema.upgrade(database, "0001")
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE proposal (id INTEGER)"))  # in the way of 0003
    before = described(database)
    with pytest.raises(Exception, match="proposal"):
        schema.upgrade(database)
    assert described(database) == before
    assert schema.database_revision(database) == "0001"


def test_tables_of_somebody_else_are_left_alone(database):
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE payroll (id INTEGER)"))
    with pytest.raises(ConfigError, match="an empty database"):
        schema.upgrade(database)


def test_a_database_of_a_newer_version_is_refused(database):
    schema.upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="newer version"):
        schema.upgrade(database)
    with pytest.raises(ConfigError, match="9999"):
        schema.require_head(database)


def test_lines_about_parts_of_numbers_that_were_put_aside_stay_so(database):
    schema.upgrade(database, "0018")
    at = datetime(2026, 2, 1, tzinfo=UTC)
    items = {
        "ambiguous:1/drawing/DWG1181/cites": "ambiguous:1/drawing/DWG1181/cites/DWG|118/1",
        "ambiguous:1/drawing/DWG1182/cites": "ambiguous:1/drawing/DWG1182/cites",
        "unreadable:1/1": "unreadable:1/1",
    }
    with database.write() as session:
        rows = (
            Collection(id=1, name="general"),
            Blob(id=1, sha256="0" * 64, size_bytes=1, created_at=at),
            Document(id=1, collection_id=1, last_version=1, created_at=at),
            Version(id=1, document_id=1, number=1, blob_id=1, received_at=at, file_name="a.txt"),
        )
        for row in rows:
            session.add(row)
            session.flush()
        for number, groups in enumerate(("DWG|118/1", "DWG|1182")):
            session.add(
                Reference(
                    id=number, collection_id=1, document_id=1, version_id=1, scheme="drawing",
                    key=key_of_groups(groups), groups=groups, relation="cites", origin="text",
                    recorded_at=at,
                )
            )  # fmt: skip
        session.add_all(Aside(item=item, reason="old", recorded_at=at) for item in items)
    schema.upgrade(database)
    with database.read() as session:
        assert list(session.scalars(select(Aside.item).order_by(Aside.id))) == list(items.values())


def test_the_newest_revision_is_the_one_that_the_code_asks_for():
    names = sorted(
        path.name for path in Path(schema.__file__).parent.glob("migrations/versions/0*")
    )
    assert names[-1].startswith(f"{schema.HEAD}_")


@pytest.mark.parametrize("module", initial_migration.MODULES)
def test_the_first_revisions_are_written_from_the_models(module):
    [path] = initial_migration.FOLDER.glob(f"*_{module}.py")
    tables = initial_migration.tables_of(module)
    assert all(f'"{table}"' in path.read_text() for table in tables)


def test_a_database_in_form_does_not_cost_the_import_of_alembic(sqlite_url):
    database = Database(sqlite_url)
    schema.upgrade(database)
    database.close()
    script = (
        "import sys; from archive import schema; from archive.db import Database\n"
        f"schema.upgrade(Database({sqlite_url!r})); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_parties_that_were_read_before_get_the_keys_by_which_they_are_found(sqlite_url):
    database = Database(sqlite_url)
    schema.upgrade(database, "0006")
    database.close()
    columns = "id, version_id, name, value, identifier, origin, confidence, rule, said_by"
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:  # no foreign keys
        connection.executemany(
            f"INSERT INTO fact ({columns}, recorded_at) VALUES (?, 1, ?, ?, ?, 'text', 1, '', '',"
            " '2024-03-05T10:00:00.000000Z')",
            [(1, "party", "Nord Limited", "556036-0793"), (2, "title", "Nord Limited", None)],
        )
    connection.close()
    schema.upgrade(database)
    with database.engine.connect() as found:
        rows = found.execute(text("SELECT party_key, party_number FROM fact ORDER BY id")).all()
    database.close()
    assert rows == [("nord|ltd", "organisation:5560360793"), (None, None)]
