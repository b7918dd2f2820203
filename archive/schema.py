"""The form of the database: which revision it has, and bringing it to the one this code needs.

Revisions stand in archive/migrations, one file each. An upgrade is one transaction under a lock,
on both engines: it is done, or nothing of it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, inspect, select, text

from archive.db import Database
from archive.errors import ConfigError

#: The newest revision in archive/migrations/versions.
HEAD: Final = "0023"

#: Where alembic keeps the revision.
VERSION_TABLE: Final = "alembic_version"

_LOCK: Final = "schema"
_SCRIPTS: Final = Path(__file__).with_name("migrations")


def upgrade(database: Database, revision: str = HEAD) -> bool:
    """Bring the tables to a revision; False where they have it already.

    Who comes while another upgrades waits, and then finds nothing to do. Raises `ConfigError` for
    a database that a newer version made, or that holds tables of somebody else.
    """
    if database_revision(database) == revision:
        return False
    with database.engine.begin() as connection:
        return upgrade_within(database, connection, revision)


def upgrade_within(database: Database, connection: Connection, revision: str = HEAD) -> bool:
    """The same in a transaction of the caller's."""
    if not database.is_sqlite:  # SQLite has one writer, and BEGIN IMMEDIATE waits for it
        key = func.hashtextextended(_LOCK, 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))
    found = _revision(connection)
    if found == revision:
        return False
    _require_ours(database, connection, found)
    # Only here: it takes a quarter of a second to import, and there is hardly ever work for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    return True


def require_head(database: Database) -> None:
    """Raise `ConfigError` unless the tables have the form that this version needs."""
    found = database_revision(database)
    if found != HEAD:
        raise _not_fit(
            database,
            f"a database at revision {HEAD}; this one is at {found}. "
            "Stop all processes of Crossfile, then run `crossfile db upgrade`",
        )


def is_known(revision: str) -> bool:
    """Does this version have that revision, so that it can bring a database on from it?"""
    return any(path.name.startswith(f"{revision}_") for path in _SCRIPTS.glob("versions/*.py"))


def database_revision(database: Database) -> str | None:
    """The revision of the tables; none where there are none."""
    with database.engine.execution_options(readonly=True).connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    revision: str | None = found.scalar_one_or_none()
    return revision


def _require_ours(database: Database, connection: Connection, found: str | None) -> None:
    if found is None and inspect(connection).get_table_names():
        raise _not_fit(database, "an empty database, or one that Crossfile has made")
    if found is not None and not is_known(found):
        raise _not_fit(
            database,
            f"a database that this version of Crossfile knows; this one is at revision {found}, "
            "of a newer version. Use that version",
        )


def _not_fit(database: Database, expected: str) -> ConfigError:
    shown = database.engine.url.render_as_string(hide_password=True)
    return ConfigError("data.database", shown, expected)
