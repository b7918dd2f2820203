"""Recording what was read: a re-run compares with what stands.

What is unchanged keeps its time, what is new is recorded, what is gone is retracted in the name of
the reader. What a person said stays. Page texts are a cache and are replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from archive import events, jobs, matching
from archive.models import Document, Fact, Identifier, Page, Version
from archive.reading import Evidence, Extraction, FactFound, IdentifierFound, PageText, Reading
from archive.versions import settle_current
from archive.vocabulary import SINGLE_FACTS


@dataclass(frozen=True, slots=True)
class Subject:
    """The version that was read, and where it belongs."""

    version_id: int
    version: int
    document_id: int
    collection_id: int
    is_first_time: bool  # nothing was recorded of it before

    @classmethod
    def load(cls, session: Session, version_id: int) -> Subject:
        """Raises sqlalchemy.exc.NoResultFound where there is no such version."""
        row = session.execute(
            select(Version.number, Version.document_id, Document.collection_id, Version.read_at)
            .join(Document, Document.id == Version.document_id)
            .where(Version.id == version_id)
        ).one()
        return cls(version_id, row[0], row[1], row[2], row[3] is None)


def record_reading(session: Session, subject: Subject, reading: Reading, at: datetime) -> None:
    """Keep the pages and properties of a version, and say if it is searchable or why not."""
    is_read = bool(reading.pages) or reading.reason_code in (None, "no-text", "truncated")
    session.execute(
        update(Version)
        .where(Version.id == subject.version_id)
        .values(
            status="searchable" if is_read else "unreadable",
            reason_code=reading.reason_code,
            reason=reading.reason,
            media_type=reading.media_type,
            reader=reading.reader,
            reader_version=reading.reader_version,
            read_at=at,
            page_count=len(reading.pages),
            text_source=_text_source(reading.pages),
            properties={
                "title": reading.title,
                "properties": [list(pair) for pair in reading.properties],
                "headers": [list(pair) for pair in reading.headers],
            },
        )
    )
    if not subject.is_first_time:
        session.execute(delete(Page).where(Page.version_id == subject.version_id))
    if reading.pages:
        session.execute(insert(Page), [_page_row(subject.version_id, p) for p in reading.pages])
    events.record(
        session,
        at,
        "read" if is_read else "unreadable",
        collection_id=subject.collection_id,
        document_id=subject.document_id,
        version=subject.version,
        reader=reading.reader,
        reader_version=reading.reader_version,
        pages=len(reading.pages),
        reason=reading.reason_code or "",
    )


def record_extraction(
    session: Session, subject: Subject, found: Extraction, at: datetime, *, said_by: str
) -> None:
    """Keep facts, own numbers and references; answer what waited for them; ask for the index."""
    _keep_facts(session, subject, found.facts, at, said_by)
    fresh = _keep_identifiers(session, subject, found.identifiers, at)
    matching.keep_references(session, subject, found.mentions, at)
    refresh_view(session, [subject.version_id])
    matching.answer(session, subject.version_id, fresh, at)
    settle_current(session, subject.document_id, at)
    jobs.enqueue(session, jobs.JobKind.INDEX, [subject.version_id], at)


def refresh_view(session: Session, version_ids: Sequence[int]) -> None:
    """Write the columns of versions that show their standing facts. A person's word comes first."""
    rows = session.execute(
        select(Fact.version_id, Fact.name, Fact.value, Fact.role, Fact.identifier, Fact.origin)
        .where(Fact.version_id.in_(version_ids), Fact.retracted_at.is_(None))
        .order_by(Fact.version_id, (Fact.origin == "person").desc(), Fact.id)
    )
    views: dict[int, dict[str, Any]] = {
        version_id: {**dict.fromkeys(map(_column, SINGLE_FACTS)), "parties": []}
        for version_id in version_ids
    }
    for version_id, name, value, role, identifier, _origin in rows:
        view = views[version_id]
        if name == "party":
            view["parties"].append({"role": role, "name": value, "id": identifier})
        elif name in SINGLE_FACTS and view[_column(name)] is None:
            view[_column(name)] = value
    for version_id, view in views.items():
        session.execute(update(Version).where(Version.id == version_id).values(**view))


