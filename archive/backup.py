"""Backups: everything that can't be made again, in a folder, while the service goes on.

    FOLDER/blobs/ab/<sha256>              shared by all backups there; only new ones are copied,
                                          and those that are found not to be what they were
    FOLDER/destroyed-….jsonl              what was destroyed on purpose: see archive/destroyed.py
    FOLDER/20261122T101500Z/tables/*.gz   every row of the database, as JSON Lines
    FOLDER/20261122T101500Z/receipts.jsonl
    FOLDER/20261122T101500Z/checkpoints/  of the events in it, and the keys that check them
    FOLDER/20261122T101500Z/manifest.json written last: hashes of the above

The rows come first, from one state of the database; then the blobs, which are write-once and older
than their rows; then the receipts up to that state. A backup without its manifest is none.

Each backup hashes another share of the copies that lie there already: see `SHARES`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import destroyed, events, schema, table_lines
from archive.counters import insert_missing
from archive.db import Database
from archive.errors import Conflict, CrossfileError, DamageFound, UsageError
from archive.intake import Intake, applied_bytes
from archive.models import Blob, Meta, utc_text
from archive.receipts import Journal
from archive.sealing import History
from archive.vault import CHUNK, Vault, sync_folder

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
CHECKPOINTS: Final = "checkpoints"
#: Each copy is hashed again at one of so many backups: within a month of nightly ones.
SHARES: Final = 30
NAME: Final = re.compile(r"\d{8}T\d{6}Z")
MADE: Final = "backup"  # the Meta line that says when the last one was made
TRIED: Final = "trial"  # … and which was last restored on trial, when, with what outcome


@dataclass(frozen=True, slots=True)
class BackupMade:
    """What a backup holds.

    `replaced_blobs` were there already, not as they were, and were copied again; `damaged` are
    blobs that the vault no longer has as they were either, `findings` sentences about the receipts,
    which are copied as they are.
    """

    path: Path
    rows: int
    blobs: int
    new_blobs: int
    replaced_blobs: int
    receipts_bytes: int
    damaged: tuple[str, ...]
    findings: tuple[str, ...]


def backup(
    database: Database, vault: Vault, folder: Path, clock: Callable[[], datetime]
) -> BackupMade:
    """Back up what was acknowledged until now into `folder`; others go on writing meanwhile.

    Blobs that are damaged are left out and named: the rest is worth having. Raises `Conflict`
    where another backup into the folder is under way, `UsageError` where it can't be written, or
    the folder that it should lie in is not there: a disk that is not mounted.
    """
    if not folder.absolute().parent.is_dir():
        raise UsageError(
            f"There is no folder {folder.parent}. Is its disk mounted? Else make it first, "
            f"for the backup to be written to {folder}."
        )
    try:
        with _alone(folder):
            return _made(database, vault, folder, clock)
    except OSError as error:
        raise UsageError(f"The backup {folder} can't be written: {error}.") from error


def _made(
    database: Database, vault: Vault, folder: Path, clock: Callable[[], datetime]
) -> BackupMade:
    Intake(database, vault, clock).catch_up()  # what was acknowledged and has no rows yet
    at = clock()
    before = _before(folder)
    number = before.get("number", 0) + 1
    part = folder / f"{at:%Y%m%dT%H%M%SZ}.part"
    (part / "tables").mkdir(parents=True)
    with database.read() as session:
        files = _dump(session, part)
        rows = session.execute(select(Blob.sha256, Blob.size_bytes, Blob.destroyed_at)).all()
        blobs = {row[0]: row[1] for row in rows if row[2] is None}
        gone = [row[0] for row in rows if row[2] is not None]
        receipts_told = destroyed.receipts_of(session)
        applied = applied_bytes(session)
        last = events.last_number(session)
    destroyed.keep(folder, receipts_told)
    _take_away(folder / "blobs", gone)
    turn = _Turn(number, frozenset(before.get("damaged_blobs", ())))
    copied = _copy_blobs(vault, folder / "blobs", blobs, turn)
    receipts = _copy_receipts(vault, part / "receipts.jsonl", applied)
    checkpoints = _copy_checkpoints(History(database, vault.folder), part / CHECKPOINTS, last)
    manifest = {
        "format": FORMAT,
        "number": number,
        "made_at": utc_text(at),
        "revision": schema.HEAD,
        "tables": {name: asdict(file) for name, file in files.items()},
        "receipts": {"bytes": applied, "sha256": receipts},
        CHECKPOINTS: checkpoints,
        "damaged_blobs": copied.damaged,
    }
    _write(part / MANIFEST, json.dumps(manifest, indent=1).encode())
    for path in (part / "tables", part / CHECKPOINTS, part):
        sync_folder(path)
    path = part.replace(part.with_suffix(""))
    sync_folder(folder)
    _remember(database, at, copied, len(blobs))
    count = sum(file.rows for file in files.values())
    findings = Journal(vault.folder).damage()
    return BackupMade(
        path=path,
        rows=count,
        blobs=len(blobs),
        new_blobs=copied.new,
        replaced_blobs=copied.replaced,
        receipts_bytes=applied,
        damaged=tuple(copied.damaged),
        findings=tuple(findings),
    )


def _before(folder: Path) -> dict[str, Any]:
    """What the last whole backup there says of itself; nothing where there is none."""
    names = sorted(path for path in folder.glob("*") if NAME.fullmatch(path.name))
    for path in reversed(names):
        with suppress(OSError, ValueError):
            manifest: dict[str, Any] = json.loads((path / MANIFEST).read_bytes())
            return manifest
    return {}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold off other backups into the folder, and remove what a dead one left half made."""
    folder.mkdir(exist_ok=True)
    (folder / "blobs").mkdir(exist_ok=True)
    with (folder / "backup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"Another backup into {folder} is under way.") from error
        for leftover in folder.glob("*.part"):
            shutil.rmtree(leftover)
        yield


def _dump(session: Session, part: Path) -> dict[str, table_lines.TableFile]:
    connection = session.connection()
    files = {}
    for table in table_lines.tables(connection):
        path = part / "tables" / f"{table.name}.jsonl.gz"
        files[table.name] = table_lines.dump(connection, table, path)
        _sync(path)
    return files


@dataclass(frozen=True, slots=True)
class _Turn:
    """Which copies the backup of this number hashes again: a share, and what the last one named."""

    number: int
    named: frozenset[str]

    def has(self, sha256: str) -> bool:
        return (int(sha256[:8], 16) + self.number) % SHARES == 0 or sha256 in self.named


@dataclass(slots=True)
class _Copied:
    """How many were copied; `damaged` are not what they were."""

    new: int = 0
    replaced: int = 0
    damaged: list[str] = field(default_factory=list)


def _copy_blobs(vault: Vault, target: Path, blobs: dict[str, int], turn: _Turn) -> _Copied:
    """Copy what is not there yet, or is not there as it was, as far as it is looked at."""
    copied, touched = _Copied(), set()
    for sha256, size_bytes in sorted(blobs.items()):
        path = blob_path(target, sha256)
        is_there = path.exists()
        is_as_long = is_there and path.stat().st_size == size_bytes
        if is_as_long and (not turn.has(sha256) or _is_whole(path, sha256)):
            continue
        path.parent.mkdir(exist_ok=True)
        try:
            _copy_blob(vault.path(sha256), path, sha256)
        except CrossfileError:
            copied.damaged.append(sha256)
        else:
            copied.new += not is_there
            copied.replaced += is_there
            touched.add(path.parent)
    for folder in (*touched, target):
        sync_folder(folder)
    return copied


def _is_whole(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
    except OSError:  # a disk that fails there
        return False


def _take_away(target: Path, sums: Iterable[str]) -> None:
    """What was destroyed is in no backup there any more, also not in an older one."""
    for sha256 in sums:
        path = blob_path(target, sha256)
        if path.exists():
            path.unlink()
            sync_folder(path.parent)


def _copy_blob(source: Path, path: Path, sha256: str) -> None:
    part = path.with_suffix(".part")
    digest = hashlib.sha256()
    try:
        stream = source.open("rb")
    except OSError as error:
        raise DamageFound(f"Blob {sha256} can't be read: {error.strerror}.") from error
    with stream, part.open("wb") as copy:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if digest.hexdigest() != sha256:
        part.unlink()
        raise DamageFound(f"Blob {sha256} is not what was stored.")
    part.replace(path)


def blob_path(folder: Path, sha256: str) -> Path:
    """Where a blob lies in a backup."""
    return folder / sha256[:2] / sha256


def _copy_receipts(vault: Vault, path: Path, length: int) -> str:
    """Copy the first `length` bytes of the journal; their SHA-256. It only ever grows."""
    digest = hashlib.sha256()
    left = length
    with path.open("wb") as copy:
        if left:
            with Journal(vault.folder).path.open("rb") as stream:
                while left and (chunk := stream.read(min(CHUNK, left))):
                    digest.update(chunk)
                    copy.write(chunk)
                    left -= len(chunk)
    if left:
        raise DamageFound("The journal of receipts lost its end. Run `crossfile verify`.")
    _sync(path)
    return digest.hexdigest()


def _copy_checkpoints(history: History, folder: Path, last: int) -> dict[str, str]:
    """Copy the keys and the checkpoints of up to `last` events; SHA-256 by name."""
    folder.mkdir()
    sums = {}
    for path in history.kept(last):
        data = path.read_bytes()
        _write(folder / path.name, data)
        sums[path.name] = hashlib.sha256(data).hexdigest()
    return sums


def _remember(database: Database, at: datetime, copied: _Copied, blobs: int) -> None:
    with database.write() as session:
        insert_missing(session, Meta, {"name": MADE, "value": ""})
        session.execute(update(Meta).where(Meta.name == MADE).values(value=utc_text(at)))
        events.record(
            session,
            at,
            "backup-made",
            new_blobs=copied.new,
            replaced_blobs=copied.replaced,
            blobs=blobs,
        )


def remember_trial(database: Database, at: datetime, name: str, *, is_sound: bool) -> None:
    """Keep that a backup was restored on trial, for `status`."""
    value = json.dumps({"at": utc_text(at), "backup": name, "sound": is_sound})
    with database.write() as session:
        insert_missing(session, Meta, {"name": TRIED, "value": value})
        session.execute(update(Meta).where(Meta.name == TRIED).values(value=value))


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    _sync(path)


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
