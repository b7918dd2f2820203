"""What `export` writes, line by line, sorted by path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.documents import load_views, told
from archive.models import CurrentSpan, Document, Entry, Mention, Version
from archive.paths import Places, byte_order, load_places
from archive.records import file_number, moment
from archive.references import ReferenceView, Target, outgoing
from archive.then import holds_on, was_current

CHUNK = 400


def documents(
    session: Session, viewer: Viewer, *, as_of: datetime | None = None, on: date | None = None
) -> Iterator[dict[str, Any]]:
    """One line a document that the viewer may read."""
    lines = []
    views = load_views(session, viewer, as_of=as_of, on=on)
    for start in range(0, len(views), CHUNK):
        lines += told(session, viewer, views[start : start + CHUNK], as_of=as_of)
    lines.sort(key=lambda line: (byte_order(line["path"]), line["document"]))
    yield from lines


def references(
    session: Session,
    viewer: Viewer,
    *,
    all_versions: bool = False,
    with_mentions: bool = False,
    as_of: datetime | None = None,
    on: date | None = None,
) -> Iterator[dict[str, Any]]:
    """One line for each (source version, scheme, key, issuer, relation), sorted by source path."""
    version_ids = None
    if all_versions:
        statement = (
            select(Version.id)
            .join(Document, Document.id == Version.document_id)
            .where(Document.collection_id.in_(viewer.reads))
        )
        if on is not None:
            statement = statement.where(holds_on(on, as_of))
        if as_of is not None:
            statement = statement.where(Version.received_at <= as_of)
        version_ids = list(session.scalars(statement))
    views = outgoing(session, viewer, version_ids=version_ids, as_of=as_of, on=on)
    lines = list(tell_references(session, views, with_mentions=with_mentions, as_of=as_of))
    lines.sort(key=_order)
    yield from lines


def _order(line: dict[str, Any]) -> tuple[Any, ...]:
    return (
        byte_order(line["source_path"]),
        line["version"],
        line["scheme"] or "",
        line["key"] or "",
        line["issuer"] or "",
        line["relation"],
        line["target_path"] or "",
    )


def tell_references(
    session: Session,
    views: Iterable[ReferenceView],
    *,
    with_mentions: bool = False,
    as_of: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """References in the fields of `export references`, in the order given; paths as of then."""
    views = list(views)
    current, numbers = _targets(session, views, as_of)
    sources = {view.row.version_id for view in views}
    places = load_places(session, sources | set(current.values()), as_of=as_of)
    codes = _codes(session, views)
    mentions = _mentions(session, views) if with_mentions else {}
    for view in views:
        line = _line(view, places, current, numbers, codes)
        if with_mentions:
            line["places"] = mentions.get(view.row.id, [])
        yield line


def _line(
    view: ReferenceView,
    places: Places,
    current: dict[int, int],
    numbers: dict[int, int],
    codes: dict[int, str],
) -> dict[str, Any]:
    row = view.row

    def name(target: Target) -> str:
        return file_number(target.id) if target.type == "document" else codes[target.id]

    target = view.target
    is_document = target is not None and target.type == "document"
    path = places.shown(current[target.id])[0] if target and is_document else None
    candidates = sorted(
        view.candidates,
        key=lambda t: byte_order(places.shown(current[t.id])[0]) if t.id in current else b"",
    )
    return {
        "source": file_number(row.document_id),
        "source_path": places.shown(row.version_id)[0],
        "version": numbers[row.version_id],
        "page": row.page,
        "start": row.start,
        "end": row.end,
        "quote": row.quote,
        "where": row.where,
        "mentions": row.mention_count,
        "scheme": row.scheme,
        "identifier": row.text,
        "key": row.key,
        "issuer": row.issuer,
        "relation": row.relation,
        "target_type": target.type if target else None,
        "target": name(target) if target else None,
        "target_path": path,
        "candidates": [name(candidate) for candidate in candidates],
        "status": view.status,
        "suspect": view.is_suspect,
        "origin": row.origin,
        "recorded_at": moment(row.recorded_at),
    }


def _targets(
    session: Session, views: list[ReferenceView], as_of: datetime | None
) -> tuple[dict[int, int], dict[int, int]]:
    """The current version of each document that is reached; the number of each source version."""
    reached = {
        target.id
        for view in views
        for target in (view.target, *view.candidates)
        if target and target.type == "document"
    }
    current: dict[int, int] = {}
    for chunk in chunked(reached):
        statement = select(Document.id, Document.current_version_id)
        for document_id, version_id in session.execute(statement.where(Document.id.in_(chunk))):
            current[document_id] = version_id or 0
        if as_of is not None:
            spans = select(CurrentSpan.document_id, CurrentSpan.version_id)
            of_then = spans.where(CurrentSpan.document_id.in_(chunk), was_current(as_of))
            current.update((row[0], row[1]) for row in session.execute(of_then))
    numbers: dict[int, int] = {}
    for chunk in chunked({view.row.version_id for view in views}):
        rows = session.execute(select(Version.id, Version.number).where(Version.id.in_(chunk)))
        numbers.update({row[0]: row[1] for row in rows})
    return current, numbers


def _codes(session: Session, views: list[ReferenceView]) -> dict[int, str]:
    ids = {
        target.id
        for view in views
        for target in (view.target, *view.candidates)
        if target and target.type != "document"
    }
    codes: dict[int, str] = {}
    for chunk in chunked(ids):
        rows = session.execute(select(Entry.id, Entry.code).where(Entry.id.in_(chunk)))
        codes.update({row[0]: row[1] for row in rows})
    return codes


def _mentions(session: Session, views: list[ReferenceView]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for chunk in chunked({view.row.id for view in views}):
        rows = session.scalars(
            select(Mention).where(Mention.reference_id.in_(chunk)).order_by(Mention.id)
        )
        for row in rows:
            found.setdefault(row.reference_id, []).append(
                {
                    "page": row.page,
                    "start": row.start,
                    "end": row.end,
                    "quote": row.quote,
                    "where": row.where,
                    "more": row.more,
                }
            )
    return found
