"""Recording what was read: a re-run compares with what stands.

What is unchanged keeps its time, what is new is recorded, what is gone is retracted in the name of
the reader. What a person said stays. Page texts are a cache and are replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from archive import events, jobs, matching, said_issuers
from archive.bulk import chunked, insert_rows
from archive.carried_facts import carry_facts
from archive.models import Document, Fact, Identifier, Page, Version
from archive.parties import party_key
from archive.party_numbers import checked_number
from archive.reading import Evidence, Extraction, FactFound, IdentifierFound, PageText, Reading
from archive.said_numbers import borne_keys
from archive.scans import stretches
from archive.versions import settle_current
from archive.vocabulary import COLUMN_FACTS, IDENTIFYING, IN_PART, NOT_COUNTING


@dataclass(frozen=True, slots=True)
class Subject:
    """A version that was read, and where it belongs."""

    version_id: int
    version: int
    document_id: int
    collection_id: int
    is_first_time: bool  # nothing was recorded of it before
    is_alone: bool  # the only version of its document


def load_subjects(session: Session, version_ids: Sequence[int]) -> dict[int, Subject]:
    """By version id; versions that are not there are left out."""
    rows = session.execute(
        select(
            Version.id,
            Version.number,
            Version.document_id,
            Document.collection_id,
            Version.read_at,
            Document.last_version,
        )
        .join(Document, Document.id == Version.document_id)
        .where(Version.id.in_(version_ids))
    )
    return {
        row[0]: Subject(row[0], row[1], row[2], row[3], row[4] is None, row[5] == 1) for row in rows
    }


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """What came of reading one version."""

    subject: Subject
    reading: Reading
    extraction: Extraction

    @property
    def said_by(self) -> str:
        """The reader and its version: who said the facts."""
        return f"{self.reading.reader}/{self.reading.reader_version}"


def read_before(read: Iterable[ReadVersion]) -> list[int]:
    """The ids of those versions of which something stands already."""
    return [one.subject.version_id for one in read if not one.subject.is_first_time]


def record(session: Session, read: Sequence[ReadVersion], at: datetime) -> None:
    """Keep what was read of these versions, in a number of statements that does not grow with them.

    Pages, facts, own numbers and references are recorded, what waited for the numbers is answered,
    the current versions are settled, and the index is asked for.
    """
    if not read:
        return
    read = said_issuers.with_said_issuers(session, read)
    _keep_pages(session, read)
    _keep_facts(session, read, at)
    keys = _keep_identifiers(session, read, at)
    keys += borne_keys(session, read_before(read))  # who they are, and when, may be new
    _write_versions(session, read, at)
    _carry(session, read, at)
    matching.keep_references(session, [(r.subject, r.extraction.mentions) for r in read], at)
    matching.answer(session, [one.subject.version_id for one in read], keys, at)
    for document_id in {one.subject.document_id for one in read if not one.subject.is_alone}:
        settle_current(session, document_id, at)
    jobs.enqueue(session, jobs.JobKind.INDEX, [one.subject.version_id for one in read], at)


def leave_standing(session: Session, failed: Sequence[tuple[int, str]], at: datetime) -> None:
    """Say why pictures of these versions (id, reason) were not read; all that was read stays."""
    for version_id, reason in failed:
        code = func.coalesce(Version.reason_code, "pictures-unread")
        session.execute(
            update(Version)
            .where(Version.id == version_id)
            .values(
                reason_code=code,
                reason=f"Its pictures could not be read: {reason}",
                unread_pictures=None,
            )
        )
    for subject in load_subjects(session, [version_id for version_id, _ in failed]).values():
        events.record(
            session,
            at,
            "pictures-unread",
            collection_id=subject.collection_id,
            document_id=subject.document_id,
            version=subject.version,
        )
    jobs.enqueue(session, jobs.JobKind.INDEX, [version_id for version_id, _ in failed], at)


def _write_versions(session: Session, read: Sequence[ReadVersion], at: datetime) -> None:
    """Status, properties and the view of the facts, one row each."""
    values = []
    for one in read:
        reading, subject = one.reading, one.subject
        is_read = bool(reading.pages) or reading.reason_code in IN_PART
        values.append(
            {
                "of": subject.version_id,
                "status": "searchable" if is_read else "unreadable",
                "reason_code": reading.reason_code,
                "reason": reading.reason,
                "media_type": reading.media_type,
                "reader": reading.reader,
                "reader_version": reading.reader_version,
                "read_at": at,
                "page_count": len(reading.pages),
                "text_source": _text_source(reading.pages),
                "unread_pictures": stretches(reading.scans) or None,
                "properties": {
                    "title": reading.title,
                    "properties": [list(pair) for pair in reading.properties],
                    "headers": [list(pair) for pair in reading.headers],
                },
                **view_of(
                    (f.name, f.value, f.role, f.identifier)
                    for f in one.extraction.facts
                    if f.rule not in NOT_COUNTING
                ),
            }
        )
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
    table = cast(Table, Version.__table__)
    names = [name for name in values[0] if name != "of"]
    session.connection().execute(
        table.update()
        .where(table.c.id == bindparam("of"))
        .values({name: bindparam(name) for name in names}),
        values,
    )
    again = read_before(read)
    if again:
        refresh_view(session, again)  # what persons said comes before what was read


def _carry(session: Session, read: Sequence[ReadVersion], at: datetime) -> None:
    """What persons said of the versions before; a file is read again where that identifies it."""
    first = [one.subject for one in read if one.subject.is_first_time and not one.subject.is_alone]
    if not first:
        return
    carried = carry_facts(session, [subject.version_id for subject in first], at)
    refresh_view(session, sorted(carried))
    again = [one for one, names in carried.items() if not IDENTIFYING.isdisjoint(names)]
    jobs.enqueue(session, jobs.JobKind.PARSE, sorted(again), at)


def _keep_pages(session: Session, read: Sequence[ReadVersion]) -> None:
    again = read_before(read)
    if again:
        session.execute(delete(Page).where(Page.version_id.in_(again)))
    rows = [_page_row(one.subject.version_id, page) for one in read for page in one.reading.pages]
    insert_rows(session, Page, rows)


def view_of(
    facts: Iterable[tuple[str, str, str | None, str | None]],
) -> dict[str, Any]:
    """The columns that show facts (name, value, role, identifier); the first of a name counts."""
    view: dict[str, Any] = {**dict.fromkeys(map(_column, COLUMN_FACTS)), "parties": []}
    for name, value, role, identifier in facts:
        if name == "party":
            view["parties"].append({"role": role, "name": value, "id": identifier})
        elif name in COLUMN_FACTS and view[_column(name)] is None:
            view[_column(name)] = value
    return view


def refresh_view(session: Session, version_ids: Sequence[int]) -> None:
    """Write the columns of versions that show their standing facts. A person's word comes first."""
    rows = session.execute(
        select(Fact.version_id, Fact.name, Fact.value, Fact.role, Fact.identifier, Fact.origin)
        .where(
            Fact.version_id.in_(version_ids),
            Fact.retracted_at.is_(None),
            counting(),
        )
        .order_by(Fact.version_id, (Fact.origin == "person").desc(), Fact.id)
    )
    for version_id, view in views_of(version_ids, rows).items():
        session.execute(update(Version).where(Version.id == version_id).values(**view))


