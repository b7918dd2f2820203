"""The metadata database: one code path over SQLite and PostgreSQL.

A session is opened at the edge, by `Database.read()` or `Database.write()`, and passed on. On
SQLite a writer begins with BEGIN IMMEDIATE: a deferred transaction that upgrades loses updates or
fails at once with "database is locked" (sqlite.org/lang_transaction.html, SQLITE_BUSY_SNAPSHOT).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from pysqlite3 import dbapi2 as pysqlite
from sqlalchemy import Engine, create_engine, event, func, select, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from archive import events
from archive.counters import is_sqlite
from archive.errors import DamageFound, DatabaseAway, StorageFails, StorageFull

BUSY_S: Final = 30
BUSY: Final = f"busy_timeout={BUSY_S * 1000}"
PRAGMAS: Final = (
    BUSY,
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-8000",  # KiB, of each connection: a pool has many, the system keeps the rest
    "temp_store=MEMORY",
)


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite database file."""
    return f"sqlite:///{path}"


class Database:
    """An engine with the settings that durability needs, and sessions over it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self.engine = create_engine(url, module=pysqlite, pool_size=20, max_overflow=40)
            _tame_sqlite(self.engine)
        else:
            self.engine = create_engine(
                url.replace("postgres://", "postgresql://", 1), pool_size=20, max_overflow=40
            )
        _tell_of_storage(self.engine)
        # SQLite's own waiting sleeps in growing steps; a lock wakes the next thread at once.
        self._writing: AbstractContextManager[object] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )
        options: dict[str, Any] = (
            {"readonly": True}  # BEGIN, in WAL mode: sqlite.org/isolation.html
            if self.is_sqlite
            else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        self._reader = self.engine.execution_options(**options)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and writes nothing."""
        with Session(self._reader, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed with its events at the end, or nothing of it.

        Of one that is not committed only the refusals are kept: see `events.record_refusal`.
        Raises `StorageFull` where the disk has no room, `StorageFails` where it fails,
        `DatabaseAway` where the server does not answer; so do sessions that read.
        """
        with self._writing, Session(self.engine, expire_on_commit=False) as session:
            try:
                session.connection()
                yield session
                events.write_recorded(session)
                session.commit()
            finally:
                events.keep_refusals(session)

    def forget(self) -> None:
        """Empty the log in which SQLite still holds what was deleted, as far as readers let it.

        See `scrub`. PostgreSQL does it with its vacuum.
        """
        if self.is_sqlite:
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute("PRAGMA busy_timeout=500")  # it holds off writers while it waits
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.fetchall()
                cursor.execute(f"PRAGMA {BUSY}")
            finally:
                connection.close()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _tame_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are ours to begin
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        _keep_a_log(connection)

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def _keep_a_log(connection: Any) -> None:
    """Have changes go to a log first. Of a new database the first connections do this at once, and
    SQLite does not wait there for one another, whatever its time-out (SQLITE_BUSY)."""
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except pysqlite.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


def _tell_of_storage(engine: Engine) -> None:
    """Errors of disk and server as ours: no fault of the statement that met them."""

    @event.listens_for(engine, "handle_error")
    def failed(context: ExceptionContext) -> None:
        error = context.original_exception
        if "file is not a database" in str(error) or "disk image is malformed" in str(error):
            raise DamageFound(
                "The database is damaged (%(what)s). Stop the service, keep the file, and restore "
                "the latest backup.",
                what=str(error),
            ) from error
        is_of_storage = isinstance(context.sqlalchemy_exception, OperationalError)
        told = _storage_error(str(error)) if is_of_storage else None
        if told is None and (context.is_disconnect or (is_of_storage and not context.connection)):
            told = DatabaseAway(
                "The database does not answer just now. Nothing is lost; try again in a moment."
            )
        if told is not None:
            raise told from error


def _storage_error(text: str) -> StorageFull | None:
    """By the words of SQLite (sqlite.org/rescode.html) and of the system."""
    if "disk is full" in text or "No space left" in text:
        return StorageFull("The disk of the database is full. Make room; intake goes on by itself.")
    if "disk I/O error" in text or "Input/output error" in text:
        return StorageFails(
            "The disk of the database fails. Intake goes on by itself when it can be written."
        )
    return None


def serialise(session: Session, *names: str) -> None:
    """Hold off every other transaction that names one of `names`, until this one ends.

    SQLite has one writer at a time anyway. On PostgreSQL advisory locks are taken, in one order.
    """
    if is_sqlite(session):
        return
    for name in sorted(names):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def scrub(session: Session, *, on: bool) -> None:
    """From now on what is deleted on this connection is written over as well, or is not.

    On SQLite (sqlite.org/pragma.html#pragma_secure_delete); PostgreSQL has its vacuum.
    """
    if is_sqlite(session):
        session.connection().exec_driver_sql(f"PRAGMA secure_delete={'ON' if on else 'OFF'}")


def sqlite_version() -> str:
    """The version of SQLite that is really used, not the one Python was built with."""
    return str(pysqlite.sqlite_version)


def is_alive(database: Database) -> bool:
    """Does the database answer?"""
    try:
        require_alive(database)
    except (DatabaseError, StorageFull, DamageFound):
        return False
    return True


def require_alive(database: Database) -> None:
    """Raise what hinders the database from answering: `DamageFound` for what is no database."""
    with database.read() as session:
        session.execute(text("SELECT 1"))
