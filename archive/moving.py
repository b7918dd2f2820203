"""Moving a version from one document to another: what a receipt `joined` or `split` says, as rows.

The old (file number, version) leads to the version for life. What was said of it moves along.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive import attached, events, jobs, matching, matter_moving
from archive.counters import Block, raise_to
from archive.models import (
    CurrentSpan,
    Document,
    Identifier,
    NumberAlias,
    Paper,
    Reference,
    Ruling,
    Version,
)
from archive.told import IN_CHUNK
from archive.version_questions import RULED, carry, say_again
from archive.versions import settle_current


def apply(session: Session, receipt: dict[str, Any], at: datetime) -> None:
    """Do what the receipt says; doing it again changes nothing."""
    version = session.execute(
        select(Version).where(
            Version.document_id == receipt["document"], Version.number == receipt["version"]
        )
    ).scalar_one_or_none()
    if version is None:
        return
    source = session.get_one(Document, receipt["document"])
    target = _target(session, receipt, source, at)
    version.document_id, version.number = target.id, receipt["as"]
    target.last_version = max(target.last_version, receipt["as"])
    session.flush()
    spans = update(CurrentSpan).where(CurrentSpan.version_id == version.id)
    session.execute(spans.values(document_id=target.id))
    session.execute(spans.where(CurrentSpan.until.is_(None)).values(until=at))
    _alias(session, receipt["document"], receipt["version"], version.id)
    for model in (Identifier, Reference):
        session.execute(
            update(model).where(model.version_id == version.id).values(document_id=target.id)
        )
    if source.current_version_id == version.id:
        source.current_version_id = None
    _settle_source(session, source, target, version.id, at)
    attached.follow(session, version.id, at)
    _no_circle(session, target.id, at)
    settle_current(session, target.id, at)
    events.record(
        session,
        at,
        receipt["what"],
        collection_id=target.collection_id,
        document_id=target.id,
        version=receipt["as"],
        before=receipt["document"],
        before_version=receipt["version"],
        receipt=receipt["receipt"],
    )
    _note_origins(session, receipt, at)
    if RULED in receipt:
        say_again(session, receipt, version, at)
    _answer(session, [source.id, target.id], at)


def _target(session: Session, receipt: dict[str, Any], source: Document, at: datetime) -> Document:
    target = session.get(Document, receipt["into"])
    if target is None:
        raise_to(session, "document", receipt["into"])
        target = Document(
            id=receipt["into"],
            collection_id=source.collection_id,
            current_version_id=None,
            last_version=0,
            created_at=at,
        )
        session.add(target)
        session.flush()
    return target


def _settle_source(
    session: Session, source: Document, target: Document, version_id: int, at: datetime
) -> None:
    """A document without versions is gone, but for its number: what named it names the other."""
    left = session.scalar(select(func.count()).where(Version.document_id == source.id))
    matter_moving.carry(session, source.id, target.id, at, is_gone=not left)
    if left:
        settle_current(session, source.id, at)
        return
    _alias(session, source.id, 0, version_id)
    session.execute(
        update(Reference)
        .where(Reference.fixed_document_id == source.id)
        .values(fixed_document_id=target.id)
    )
    carry(session, source.id, target.id, at)
    for model in (Ruling, Paper):
        session.execute(
            update(model).where(model.document_id == source.id).values(document_id=target.id)
        )
    session.execute(
        update(Ruling)
        .where(Ruling.target_document_id == source.id)
        .values(target_document_id=target.id)
    )


def _no_circle(session: Session, document_id: int, at: datetime) -> None:
    """What led from one document to the other leads nowhere now that they are one."""
    session.execute(
        update(Reference)
        .where(
            Reference.document_id == document_id,
            Reference.fixed_document_id == document_id,
            Reference.retracted_at.is_(None),
        )
        .values(retracted_at=at)
    )


def _alias(session: Session, document: int, version: int, version_id: int) -> None:
    alias = session.get(NumberAlias, (document, version))
    if alias is None:
        session.add(NumberAlias(document=document, version=version, version_id=version_id))
    else:
        alias.version_id = version_id
    session.flush()


def _answer(session: Session, documents: list[int], at: datetime) -> None:
    """What cites these documents, and what they cite, is looked at again; all is indexed anew."""
    versions = list(session.scalars(select(Version.id).where(Version.document_id.in_(documents))))
    keys = session.scalars(
        select(Identifier.key).where(
            Identifier.document_id.in_(documents), Identifier.retracted_at.is_(None)
        )
    )
    matching.answer(session, versions, sorted(set(keys)), at)
    jobs.enqueue(session, jobs.JobKind.INDEX, versions, at)


def derive(session: Session, document_id: int, other: int, at: datetime) -> int:
    """Note that a document that was split off comes from the other; which version says so."""
    version = session.get_one(Version, session.get_one(Document, document_id).current_version_id)
    _note_origin(session, version, other, at)
    return version.number


def _note_origin(session: Session, version: Version, other: int, at: datetime) -> None:
    numbers = Block(session, "reference", 1)
    session.add(
        Reference(
            id=numbers.take(),
            collection_id=session.get_one(Document, version.document_id).collection_id,
            document_id=version.document_id,
            version_id=version.id,
            relation="derived-from",
            origin="data",
            rule="split",
            fixed_document_id=other,
            recorded_at=at,
        )
    )
    session.flush()


def _note_origins(session: Session, receipt: dict[str, Any], at: datetime) -> None:
    """What a receipt says of documents that came apart; older ones do not say it."""
    for document_id, number, other in receipt.get("derived", ()):
        of_document = Version.document_id == document_id, Version.number == number
        version = session.execute(select(Version).where(*of_document)).scalar_one_or_none()
        if version is not None:
            _note_origin(session, version, other, at)


def came_apart(session: Session, documents: Iterable[int]) -> frozenset[frozenset[int]]:
    """Pairs of documents, one of these in each, of which one was split off from the other."""
    wanted = sorted(documents)
    pairs: set[frozenset[int]] = set()
    for start in range(0, len(wanted), IN_CHUNK):
        chunk = wanted[start : start + IN_CHUNK]
        for column in (Reference.document_id, Reference.fixed_document_id):
            rows = session.execute(
                select(Reference.document_id, Reference.fixed_document_id).where(
                    Reference.relation == "derived-from",
                    Reference.rule == "split",
                    Reference.retracted_at.is_(None),
                    column.in_(chunk),
                )
            )
            pairs |= {frozenset({one, other}) for one, other in rows if one and other}
    return frozenset(pair for pair in pairs if len(pair) > 1)
