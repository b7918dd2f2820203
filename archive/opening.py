"""One document opened: the version asked for, its pages, facts, versions and sightings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import DocumentView, by_file_number, load_views
from archive.errors import NotFound
from archive.exports import tell_references
from archive.models import (
    Account,
    Blob,
    Collection,
    Document,
    Fact,
    Mention,
    NumberAlias,
    Page,
    Reference,
    Version,
)
from archive.paths import load_places
from archive.records import file_number, moment
from archive.references import seen, visible
from archive.then import holds, standing, versions_then
from archive.versions import ordered
from archive.vocabulary import NOT_COUNTING, SINGLE_FACTS


@dataclass(frozen=True, slots=True)
class Which:
    """Which version is asked for: that number, else the current one, of now or of then."""

    version: int | None = None
    as_of: datetime | None = None
    on: date | None = None


def open_document(session: Session, viewer: Viewer, number: int, which: Which) -> DocumentView:
    """The document of a file number, also a former one, with the version asked for.

    Raises `NotFound`, in the same words for what is not there and for what the viewer may not see.
    """
    if which.version is not None:
        return _numbered(session, viewer, number, which)
    document_id = by_file_number(session, viewer, number)
    views = load_views(session, viewer, ids=[document_id], as_of=which.as_of, on=which.on)
    if not views:
        raise NotFound("document", file_number(number))
    return views[0]


def _numbered(session: Session, viewer: Viewer, number: int, which: Which) -> DocumentView:
    alias = (
        select(NumberAlias.version_id)
        .join(Version, Version.id == NumberAlias.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            NumberAlias.document == number,
            NumberAlias.version == which.version,
            Document.collection_id.in_(viewer.reads),
        )
    )
    wanted = session.scalar(alias)
    statement = (
        select(Document, Version, Collection.name)
        .join(Version, Version.document_id == Document.id)
        .join(Collection, Collection.id == Document.collection_id)
        .where(Document.collection_id.in_(viewer.reads), Document.current_version_id.is_not(None))
    )
    if wanted is not None:
        statement = statement.where(Version.id == wanted)
    else:
        document_id = by_file_number(session, viewer, number)
        statement = statement.where(Document.id == document_id, Version.number == which.version)
    row = session.execute(statement).first()
    view = None
    if row is not None:
        version = versions_then(session, [row[1]], which.as_of)[row[1].id]
        view = DocumentView(row[0], version, row[2])
    if (
        view is None
        or (which.as_of is not None and view.version.received_at > which.as_of)
        or (which.on is not None and not holds(view.version, which.on))
    ):
        raise NotFound("version", f"{which.version} of {file_number(number)}")
    return view


def facts_of(
    session: Session, version_id: int, *, as_of: datetime | None = None
) -> list[dict[str, Any]]:
    """What was said of a version, by whom, with the evidence; also what was said before.

    In the order of the export, a person's word first. `counts` is true of what the version's
    fields show, and never of what is undecided: two readings of one date, a page against its data.
    `retracted_at` tells since when a value is no longer taken for so.
    """
    statement = (
        select(Fact, Account.name)
        .outerjoin(Account, Account.id == Fact.user_id)
        .where(Fact.version_id == version_id)
        .order_by((Fact.origin == "person").desc(), Fact.id)
    )
    if as_of is not None:
        statement = statement.where(Fact.recorded_at <= as_of)
    order = {name: place for place, name in enumerate((*SINGLE_FACTS, "party"))}
    rows = sorted(session.execute(statement), key=lambda row: order.get(row[0].name, len(order)))
    shown: set[str] = set()
    told = []
    for fact, person in rows:
        retracted_at = fact.retracted_at
        if as_of is not None and retracted_at is not None and retracted_at > as_of:
            retracted_at = None
        is_undecided = fact.rule in NOT_COUNTING and fact.origin != "person"
        counts = retracted_at is None and fact.name not in shown and not is_undecided
        if counts and fact.name != "party":
            shown.add(fact.name)
        told.append(_fact(fact, person, counts=counts, retracted_at=retracted_at))
    return told


def _fact(
    fact: Fact, person: str | None, *, counts: bool, retracted_at: datetime | None
) -> dict[str, Any]:
    return {
        "name": fact.name,
        "value": fact.value,
        "role": fact.role,
        "id": fact.identifier,
        "counts": counts,
        "origin": fact.origin,
        "by": person or fact.said_by,
        "rule": fact.rule,
        "confidence": fact.confidence,
        "page": fact.page,
        "start": fact.start,
        "end": fact.end,
        "quote": fact.quote,
        "where": fact.where,
        "recorded_at": moment(fact.recorded_at),
        "retracted_at": moment(retracted_at),
    }


def versions_of(
    session: Session, view: DocumentView, *, as_of: datetime | None = None
) -> list[dict[str, Any]]:
    """The versions of a document from first to latest, each with where it was seen."""
    statement = (
        select(Version, Blob.sha256, Blob.size_bytes)
        .join(Blob, Blob.id == Version.blob_id)
        .where(Version.document_id == view.document.id)
    )
    if as_of is not None:
        statement = statement.where(Version.received_at <= as_of)
    rows = session.execute(statement).all()
    versions = versions_then(session, (row[0] for row in rows), as_of)
    bytes_of = {versions[version.id]: (sha256, size) for version, sha256, size in rows}
    places = load_places(session, versions, as_of=as_of)
    return [
        {
            "version": version.number,
            "sha256": bytes_of[version][0],
            "size_bytes": bytes_of[version][1],
            "file_name": version.file_name,
            "media_type": version.media_type,
            "path": places.shown(version.id)[0],
            "revision": version.revision,
            "date": version.date,
            "title": version.title,
            "pages": version.page_count,
            "status": version.status,
            "reason_code": version.reason_code,
            "reason": version.reason,
            "recorded_at": moment(version.received_at),
            "current": version.id == view.version.id,
            "sightings": places.sightings_of(version.id, as_of),
        }
        for version in ordered(bytes_of)
    ]


def load_page(session: Session, version: Version, number: int) -> Page:
    """One page of a version, from 1. Raises `NotFound`."""
    page = session.get(Page, (version.id, number))
    if page is None:
        raise NotFound("page", f"{number} of {file_number(version.document_id)}")
    return page


def marks_of(
    session: Session, viewer: Viewer, page: Page, *, as_of: datetime | None = None
) -> list[dict[str, Any]]:
    """What stands on a page, by its place: mentions with what they reach, and facts."""
    return sorted(
        [*_mentions(session, viewer, page, as_of), *_facts(session, page, as_of)],
        key=lambda mark: (mark["start"], -mark["end"]),
    )


def _mentions(
    session: Session, viewer: Viewer, page: Page, as_of: datetime | None
) -> list[dict[str, Any]]:
    # a number that goes on over a page's end is kept with the page where it begins
    near = (Mention.page.in_((page.number - 1, page.number)), Mention.start.is_not(None))
    rows = session.scalars(
        visible(viewer, as_of).where(
            Reference.version_id == page.version_id,
            Reference.id.in_(select(Mention.reference_id).where(*near)),
        )
    ).all()
    views = seen(session, viewer, rows, as_of)
    lines = {
        view.row.id: line for view, line in zip(views, tell_references(session, views), strict=True)
    }
    fields = ("relation", "scheme", "key", "status", "target_type", "target", "suspect")
    return [
        {
            "start": start,
            "end": end,
            "what": "reference",
            "reference": mention.reference_id,
            **{name: lines[mention.reference_id][name] for name in fields},
        }
        for mention in session.scalars(
            select(Mention).where(Mention.reference_id.in_(lines), *near).order_by(Mention.id)
        )
        for number, start, end in ((mention.page, mention.start, mention.end), *mention.more)
        if number == page.number
    ]


def _facts(session: Session, page: Page, as_of: datetime | None) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Fact)
        .where(
            Fact.version_id == page.version_id,
            Fact.page == page.number,
            Fact.start.is_not(None),
            standing(Fact, as_of),
        )
        .order_by(Fact.id)
    )
    return [
        {"start": row.start, "end": row.end, "what": "fact", "fact": row.name, "value": row.value}
        for row in rows
    ]
