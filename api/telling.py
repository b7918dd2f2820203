"""Answers in the fields of the API, the same for HTTP, command line and pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import DocumentView, told
from archive.exports import tell_references
from archive.opening import facts_of
from archive.records import file_number, moment
from archive.references import ReferenceView, Target, incoming, outgoing
from indexer.search.answers import Results


def tell_results(query: str, results: Results) -> dict[str, Any]:
    """A search's answer."""
    return {
        "total": results.total,
        "total_any": results.total_any,
        "hits": [
            {
                "document": hit.row.document,
                "version": hit.row.version,
                "number": hit.row.number,
                "title": hit.row.title,
                "kind": hit.row.kind,
                "date": hit.row.date,
                "path": hit.row.path,
                "page": hit.page,
                "snippet": hit.snippet,
                "marks": [list(mark) for mark in hit.marks],
                "why": [message.english() for message in hit.why],
                "has_all": hit.has_all,
            }
            for hit in results.hits
        ],
        "facets": {
            name: [{"value": value.value, "count": value.count} for value in values]
            for name, values in results.facets.items()
        },
        "query": [
            {
                "start": piece.start,
                "end": piece.end,
                "text": piece.text,
                "role": piece.role,
                "field": piece.field,
                "value": piece.value,
                "also": list(piece.also),
            }
            for piece in results.pieces
        ],
        "notes": [
            {"start": note.start, "end": note.end, "text": note.message.english()}
            for note in results.notes
        ],
        "suggestions": [
            {"query": s.query, "total": s.total, "text": s.message.english()}
            for s in results.suggestions
        ],
        "opens": results.opens,
        "took_ms": results.took_ms,
    }


def references_of(
    session: Session,
    viewer: Viewer,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> dict[str, Any]:
    """References out of all versions that are current, now or then."""
    views = outgoing(session, viewer, as_of=as_of, on=on)
    return {"out": list(tell_references(session, views, with_mentions=True, as_of=as_of))}


def document_with(
    session: Session, viewer: Viewer, view: DocumentView, *, as_of: datetime | None = None
) -> dict[str, Any]:
    """A document in the fields of the export, and who said its facts, with the evidence."""
    (line,) = told(session, viewer, [view], as_of=as_of)
    facts = facts_of(session, view.version.id, as_of=as_of)
    return {**line, "version": view.version.number, "facts": facts}


def references_with(
    session: Session,
    viewer: Viewer,
    view: DocumentView,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> dict[str, Any]:
    """References out of a version and into its document, with what a ruling on them needs."""
    out = outgoing(session, viewer, version_ids=[view.version.id], as_of=as_of)
    into = incoming(session, viewer, Target("document", view.document.id), as_of=as_of, on=on)
    return {
        "document": file_number(view.document.id),
        "version": view.version.number,
        "out": _ruled(session, out, as_of),
        "in": _ruled(session, into, as_of),
    }


def _ruled(
    session: Session, views: list[ReferenceView], as_of: datetime | None
) -> list[dict[str, Any]]:
    """Each reference with its id and the ruling on it that stands."""
    lines = tell_references(session, views, with_mentions=True, as_of=as_of)
    return [
        {
            "id": view.row.id,
            **line,
            "ruling": view.ruling
            and {
                "decision": view.ruling.decision,
                "reason": view.ruling.reason,
                "recorded_at": moment(view.ruling.recorded_at),
            },
        }
        for view, line in zip(views, lines, strict=True)
    ]