def counting() -> ColumnElement[bool]:
    """Of a Fact: it counts, as what is undecided does not until a person chose it."""
    return or_(Fact.rule.not_in(NOT_COUNTING), Fact.origin == "person")


def views_of(version_ids: Sequence[int], rows: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """The columns of versions that show these facts (version, name, value, role, id, origin).

    A person's come first. Where a person has said who the parties are, what was read of parties
    counts no more.
    """
    by_version: dict[int, list[Any]] = {version_id: [] for version_id in version_ids}
    for row in rows:
        by_version[row[0]].append(row)
    found = {}
    for version_id, facts in by_version.items():
        is_said = any((row[1], row[5]) == ("party", "person") for row in facts)
        found[version_id] = view_of(
            (row[1], row[2], row[3], row[4])
            for row in facts
            if row[1] != "party" or row[5] == "person" or not is_said
        )
    return found


def _column(fact: str) -> str:
    """`number` is taken by the version's own number."""
    return "own_number" if fact == "number" else fact


def _keep_facts(session: Session, read: Sequence[ReadVersion], at: datetime) -> None:
    standing: dict[int, dict[Any, int]] = {one.subject.version_id: {} for one in read}
    again = read_before(read)
    if again:
        for row in session.scalars(
            select(Fact).where(
                Fact.version_id.in_(again),
                Fact.retracted_at.is_(None),
                Fact.origin != "person",
            )
        ):
            key = _fact_key(row.version_id, row, _evidence(row))
            standing[row.version_id][key] = row.id
    fresh = {}
    for one in read:
        version_id = one.subject.version_id
        keys = set()
        for fact in one.extraction.facts:
            key = _fact_key(version_id, fact, fact.evidence)
            keys.add(key)
            if key not in standing[version_id]:
                fresh[key] = _fact_row(version_id, fact, at, one.said_by)
        gone = [i for key, i in standing[version_id].items() if key not in keys]
        _retract(session, Fact, gone, at, one.said_by)
    insert_rows(session, Fact, list(fresh.values()))


def _fact_row(version_id: int, fact: FactFound, at: datetime, said_by: str) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "name": fact.name,
        "value": fact.value,
        "role": fact.role,
        "identifier": fact.identifier,
        "origin": fact.origin,
        "confidence": fact.confidence,
        "rule": fact.rule,
        "said_by": said_by,
        "recorded_at": at,
        **party_columns(fact.name, fact.value, fact.identifier),
        **evidence_columns(fact.evidence),
    }


