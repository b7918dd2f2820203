"""What is due, with what its documents say: for routes, pages and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from archive import retention
from archive.access import Right, Viewer
from archive.config import Config
from archive.documents import load_views
from archive.listing import MOST, Listing
from archive.records import file_number


@dataclass(frozen=True, slots=True)
class DueLine:
    """A document that is due, as it is told."""

    document: str
    collection: str
    kind: str
    number: str
    title: str
    date: str
    retention_class: str
    authority: str
    then: str
    counted_from: str
    due_on: str
    goes_with: tuple[str, ...]


def due_lines(
    session: Session, viewer: Viewer, config: Config, today: date, *, limit: int = MOST,
    offset: int = 0,
) -> Listing[DueLine]:  # fmt: skip
    """What is due on the day by the classes of the configuration. Raises `NotAllowed`."""
    viewer.require(Right.DISPOSE)
    found = retention.due(session, viewer, config.retention, today, limit=limit, offset=offset)
    ids = sorted(one.document_id for one in found.items)
    views = {view.document.id: view for view in load_views(session, viewer, ids=ids)}
    lines = []
    for one in found.items:
        view, rule = views[one.document_id], one.retention_class
        version = view.version
        lines.append(
            DueLine(
                file_number(one.document_id), view.collection, version.kind or "other",
                version.own_number or "", version.title or version.file_name, version.date or "",
                rule.name, rule.authority, rule.then, one.counted_from, one.due_on,
                tuple(file_number(inside) for inside in one.goes_with),
            )
        )  # fmt: skip
    return Listing(tuple(lines), found.total)
