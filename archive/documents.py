"""Documents as a viewer sees them: found by number or path, told in the fields of the export."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.errors import Ambiguous, Destroyed, NotFound
from archive.held import held
from archive.keys import groups_of, key_of_groups, meets
from archive.listing import MOST, Listing, listed
from archive.models import (
    Blob,
    Collection,
    CurrentSpan,
    Document,
    Identifier,
    NumberAlias,
    Tombstone,
    Version,
)
from archive.paths import Places, load_places, versions_at
from archive.records import file_number, moment
from archive.references import ReferenceView, outgoing
from archive.then import holds_on, versions_then, was_current
from archive.told_names import codes_said, told_names
from archive.versions import ordered

FILE_NUMBER = re.compile(r"D-(\d{1,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document with the version asked for (the current one, or that of a time)."""

    document: Document
    version: Version
    collection: str


def find_document(session: Session, viewer: Viewer, name: str) -> int:
    """The id of the document of this file number, own number or path.

    Raises `NotFound`, and `Ambiguous` where several that the viewer may read bear the number.
    """
    match = FILE_NUMBER.fullmatch(name.strip())
    if match:
        return by_file_number(session, viewer, int(match.group(1)))
    found = _by_path(session, viewer, name)
    if found is not None:
        return found
    bearers = _by_own_number(session, viewer, name)
    if len(bearers) > 1:
        raise Ambiguous(name, [file_number(bearer) for bearer in bearers])
    if not bearers:
        raise NotFound("document", name)
    return bearers[0]


def by_file_number(session: Session, viewer: Viewer, number: int) -> int:
    """The document of a file number, also of one that it bore before. Raises `NotFound`.

    `Destroyed` is one for who might read it if it were still there.
    """
    seen = select(Document.id).where(Document.collection_id.in_(viewer.reads))
    has_versions = Document.current_version_id.is_not(None)  # else they joined another one
    found = session.scalar(seen.where(Document.id == number, has_versions))
    if found is None:
        alias = (
            select(Version.document_id)
            .join(NumberAlias, NumberAlias.version_id == Version.id)
            .where(NumberAlias.document == number, Version.document_id.in_(seen))
            .order_by(NumberAlias.version)
        )
        found = session.scalars(alias).first()
    if found is None and session.scalar(
        seen.join(Tombstone, Tombstone.document_id == Document.id).where(Document.id == number)
    ):
        raise Destroyed(file_number(number), number)
    if found is None:
        raise NotFound("document", file_number(number))
    return found


def _by_path(session: Session, viewer: Viewer, path: str) -> int | None:
    """What is seen there now, else what was last."""
    ids = versions_at(session, path)
    rows = session.execute(
        select(Version.id, Document.id)
        .join(Document, Document.id == Version.document_id)
        .where(Version.id.in_(ids), Document.collection_id.in_(viewer.reads))
    )
    documents = {row[0]: row[1] for row in rows}
    return next((documents[version] for version in ids if version in documents), None)


def _by_own_number(session: Session, viewer: Viewer, written: str) -> list[int]:
    """All documents that bear the number, however it is spelled, by file number."""
    groups = groups_of(written)
    rows = session.execute(
        select(Document.id, Identifier.text, Identifier.groups)
        .join(Identifier, Identifier.document_id == Document.id)
        .where(
            or_(Identifier.key == key_of_groups(groups), Identifier.text == written),
            Identifier.retracted_at.is_(None),
            Document.collection_id.in_(viewer.reads),
        )
    )
    found = {row[0] for row in rows if row[1] == written or meets(groups, row[2])}
    if not found:
        by_view = (
            select(Document.id)
            .join(Version, Version.document_id == Document.id)
            .where(Version.own_number == written, Document.collection_id.in_(viewer.reads))
        )
        found = set(session.scalars(by_view))
    return sorted(found)


