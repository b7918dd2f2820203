"""`check`: do database, vault and index agree with one another?

Each finding is a sentence that names what does not. What is derived can be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from archive import jobs
from archive.db import Database
from archive.fixity import Finding
from archive.index_agreement import IndexCounts, differences, strays
from archive.messages import counted
from archive.models import (
    Base,
    Blob,
    CurrentSpan,
    Document,
    Entry,
    Identifier,
    Job,
    Notice,
    NumberAlias,
    Page,
    Reference,
    Sighting,
    Version,
)
from archive.records import file_number
from archive.vault import Vault

MOST_NAMED = 5


def check(
    database: Database,
    vault: Vault,
    indexes: IndexCounts,
    *,
    repair: bool = False,
    clock: Callable[[], datetime],
) -> Iterator[Finding]:
    """Compare database, vault and index with one another. `repair` makes derived things again.

    What has a job that will mend it anyway is no finding.
    """
    with database.read() as session:
        yield from (Finding("blob", text) for text in _blobs(session, vault))
        for look in (_currents, _sightings, _dangling, _strays):
            yield from (Finding("database", text) for text in look(session))
        unread = _unread(session)
        stale = list(differences(session, indexes))
        odd = list(strays(session, indexes))
        orphans = session.scalar(select(func.count()).select_from(Page).where(_is_orphan()))
        idle = list(session.scalars(select(Job.id).where(_is_idle())))
    if repair:
        with database.write() as session:
            jobs.forget_given_up(session, [row[0] for row in (*unread, *stale)])
            jobs.enqueue(session, jobs.JobKind.PARSE, [row[0] for row in unread], clock())
            jobs.enqueue(session, jobs.JobKind.INDEX, [row[0] for row in stale], clock())
            session.execute(delete(Page).where(_is_orphan()))
            session.execute(delete(Job).where(_is_idle()))
    yield from (Finding("database", text, repair) for _, text in unread)
    yield from (Finding("index", text, repair) for _, text in stale)
    yield from (Finding("index", text) for text in odd)
    if orphans:
        said = "page belongs" if orphans == 1 else "pages belong"
        yield Finding("database", f"{orphans} {said} to no version.", repair)
    if idle:
        said = "job is" if len(idle) == 1 else "jobs are"
        yield Finding("database", f"{len(idle)} {said} for what is not there.", repair)


def _blobs(session: Session, vault: Vault) -> Iterator[str]:
    known = set(session.scalars(select(Blob.sha256)))
    there = set(vault.names())
    for sha256 in sorted(known - there):
        yield f"Blob {sha256} is in the database and not in the vault."
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
    """False of a document whose number leads to another.

    Its versions joined that one, or it was pages of that one and a person took that back.
    """
    leads = exists().where(NumberAlias.document == Document.id, NumberAlias.version == 0)
    return and_(exists().where(Version.document_id == Document.id), ~leads)


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


def _dangling(session: Session) -> Iterator[str]:
    """Rows that name rows that are not there: both engines refuse them, damage does not."""
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            if table is Page.__table__:
                continue  # a cache: see `_is_orphan`
            count, names = _lost_parents(session, key)
            if count:
                rows, one = counted(count, "row"), "names" if count == 1 else "name"
                yield (
                    f"{rows} of {table.name} {one} a {key.column.table.name} that is not "
                    f"there ({key.parent.name} {', '.join(names)})."
                )


def _lost_parents(session: Session, key: ForeignKey) -> tuple[int, list[str]]:
    child = key.parent
    parents = key.column.table.alias()  # a table may name rows of its own
    is_lost = and_(child.is_not(None), ~exists().where(parents.c[key.column.name] == child))
    count = session.scalar(select(func.count(child)).where(is_lost)) or 0
    if not count:
        return 0, []
    lost = select(child).where(is_lost).distinct().order_by(child).limit(MOST_NAMED)
    return count, [str(name) for name in session.scalars(lost)]


def _strays(session: Session) -> Iterator[str]:
    """What is recorded in another collection or document than its version is seen in."""
    for model in (Reference, Identifier):
        strays: Select[Any] = (
            select(Version.document_id)
            .join(model, model.version_id == Version.id)
            .join(Document, Document.id == Version.document_id)
            .where(
                or_(
                    model.document_id != Version.document_id,
                    model.collection_id != Document.collection_id,
                )
            )
            .distinct()
            .order_by(Version.document_id)
        )
        for document_id in session.scalars(strays):
            yield (
                f"A {model.__tablename__} of {file_number(document_id)} stands under another "
                "document or collection."
            )


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
        and_(Job.kind == jobs.JobKind.NOTICE, ~exists().where(Notice.id == Job.subject)),
        and_(of_version, ~exists().where(Version.id == Job.subject)),
    )