def party_columns(name: str, value: str, identifier: str | None) -> dict[str, str | None]:
    """The columns of a fact by which the documents of a party are found."""
    if name != "party":
        return {"party_key": None, "party_number": None}
    return {"party_key": party_key(value), "party_number": checked_number(identifier)}


def _keep_identifiers(session: Session, read: Sequence[ReadVersion], at: datetime) -> list[str]:
    """Returns the keys that are new, and those that are gone: references to them are due."""
    standing: dict[Any, int] = {}
    again = read_before(read)
    if again:
        for row in session.scalars(
            select(Identifier).where(
                Identifier.version_id.in_(again),
                Identifier.retracted_at.is_(None),
                Identifier.origin != "person",
            )
        ):
            key = (row.version_id, row.scheme, row.key, row.groups, row.issuer)
            standing[key] = row.id
    wanted = {
        (one.subject.version_id, i.scheme, i.key, i.groups, i.issuer): (one.subject, i)
        for one in read
        for i in one.extraction.identifiers
    }
    gone = [key for key in standing if key not in wanted]
    _retract(session, Identifier, [standing[key] for key in gone], at, None)
    fresh = [key for key in wanted if key not in standing]
    insert_rows(session, Identifier, [_identifier_row(*wanted[key], at) for key in fresh])
    return sorted({key[2] for key in (*gone, *fresh)})


def _identifier_row(subject: Subject, i: IdentifierFound, at: datetime) -> dict[str, Any]:
    return {
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


def _retract(
    session: Session, model: type[Any], ids: Sequence[int], at: datetime, by: str | None
) -> None:
    values: dict[str, Any] = {"retracted_at": at}
    if by is not None:
        values["retracted_by"] = by
    for chunk in chunked(ids):
        session.execute(update(model).where(model.id.in_(chunk)).values(**values))


def _fact_key(version_id: int, fact: Fact | FactFound, e: Evidence) -> Any:
    place = (e.page, e.start, e.end, e.where)
    return (version_id, fact.name, fact.role, fact.value, fact.origin, *place)


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
