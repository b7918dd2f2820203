"""Documents that were made of a bundle's pages, and are none any more: a person took that back.

Such a document has no current version, so that no list, search or trail has it; its file number
leads to the bundle. Nothing of it is lost: said again, the same pages are the same document.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from archive import events, jobs, matching
from archive.bulk import insert_rows
from archive.models import (
    CurrentSpan,
    Document,
    Identifier,
    NumberAlias,
    Reference,
    Sighting,
    Version,
)
from archive.versions import settle_current


def leave(session: Session, version_id: int, bundle: int, at: datetime) -> None:
    """A part is not seen in the version `bundle` any more: where it is nowhere else, it goes."""
    version = session.get_one(Version, version_id)
    document = session.get_one(Document, version.document_id)
    session.execute(
        update(Reference)
        .where(
            Reference.document_id == document.id,
            Reference.relation == "attached-to",
            Reference.rule == "intake",
            Reference.fixed_document_id == session.get_one(Version, bundle).document_id,
            Reference.retracted_at.is_(None),
        )
        .values(retracted_at=at)
    )
    ours = select(Version.id).where(Version.document_id == document.id)
    is_seen = exists().where(Sighting.version_id.in_(ours), Sighting.until.is_(None))
    if document.current_version_id is None or session.scalar(select(is_seen)):
        return
    document.current_version_id = None
    session.execute(
        update(CurrentSpan)
        .where(CurrentSpan.document_id == document.id, CurrentSpan.until.is_(None))
        .values(until=at)
    )
    session.add(NumberAlias(document=document.id, version=0, version_id=bundle))
    session.flush()
    events.record(
        session, at, "withdrawn", collection_id=document.collection_id, document_id=document.id
    )
    ids = list(session.scalars(ours))
    unsay(session, ids, at)
    jobs.enqueue(session, jobs.JobKind.INDEX, ids, at)


def unsay(session: Session, version_ids: Sequence[int], at: datetime) -> None:
    """The numbers that these versions bear are borne no more."""
    borne = (Identifier.version_id.in_(version_ids), Identifier.retracted_at.is_(None))
    keys = sorted(set(session.scalars(select(Identifier.key).where(*borne))))
    session.execute(update(Identifier).where(*borne).values(retracted_at=at))
    matching.answer(session, list(version_ids), keys, at)


def come_back(session: Session, document_id: int, at: datetime) -> None:
    """A document that went is there again, with the numbers that it bore then."""
    alias = session.get(NumberAlias, (document_id, 0))
    if alias is None:
        return
    session.delete(alias)
    session.flush()
    ours = select(Version.id).where(Version.document_id == document_id)
    went = session.scalar(
        select(func.max(CurrentSpan.until)).where(CurrentSpan.document_id == document_id)
    )
    borne = session.scalars(
        select(Identifier).where(Identifier.version_id.in_(ours), Identifier.retracted_at == went)
    ).all()
    names = [column.key for column in Identifier.__mapper__.column_attrs if column.key != "id"]
    again = [{name: getattr(row, name) for name in names} for row in borne]
    anew = {"recorded_at": at, "retracted_at": None}
    insert_rows(session, Identifier, [row | anew for row in again])
    settle_current(session, document_id, at)
    matching.answer(session, list(session.scalars(ours)), sorted({row.key for row in borne}), at)


def withdrawn(session: Session, version_ids: Sequence[int]) -> set[int]:
    """Those of these versions whose document is none any more."""
    return set(
        session.scalars(
            select(Version.id)
            .join(Document, Document.id == Version.document_id)
            .where(Version.id.in_(version_ids), Document.current_version_id.is_(None))
        )
    )
