"""The database made again from the vault: from blobs, receipts and sealed history.

With the tables of a backup its rows come first, and only what came after it is told by receipts.
All in one transaction: it is done, or nothing of it is. What is derived is asked for as jobs.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from archive import destroyed, erasing, events, fixity, replaying, schema, sealed_events, tombstones
from archive.db import Database, serialise
from archive.errors import Conflict, DamageFound, UsageError
from archive.fixity import Finding
from archive.intake import Intake, applied_end, remember
from archive.models import Blob, Document, Part
from archive.receipts import FIRST, End, Journal
from archive.restore import (
    latest,
    load_tables,
    make_tables,
    manifest_of,
    require_no_rows,
    require_sound_tables,
)
from archive.sealing import History
from archive.table_lines import raise_sequence
from archive.vault import Vault


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it; `findings` is what `verify` says afterwards, and which receipts no rows
    could be made of."""

    documents: int
    receipts: int  # that were replayed
    backup: str | None  # whose tables were taken
    findings: tuple[Finding, ...]


def rebuild(
    database: Database,
    vault: Vault,
    clock: Callable[[], datetime],
    *,
    tables: Path | None = None,
    derived: Sequence[Path] = (),
    outside: Sequence[Path] = (),
) -> Rebuilt:
    """Make the rows of what lies in the vault, in an empty database; then verify all of it.

    `tables` is a folder of backups (its latest), or one of them; `derived` are folders of what is
    made of rows, which go: those rows are no more. Receipts that can't be read or followed are left
    out and named. Raises `UsageError` where there is nothing to make it of, `DamageFound` where the
    tables are not what they were, `Conflict` where the database is not empty or the backup is of
    another archive; nothing was made then.
    """
    journal = Journal(vault.folder)
    if not journal.end().bytes:
        raise UsageError(f"The vault {vault.folder} has no receipts: there is nothing to rebuild.")
    chosen = latest(tables) if tables else None
    manifest = manifest_of(chosen) if chosen else {"revision": schema.HEAD}
    told = destroyed.read([*([chosen.parent] if chosen else ()), *outside])
    if chosen:
        require_sound_tables(chosen, manifest)
    require_no_rows(database)
    for folder in derived:
        shutil.rmtree(folder, ignore_errors=True)
    vault.prepare()
    make_tables(database, manifest["revision"])
    history = History(database, vault.folder)
    with database.write() as session:
        serialise(session, "intake")
        if chosen:
            load_tables(session.connection(), chosen, manifest, clock())
            schema.upgrade_within(database, session.connection())
            _require_of_this_vault(session, journal, chosen)
        known = sealed_events.load(session, history, journal, clock())
        count, lost = _replay_rest(session, journal, known)
        backup = chosen.name if chosen else None
        events.record(session, clock(), "rebuilt", receipts=count, backup=backup or "")
        _destroy(session, vault)
    destroyed.destroy_again(Intake(database, vault, clock), vault, told)
    with suppress(DamageFound):  # said below, with all else that is not what it was
        history.seal(clock())
    found = [*lost, *fixity.verify(database, vault, outside=outside, clock=clock)]
    with database.read() as session:
        documents = session.scalar(select(func.count()).select_from(Document)) or 0
    return Rebuilt(documents, count, backup, tuple(found))


def _require_of_this_vault(session: Session, journal: Journal, chosen: Path) -> None:
    """The journal goes on from where the backup ends, also where lines were written over."""
    end = applied_end(session)
    wanted = (end.bytes, end.sha256)
    if wanted != (0, FIRST) and wanted not in journal.ends():
        raise Conflict(f"The backup {chosen} is not of this vault: its receipts are others.")


def _replay_rest(
    session: Session, journal: Journal, known: Container[str]
) -> tuple[int, list[Finding]]:
    """Make the rows of what the tables don't hold; how many receipts, and those left out."""
    count, lost = 0, []
    end = journal.end()
    for _, receipt in journal.read(applied_end(session).bytes, skip_damaged=True):
        try:
            _replay(session, receipt, known)
        except DamageFound as error:
            lost.append(Finding("receipts", str(error)))
            continue
        erasing.write_over(journal, receipt)
        count += 1
    tombstones.mark_needed(session)
    raise_sequence(session.connection(), cast(Table, Part.__table__))
    journal.sync()
    remember(session, End(end.bytes, end.sha256))
    return count, lost


def _replay(session: Session, receipt: dict[str, Any], known: Container[str]) -> None:
    """Of what sealed history tells already no event is recorded again."""
    recorded = session.info.setdefault("events", [])
    before = len(recorded)
    try:
        with session.begin_nested():
            replaying.replay(session, receipt)
    except DamageFound:
        del recorded[before:]
        raise
    except (IntegrityError, LookupError, ValueError, TypeError) as error:
        del recorded[before:]
        raise DamageFound(
            f"Receipt {receipt.get('receipt')}, of document {receipt.get('document')}, does not "
            "say what can be."
        ) from error
    if receipt["receipt"] in known:
        del recorded[before:]


def _destroy(session: Session, vault: Vault) -> None:
    """What was destroyed stays so, also where its bytes came back with the vault."""
    gone = select(Blob.sha256).where(Blob.destroyed_at.is_not(None)).order_by(Blob.sha256)
    for sha256 in session.scalars(gone):
        if vault.path(sha256).exists():
            vault.destroy(sha256)