def load_views(
    session: Session,
    viewer: Viewer,
    *,
    ids: Sequence[int] | None = None,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[DocumentView]:
    """Documents that the viewer may read, with their current version (of then), by file number."""
    statement = _views(viewer, as_of, on)
    rows: list[Any] = []
    for chunk in _of_documents(statement, ids):
        rows += session.execute(chunk).all()
    versions = versions_then(session, (row[1] for row in rows), as_of)
    return [DocumentView(row[0], versions[row[1].id], row[2]) for row in rows]


def current_versions(
    session: Session,
    viewer: Viewer,
    *,
    ids: Sequence[int] | None = None,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[int]:
    """The ids of those versions, for who needs no more of them."""
    statement = _views(viewer, as_of, on).with_only_columns(Version.id)
    found: list[int] = []
    for chunk in _of_documents(statement, ids):
        found += session.scalars(chunk)
    return found


def load_numbered(
    session: Session,
    viewer: Viewer,
    wanted: Set[tuple[int, int]],
    *,
    as_of: datetime | None = None,
) -> dict[tuple[int, int], DocumentView]:
    """By (document, number of the version) those that the viewer may read, with facts of then."""
    statement = (
        select(Document, Version, Collection.name)
        .join(Collection, Collection.id == Document.collection_id)
        .join(Version, Version.document_id == Document.id)
        .where(Document.collection_id.in_(viewer.reads))
    )
    rows: list[Any] = []
    for chunk in _of_documents(statement, sorted({document for document, _ in wanted})):
        rows += [row for row in session.execute(chunk) if (row[0].id, row[1].number) in wanted]
    versions = versions_then(session, (row[1] for row in rows), as_of)
    return {
        (row[0].id, row[1].number): DocumentView(row[0], versions[row[1].id], row[2])
        for row in rows
    }


def _of_documents(statement: Select[*tuple[Any, ...]], ids: Sequence[int] | None) -> Iterator[Any]:
    if ids is None:
        yield statement
        return
    for chunk in chunked(ids):
        yield statement.where(Document.id.in_(chunk))


def list_documents(
    session: Session,
    viewer: Viewer,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
    limit: int = MOST,
    offset: int = 0,
) -> Listing[dict[str, Any]]:
    """Some of the documents that the viewer may read, by file number, as `told` tells them."""
    numbers = _views(viewer, as_of, on).with_only_columns(Document.id)
    found = listed(session, numbers, lambda row: int(row[0]), limit=limit, offset=offset)
    views = load_views(session, viewer, ids=found.items, as_of=as_of)
    return Listing(tuple(told(session, viewer, views, as_of=as_of)), found.total)


def _views(
    viewer: Viewer, as_of: datetime | None, on: date | None
) -> Select[Document, Version, str]:
    statement = (
        select(Document, Version, Collection.name)
        .join(Collection, Collection.id == Document.collection_id)
        .where(Document.collection_id.in_(viewer.reads))
        .order_by(Document.id)
    )
    if as_of is None:
        statement = statement.join(Version, Version.id == Document.current_version_id)
    else:
        statement = statement.join(CurrentSpan, CurrentSpan.document_id == Document.id)
        statement = statement.join(Version, Version.id == CurrentSpan.version_id)
        statement = statement.where(was_current(as_of))
    if on is not None:
        statement = statement.where(holds_on(on, as_of))
    return statement


def told(
    session: Session,
    viewer: Viewer,
    views: Sequence[DocumentView],
    *,
    as_of: datetime | None = None,
) -> list[dict[str, Any]]:
    """The documents in the fields of `export documents`, in the order given."""
    documents = [view.document.id for view in views]
    versions = _versions(session, documents, as_of)
    every = [row[0].id for rows in versions.values() for row in rows]
    places = load_places(session, every, as_of=as_of)
    references = outgoing(
        session, viewer, version_ids=[view.version.id for view in views], as_of=as_of
    )
    by_version: dict[int, list[ReferenceView]] = defaultdict(list)
    for reference in references:
        by_version[reference.row.version_id].append(reference)
    kept = held(session, viewer, documents)
    codes = codes_said(session, references)
    lines = [
        _told(view, versions[view.document.id], places, by_version[view.version.id], codes)
        for view in views
    ]
    return [
        line | {"held": view.document.id in kept} for view, line in zip(views, lines, strict=True)
    ]


def _versions(
    session: Session, documents: Sequence[int], as_of: datetime | None
) -> dict[int, list[tuple[Version, str]]]:
    """All versions that had been filed, with their bytes' SHA-256."""
    found: dict[int, list[tuple[Version, str]]] = defaultdict(list)
    for chunk in chunked(documents):
        statement = (
            select(Version, Blob.sha256)
            .join(Blob, Blob.id == Version.blob_id)
            .where(Version.document_id.in_(chunk))
        )
        if as_of is not None:
            statement = statement.where(Version.received_at <= as_of)
        rows = session.execute(statement).all()
        versions = versions_then(session, (row[0] for row in rows), as_of)
        for version, sha256 in rows:
            found[version.document_id].append((versions[version.id], sha256))
    return found


def _told(
    view: DocumentView,
    versions: list[tuple[Version, str]],
    places: Places,
    references: list[ReferenceView],
    codes: Mapping[int, str],
) -> dict[str, Any]:
    sums = {version.id: sha256 for version, sha256 in versions}
    line = ordered([version for version, _ in versions])
    version = view.version
    paths = places.live([v.id for v in line])
    path, parent = places.shown(version.id)
    return {
        "document": file_number(view.document.id),
        "path": path,
        "paths": paths,
        "collection": view.collection,
        "parent": None if parent is None else file_number(parent),
        "sha256": sums[version.id],
        **version_fields(version),
        **told_names(references, codes),
        "pages": version.page_count,
        "text_source": version.text_source,
        "received_at": moment(version.received_at),
        "held": False,
        "status": version.status,
        "reason_code": version.reason_code,
        "reason": version.reason,
        "history": [
            {
                "version": v.number,
                "sha256": sums[v.id],
                "path": places.shown(v.id)[0],
                "revision": v.revision,
                "date": v.date,
                "recorded_at": moment(v.received_at),
                "current": v.id == version.id,
            }
            for v in line
        ],
    }


def version_fields(version: Version) -> dict[str, Any]:
    """What the facts of a version say, in the export's fields."""
    return {
        "media_type": version.media_type,
        "kind": version.kind,
        "number": version.own_number,
        "revision": version.revision,
        "title": version.title,
        "date": version.date,
        "due_date": version.due_date,
        "effective_from": version.effective_from,
        "expires_on": version.expires_on,
        "language": version.language,
        "currency": version.currency,
        "total": version.total,
        "parties": version.parties,
    }
