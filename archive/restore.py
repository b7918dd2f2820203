"""Restoring a backup into an empty place: looked through first, all of it or nothing.

A backup that an older version made gets its own tables first, then the revisions since.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, inspect, select, update

from archive import destroyed, events, fixity, schema, table_lines
from archive.backup import CHECKPOINTS, FORMAT, MANIFEST, NAME, blob_path
from archive.db import Database
from archive.errors import Conflict, DamageFound, UsageError
from archive.files import publish
from archive.intake import Intake
from archive.models import Job, SignIn
from archive.receipts import Journal
from archive.sealing import History
from archive.vault import CHUNK, Vault, sync_folder

MOST_NAMED: Final = 20
SKELETON: Final = {"counter", "meta"}  # tables that may have rows before anything was filed


def restore(
    folder: Path,
    database: Database,
    vault: Vault,
    clock: Callable[[], datetime],
    *,
    outside: Sequence[Path] = (),
    without_damaged: bool = False,
) -> list[fixity.Finding]:
    """Restore the latest backup in `folder`, or that backup itself; then verify all of it.

    Raises `UsageError` where there is no backup, `DamageFound` naming what is damaged in it,
    `Conflict` where the place is not empty; nothing was changed then. Sessions in browsers end;
    jobs that were under way begin anew. What was destroyed on purpose since the backup is destroyed
    again, as far as it is told beside the backups or `outside`. `without_damaged`: blobs that are
    damaged in the backup are left out, and all else is restored. Returns what `verify` finds
    afterwards: those too, with their documents.
    """
    chosen = latest(folder)
    manifest = manifest_of(chosen)
    receipts = destroyed.read([chosen.parent, *outside])
    gone = {one[1] for receipt in receipts for one in receipt["content"]}
    _require_sound(chosen, manifest, gone, without_damaged=without_damaged)
    _require_empty(database, vault, chosen)
    vault.prepare()
    for sha256, size_bytes in _blobs(chosen, manifest, gone):
        with blob_path(chosen.parent / "blobs", sha256).open("rb") as stream:
            vault.put(stream, max_bytes=size_bytes)
    make_tables(database, manifest["revision"])
    at = clock()
    with database.engine.begin() as connection:
        load_tables(connection, chosen, manifest, at)
        _write_journal(chosen / "receipts.jsonl", vault)
        _write_checkpoints(chosen, manifest, History(database, vault.folder))
    schema.upgrade(database)
    with database.write() as session:
        events.record(session, at, "restored", made_at=manifest["made_at"])
    destroyed.destroy_again(Intake(database, vault, clock), vault, receipts)
    with suppress(DamageFound):  # said below, with all else that is not what it was
        History(database, vault.folder).seal(clock())
    return list(fixity.verify(database, vault, outside=outside, clock=clock))


def latest(folder: Path) -> Path:
    """The newest whole backup in a folder, or the folder itself. Raises `UsageError`."""
    if (folder / MANIFEST).is_file():
        return folder
    names = [path for path in folder.glob("*") if NAME.fullmatch(path.name)]
    whole = [path for path in names if (path / MANIFEST).is_file()]
    if not whole:
        raise UsageError(f"There is no whole backup in {folder}.")
    return max(whole, key=lambda path: path.name)


def manifest_of(chosen: Path) -> dict[str, Any]:
    """What a whole backup says of itself. Raises `DamageFound`, `UsageError`."""
    try:
        manifest: dict[str, Any] = json.loads((chosen / MANIFEST).read_bytes())
        form, revision = manifest["format"], manifest["revision"]
        parts = (manifest["tables"]["blob"], manifest["receipts"], manifest["damaged_blobs"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DamageFound(f"The backup {chosen} is damaged: {MANIFEST} can't be read.") from error
    if form != FORMAT or not schema.is_known(revision) or None in parts:
        raise UsageError(f"The backup {chosen} is of a newer version of Crossfile. Use that one.")
    return manifest


def require_sound_tables(chosen: Path, manifest: dict[str, Any]) -> None:
    """Hash the tables. Raises `DamageFound` with the names of what is not what it was."""
    _refuse(chosen, _damaged(chosen, _table_sums(chosen, manifest)))


def _require_sound(
    chosen: Path, manifest: dict[str, Any], gone: Set[str], *, without_damaged: bool
) -> None:
    """Hash everything. Raises `DamageFound` with the names of what is not what it was.

    `without_damaged`: such blobs count as damaged when the backup was made.
    """
    damaged = _damaged(
        chosen,
        (
            *_table_sums(chosen, manifest),
            (chosen / "receipts.jsonl", manifest["receipts"]["sha256"]),
            *((chosen / CHECKPOINTS / n, s) for n, s in _checkpoints(manifest).items()),
        ),
    )
    if not damaged:  # else the list of blobs can't be believed
        blobs = chosen.parent / "blobs"
        rotten = [
            sha256
            for sha256, _ in _blobs(chosen, manifest, gone)
            if _sha256(blob_path(blobs, sha256)) != sha256
        ]
        if without_damaged:
            manifest["damaged_blobs"] += rotten
        else:
            damaged = [f"blobs/{sha256[:2]}/{sha256}" for sha256 in rotten]
    _refuse(chosen, damaged)


def _table_sums(chosen: Path, manifest: dict[str, Any]) -> list[tuple[Path, str]]:
    tables = manifest["tables"]
    return [(_table_path(chosen, name), file["sha256"]) for name, file in tables.items()]


def _damaged(chosen: Path, files: Iterable[tuple[Path, str]]) -> list[str]:
    return [
        path.relative_to(chosen).as_posix() for path, sha256 in files if _sha256(path) != sha256
    ]


def _refuse(chosen: Path, damaged: Sequence[str]) -> None:
    if damaged:
        named = ", ".join(damaged[:MOST_NAMED])
        more = f" and {len(damaged) - MOST_NAMED} more" if len(damaged) > MOST_NAMED else ""
        way = " All else is, with --without-damaged." if damaged[0].startswith("blobs/") else ""
        raise DamageFound(
            f"The backup {chosen} is damaged: {named}{more}. Nothing was restored.{way}"
        )


def _blobs(chosen: Path, manifest: dict[str, Any], gone: Set[str]) -> Iterator[tuple[str, int]]:
    """Those that were whole when the backup was made, and that were not destroyed since."""
    lost = set(manifest["damaged_blobs"])
    for row in table_lines.read(_table_path(chosen, "blob")):
        sha256 = row["sha256"]
        is_gone = sha256 in gone and not blob_path(chosen.parent / "blobs", sha256).exists()
        if not (sha256 in lost or is_gone or row.get("destroyed_at")):
            yield sha256, row["size_bytes"]


def _require_empty(database: Database, vault: Vault, chosen: Path) -> None:
    """Blobs may be there already: a restore that died left them, and they are write-once."""
    require_no_rows(database)
    journal = Journal(vault.folder).path
    receipts = (chosen / "receipts.jsonl").read_bytes()
    if journal.exists() and journal.read_bytes() not in (b"", receipts):
        raise Conflict(f"The vault {vault.folder} has receipts: restore into an empty one.")


def require_no_rows(database: Database) -> None:
    """Raise `Conflict` where the database has rows, or tables of somebody else."""
    with database.engine.execution_options(readonly=True).connect() as connection:
        there = table_lines.tables(connection)
        if there and not inspect(connection).has_table(schema.VERSION_TABLE):
            raise Conflict("The database has tables of somebody else: it has to be an empty one.")
        for table in there:
            if table.name not in SKELETON and connection.execute(select(table).limit(1)).first():
                raise Conflict(f"The database has rows in {table.name}: it has to be an empty one.")


def make_tables(database: Database, revision: str) -> None:
    """Make the tables of a revision anew, in the place of those without rows."""
    with database.engine.begin() as connection:
        for table in reversed(table_lines.tables(connection)):
            table.drop(connection)
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {schema.VERSION_TABLE}")
    schema.upgrade(database, revision)


def load_tables(
    connection: Connection, chosen: Path, manifest: dict[str, Any], at: datetime
) -> None:
    """Insert the rows of a backup. Sessions in browsers end, jobs under way begin anew."""
    for table in table_lines.tables(connection):
        if table.name in manifest["tables"]:
            table_lines.load(connection, table, _table_path(chosen, table.name))
    # with the rows: who dies after this leaves no session open and no job held
    connection.execute(update(Job).values(leased_until=None, leased_by=None))
    connection.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=at))


def _write_journal(source: Path, vault: Vault) -> None:
    target = Journal(vault.folder).path
    part = target.with_suffix(".part")
    with part.open("wb") as copy, source.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    part.replace(target)
    sync_folder(target.parent)


def _checkpoints(manifest: dict[str, Any]) -> dict[str, str]:
    """SHA-256 by name; a backup that an older version made has none."""
    checkpoints: dict[str, str] = manifest.get(CHECKPOINTS, {})
    return checkpoints


def _write_checkpoints(chosen: Path, manifest: dict[str, Any], history: History) -> None:
    history.prepare()
    for name in _checkpoints(manifest):
        publish(history.place(name), [(chosen / CHECKPOINTS / name).read_bytes()])


def _table_path(chosen: Path, name: str) -> Path:
    return chosen / "tables" / f"{name}.jsonl.gz"


def _sha256(path: Path) -> str | None:
    """None where it can't be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
