"""`verify`: are bytes, receipts and history what they were? `check`: do all parts agree?

Each finding is a sentence that names what is damaged. `check` mends what is derived.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from archive import events, jobs
from archive.db import Database
from archive.errors import DamageFound
from archive.intake import applied_bytes
from archive.models import (
    Blob,
    CurrentSpan,
    Document,
    Job,
    Page,
    Sighting,
    Version,
)
from archive.receipts import Journal
from archive.records import file_number
from archive.vault import Vault

BATCH = 500


class IndexCounts(Protocol):
    """What `check` asks of the search indexes; built by the composition root."""

    def keys(self, collection_id: int) -> set[str] | None:
        """The ids of all indexed versions; None where there is no index yet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, as a sentence; `mended` where a repair was asked for and done."""

    part: str  # blob, receipts, history, database, index, tree
    text: str
    mended: bool = False


def verify(
    database: Database,
    vault: Vault,
    *,
    percent: float = 100.0,
    clock: Callable[[], datetime],
    tell: Callable[[int], None] = lambda _: None,
) -> Iterator[Finding]:
    """Hash blobs again (all, or a random sample), and check receipts and the record of events."""
    journal = Journal(vault.folder)
    yield from (Finding("receipts", text) for text in journal.damage())
    with database.read() as session:
        if journal.length() < applied_bytes(session):
            yield Finding("receipts", "The journal of receipts lost its end.")
        yield from (Finding("history", text) for text in events.damage(session))
        yield from _receipts_of_sightings(session, journal)
        blobs = session.execute(select(Blob.id, Blob.sha256, Blob.size_bytes)).all()
    chooser = random.Random(clock().timestamp())
    chosen = [blob for blob in blobs if percent >= 100 or chooser.random() * 100 < percent]
    for start in range(0, len(chosen), BATCH):
        sound = []
        for blob in chosen[start : start + BATCH]:
            try:
                vault.check(blob.sha256, blob.size_bytes)
            except DamageFound as error:
                yield Finding("blob", f"{error} {_bearers(database, blob.id)}")
            else:
                sound.append(blob.id)
        with database.write() as session:
            for blob_id in sound:
                session.get_one(Blob, blob_id).verified_at = clock()
        tell(start + len(sound))


def _bearers(database: Database, blob_id: int) -> str:
    with database.read() as session:
        ids = session.scalars(select(Version.document_id).where(Version.blob_id == blob_id))
        return "It is the content of " + ", ".join(file_number(i) for i in sorted(set(ids))) + "."


def _receipts_of_sightings(session: Session, journal: Journal) -> Iterator[Finding]:
    """Each sighting must have its receipt with the same bytes."""
    said = {
        receipt["receipt"]: receipt["sha256"]
        for _, receipt in journal.read()
        if receipt.get("what") == "sighting"
    }
    rows = session.execute(
        select(Sighting.receipt, Blob.sha256, Version.document_id)
        .join(Version, Version.id == Sighting.version_id)
        .join(Blob, Blob.id == Version.blob_id)
    )
    for receipt, sha256, document_id in rows:
        if said.get(receipt) != sha256:
            number = file_number(document_id)
            yield Finding("receipts", f"A sighting of {number} has no receipt that says the same.")


def check(
    database: Database,
    vault: Vault,
    indexes: IndexCounts,
    *,
    repair: bool = False,
    clock: Callable[[], datetime],
) -> Iterator[Finding]:
    """Compare database, vault and index with one another. `repair` makes derived things again."""
    with database.read() as session:
        yield from _rows_and_blobs(session, vault)
        yield from _currents(session)
        unread = _unread(session)
        stale = list(_index_differences(session, indexes))
    for version_id, text in unread + stale:
        if repair:
            kind = jobs.JobKind.PARSE if (version_id, text) in unread else jobs.JobKind.INDEX
            with database.write() as session:
                jobs.enqueue(session, kind, [version_id], clock())
        yield Finding("database" if (version_id, text) in unread else "index", text, repair)
    with database.read() as session:
        orphans = session.scalar(select(func.count()).select_from(Page).where(_is_orphan()))
    if orphans:
        if repair:
            with database.write() as session:
                session.execute(delete(Page).where(_is_orphan()))
        yield Finding("database", f"{orphans} pages belong to no version.", repair)


def _rows_and_blobs(session: Session, vault: Vault) -> Iterator[Finding]:
    known = set(session.scalars(select(Blob.sha256)))
    there = set(vault.names())
    for sha256 in sorted(known - there):
        yield Finding("blob", f"Blob {sha256} is in the database and not in the vault.")
    for sha256 in sorted(there - known):
        if len(sha256) != 64:
            yield Finding("blob", f"{sha256} lies in the vault and is no blob.")


def _currents(session: Session) -> Iterator[Finding]:
    current = aliased(Version)
    lost = session.scalars(
        select(Document.id)
        .outerjoin(current, current.id == Document.current_version_id)
        .where((current.id.is_(None)) | (current.document_id != Document.id))
    )
    for document_id in lost:
        yield Finding("database", f"{file_number(document_id)} has no current version.")
    doubled = session.scalars(
        select(CurrentSpan.document_id)
        .where(CurrentSpan.until.is_(None))
        .group_by(CurrentSpan.document_id)
        .having(func.count() > 1)
    )
    for document_id in doubled:
        yield Finding("database", f"{file_number(document_id)} has two current versions.")
    unseen = session.scalars(
        select(Version.document_id).where(~exists().where(Sighting.version_id == Version.id))
    )
    for document_id in unseen:
        yield Finding("database", f"A version of {file_number(document_id)} was never seen.")


def _unread(session: Session) -> list[tuple[int, str]]:
    """Queued versions that no job will read."""
    rows = session.execute(
        select(Version.id, Version.document_id).where(
            Version.status == "queued",
            ~exists().where(Job.kind == jobs.JobKind.PARSE, Job.subject == Version.id),
        )
    )
    return [
        (row[0], f"A version of {file_number(row[1])} is queued, and no job is there to read it.")
        for row in rows
    ]


def _index_differences(session: Session, indexes: IndexCounts) -> Iterator[tuple[int, str]]:
    """Versions that were read and are not indexed, with no job that will."""
    rows = session.execute(
        select(Version.id, Version.document_id, Version.number, Document.collection_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Version.status != "queued",
            ~exists().where(Job.kind == jobs.JobKind.INDEX, Job.subject == Version.id),
        )
    )
    known: dict[int, set[str]] = {}
    for version_id, document_id, number, collection_id in rows:
        if collection_id not in known:
            known[collection_id] = indexes.keys(collection_id) or set()
        if str(version_id) not in known[collection_id]:
            yield version_id, f"{file_number(document_id)}/{number} is not in the search index."


def _is_orphan() -> ColumnElement[bool]:
    return ~exists().where(Version.id == Page.version_id)
