"""`check`: do database, vault and index agree with one another?

Each finding is a sentence that names what does not. What is derived can be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from archive import jobs, kept_pictures, loose_rows
from archive.db import Database
from archive.fixity import Finding
from archive.index_agreement import WHAT_TO_DO, IndexCounts, differences, strays
from archive.models import (
    Blob,
    CurrentSpan,
    Digest,
    Disposal,
    Document,
    Entry,
    Job,
    Notice,
    NumberAlias,
    Page,
    Sighting,
    Tombstone,
    Version,
)
from archive.records import file_number
from archive.vault import Vault


def check(
    database: Database,
    vault: Vault,
    indexes: IndexCounts,
    *,
    pictures: Path | None = None,
    repair: bool = False,
    clock: Callable[[], datetime],
) -> Iterator[Finding]:
    """Compare database, vault and index with one another. `repair` makes derived things again.

    What has a job that will mend it anyway is no finding. `pictures` is where those of pages are
    kept.
    """
    with database.read() as session:
        yield from (Finding("blob", text) for text in _blobs(session, vault))
        for look in (_currents, _sightings):
            yield from (Finding("database", text) for text in look(session))
        dangling = list(loose_rows.dangling(session))
        misplaced = list(loose_rows.misplaced(session))
        unread = _unread(session)
        stale = list(differences(session, indexes))
        odd = list(strays(session, indexes))
        orphans = session.scalar(select(func.count()).select_from(Page).where(_is_orphan())) or 0
        idle = list(session.scalars(select(Job.id).where(_is_idle())))
        torn = kept_pictures.broken(session, pictures) if pictures else []
    is_dropped = False
    if repair:
        _mend(database, [row[0] for row in unread], [row[0] for row in stale], clock())
        is_dropped = bool(odd) and indexes.drop([folder for folder, _ in odd])
        for path in torn:
            path.unlink(missing_ok=True)
    yield from (Finding("database", text, repair and derived) for text, derived in dangling)
    yield from (Finding("database", text, repair) for text in misplaced)
    yield from (Finding("database", text, repair) for _, text in unread)
    yield from (Finding("index", text, repair) for _, text in stale)
    for _, text in odd:
        yield Finding("index", text if is_dropped else f"{text} {WHAT_TO_DO}", is_dropped)
    yield from _counts(len(torn), orphans, len(idle), repair)


def _mend(database: Database, unread: Sequence[int], stale: Sequence[int], at: datetime) -> None:
    with database.write() as session:
        loose_rows.mend(session, at)
        jobs.forget_given_up(session, [*unread, *stale])
        jobs.enqueue(session, jobs.JobKind.PARSE, unread, at)
        jobs.enqueue(session, jobs.JobKind.INDEX, stale, at)
        session.execute(delete(Page).where(_is_orphan()))
        session.execute(delete(Job).where(_is_idle()))


def _counts(torn: int, orphans: int, idle: int, is_mended: bool) -> Iterator[Finding]:
    if torn:
        said = "picture of a page is" if torn == 1 else "pictures of pages are"
        yield Finding("cache", f"{torn} {said} cut off, or of no original.", is_mended)
    if orphans:
        said = "page belongs" if orphans == 1 else "pages belong"
        yield Finding("database", f"{orphans} {said} to no version.", is_mended)
    if idle:
        said = "job is" if idle == 1 else "jobs are"
        yield Finding("database", f"{idle} {said} for what is not there.", is_mended)


def _blobs(session: Session, vault: Vault) -> Iterator[str]:
    rows = session.execute(select(Blob.sha256, Blob.destroyed_at))
    known, destroyed = set[str](), set[str]()
    for sha256, destroyed_at in rows:
        (known if destroyed_at is None else destroyed).add(sha256)
    there = set(vault.names())
    for sha256 in sorted(known - there):
        yield f"Blob {sha256} is in the database and not in the vault."
    for sha256 in sorted(there & destroyed):
        yield f"Blob {sha256} is said to be destroyed and lies in the vault."
    for sha256 in sorted(there - known):
        if len(sha256) != 64:  # else: kept, and not yet acknowledged
            yield f"{sha256} lies in the vault and is no blob."


def _currents(session: Session) -> Iterator[str]:
    current = aliased(Version)
    lost = session.scalars(
        select(Document.id)
        .outerjoin(current, current.id == Document.current_version_id)
        .where(
            _has_versions(),
            or_(current.id.is_(None), current.document_id != Document.id),
        )
    )
    for document_id in lost:
        yield f"{file_number(document_id)} has no current version."
    is_open = and_(CurrentSpan.document_id == Document.id, CurrentSpan.until.is_(None))
    spans = session.execute(
        select(Document.id, func.count(CurrentSpan.id))
        .outerjoin(CurrentSpan, is_open)
        .where(_has_versions())
        .group_by(Document.id)
        .having(
            or_(
                func.count(CurrentSpan.id) != 1,
                func.max(CurrentSpan.version_id) != Document.current_version_id,
            )
        )
    )
    for document_id, count in spans:
        said = "another version is" if count == 1 else f"{count} versions are"
        yield f"{file_number(document_id)}: in its history {said} the current one now."


def _has_versions() -> ColumnElement[bool]:
    """False of a document whose number leads to another, and of one that is destroyed.

    Its versions joined that one, or it was pages of that one and a person took that back.
    """
    leads = exists().where(NumberAlias.document == Document.id, NumberAlias.version == 0)
    is_destroyed = exists().where(Tombstone.document_id == Document.id)
    return and_(exists().where(Version.document_id == Document.id), ~leads, ~is_destroyed)


def _sightings(session: Session) -> Iterator[str]:
    unseen = session.scalars(
        select(Version.document_id).where(~exists().where(Sighting.version_id == Version.id))
    )
    for document_id in unseen:
        yield f"A version of {file_number(document_id)} was never seen."
    twice = session.execute(
        select(Sighting.root, Sighting.path)
        .where(Sighting.until.is_(None), Sighting.path.is_not(None))
        .group_by(Sighting.root, Sighting.path)
        .having(func.count() > 1)
    )
    for root, path in twice:
        yield f"{root}/{path} shows two files at once."


def _unread(session: Session) -> list[tuple[int, str]]:
    """Versions whose pages are not there, and that no job will read."""
    pages = select(func.count()).where(Page.version_id == Version.id).scalar_subquery()
    kinds = (jobs.JobKind.PARSE, jobs.JobKind.OCR)
    rows = session.execute(
        select(Version.id, Version.document_id, Version.number, Version.status).where(
            or_(Version.status == "queued", Version.page_count != pages),
            ~exists().where(
                Job.kind.in_(kinds), Job.subject == Version.id, Job.given_up_at.is_(None)
            ),
        )
    )
    return [
        (
            version_id,
            f"{file_number(document_id)}/{number} "
            + ("is not read" if status == "queued" else "lacks pages")
            + ", and no job is there to read it.",
        )
        for version_id, document_id, number, status in rows
    ]


def _is_orphan() -> ColumnElement[bool]:
    return ~exists().where(Version.id == Page.version_id)


def _is_idle() -> ColumnElement[bool]:
    """Jobs whose subject is not there."""
    of_version = Job.kind.in_(jobs.OF_VERSIONS)
    return or_(
        and_(Job.kind == jobs.JobKind.NAME, ~exists().where(Entry.id == Job.subject)),
        and_(Job.kind == jobs.JobKind.DISPOSE, ~exists().where(Disposal.id == Job.subject)),
        and_(Job.kind == jobs.JobKind.NOTICE, ~exists().where(Notice.id == Job.subject)),
        and_(Job.kind == jobs.JobKind.DIGEST, ~exists().where(Digest.id == Job.subject)),
        and_(of_version, ~exists().where(Version.id == Job.subject)),
    )