def _column(fact: str) -> str:
    """`number` is taken by the version's own number."""
    return "own_number" if fact == "number" else fact


def _keep_facts(
    session: Session, subject: Subject, found: Iterable[FactFound], at: datetime, said_by: str
) -> None:
    rows = {
        _fact_key(fact.name, fact.role, fact.value, fact.origin, fact.evidence): {
            "version_id": subject.version_id,
            "name": fact.name,
            "value": fact.value,
            "role": fact.role,
            "identifier": fact.identifier,
            "origin": fact.origin,
            "confidence": fact.confidence,
            "rule": fact.rule,
            "said_by": said_by,
            "recorded_at": at,
            **evidence_columns(fact.evidence),
        }
        for fact in found
    }
    standing: dict[Any, int] = {}
    if not subject.is_first_time:
        for fact in session.scalars(
            select(Fact).where(
                Fact.version_id == subject.version_id,
                Fact.retracted_at.is_(None),
                Fact.origin != "person",
            )
        ):
            key = _fact_key(fact.name, fact.role, fact.value, fact.origin, _evidence(fact))
            standing[key] = fact.id
    _retract(session, Fact, [i for k, i in standing.items() if k not in rows], at, said_by)
    fresh = [row for key, row in rows.items() if key not in standing]
    if fresh:
        session.execute(insert(Fact), fresh)


def _keep_identifiers(
    session: Session, subject: Subject, found: Iterable[IdentifierFound], at: datetime
) -> list[str]:
    """Returns the keys that are new, and those that are gone: references to them are due."""
    rows = {
        (i.scheme, i.key, i.groups, i.issuer): {
            "collection_id": subject.collection_id,
            "document_id": subject.document_id,
            "version_id": subject.version_id,
            "scheme": i.scheme,
            "key": i.key,
            "groups": i.groups,
            "text": i.identifier,
            "issuer": i.issuer,
            "origin": i.origin,
            "rule": i.rule,
            "recorded_at": at,
            **evidence_columns(i.evidence),
        }
        for i in found
    }
    standing: dict[Any, int] = {}
    if not subject.is_first_time:
        for row in session.scalars(
            select(Identifier).where(
                Identifier.version_id == subject.version_id,
                Identifier.retracted_at.is_(None),
                Identifier.origin != "person",
            )
        ):
            standing[(row.scheme, row.key, row.groups, row.issuer)] = row.id
    gone = [key for key in standing if key not in rows]
    _retract(session, Identifier, [standing[key] for key in gone], at, None)
    fresh = [key for key in rows if key not in standing]
    if fresh:
        session.execute(insert(Identifier), [rows[key] for key in fresh])
    return sorted({key[1] for key in (*gone, *fresh)})


def _retract(
    session: Session, model: type[Any], ids: Sequence[int], at: datetime, by: str | None
) -> None:
    if ids:
        values: dict[str, Any] = {"retracted_at": at}
        if by is not None:
            values["retracted_by"] = by
        session.execute(update(model).where(model.id.in_(ids)).values(**values))


def _fact_key(name: str, role: str | None, value: str, origin: str, e: Evidence) -> Any:
    return (name, role, value, origin, e.page, e.start, e.end, e.where)


def _evidence(row: Fact) -> Evidence:
    return Evidence(row.page, row.start, row.end, row.quote, row.where)


def evidence_columns(evidence: Evidence) -> dict[str, Any]:
    """The columns of every row that says where it was read."""
    return {
        "page": evidence.page,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "where": evidence.where,
    }


def _text_source(pages: Sequence[PageText]) -> str:
    sources = {page.source for page in pages if page.text.strip()} - {"none"}
    if not sources:
        return "none"
    return sources.pop() if len(sources) == 1 else "mixed"


def _page_row(version_id: int, page: PageText) -> dict[str, Any]:
    layout: dict[str, Any] = {}
    if page.runs:
        layout["runs"] = [[run.start, run.own, run.length] for run in page.runs]
    if page.words:
        layout["words"] = [list(word) for word in page.words]
    names = ("number", "text", "source", "label", "width", "height", "confidence")
    plain = {name: getattr(page, name) for name in names}
    return {**plain, "version_id": version_id, "layout": layout}
