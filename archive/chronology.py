"""The chronology of documents: what happened in order of time, and what is missing in it.

By the dates of the documents, with the days of filing beside them: documents and versions that were
replaced, decisions on the change requests and milestones that they speak of, and gaps: references
that lead nowhere, orders that nothing bills, months without a document.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.bulk import chunked
from archive.models import Version
from archive.package_files import csv_file
from archive.records import file_number
from archive.references import ReferenceView, Target, incoming_of, outgoing
from archive.registers import views_of

#: What a line may be, in the order in which lines of one day stand; and how it is said.
WHATS: Final = {
    "document": "document",
    "replaced": "replaced version",
    "decision": "decision",
    "milestone-reached": "milestone reached",
    "milestone-planned": "milestone planned",
    "waiting": "gap: not in the archive",
    "ambiguous": "gap: more than one possible",
    "not-billed": "gap: no invoice",
    "no-document": "gap: months without a document",
}
FIELDS: Final = ("date", "filed", "what", "document", "kind", "number", "title", "detail")


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Days as `2024-03-05`; `filed` is none where nothing was filed.

    `detail`: of a version its number; of a decision the state; of a reference the relation; of
    months the last of them.
    """

    date: str | None
    filed: str | None
    what: str
    document: str | None = None
    kind: str | None = None
    number: str | None = None
    title: str | None = None
    detail: str = ""

    def told(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


def chronology(
    session: Session, viewer: Viewer, versions: Sequence[Version], *, entry_schemes: Container[str]
) -> list[Line]:
    """All lines of these documents, whose current versions they are, as the viewer sees them.

    Where a number of `entry_schemes` waits no document is missing (archive.builtin_schemes).
    """
    views = outgoing(session, viewer, version_ids=[one.id for one in versions])
    lines = [
        *map(_document, versions),
        *_replaced(session, versions),
        *_decisions(session, viewer, views),
        *_milestones(session, viewer, views),
        *_open_ends(versions, views, entry_schemes),
        *_not_billed(session, viewer, versions),
        *_months(versions),
    ]
    order = {what: place for place, what in enumerate(WHATS)}
    lines.sort(
        key=lambda line: (
            line.date or line.filed or "", order[line.what], line.filed or "",
            line.document or "", line.number or "", line.detail,
        )
    )  # fmt: skip
    return lines


def chronology_csv(lines: Iterable[Line]) -> bytes:
    """The lines as a table, as spreadsheets read it."""
    return csv_file(FIELDS, [[*map(line.told().get, FIELDS)] for line in lines])


def _document(version: Version, what: str = "document", detail: str = "") -> Line:
    return Line(
        version.date, version.received_at.date().isoformat(), what,
        file_number(version.document_id), version.kind, version.own_number,
        version.title or version.file_name, detail,
    )  # fmt: skip


def _replaced(session: Session, versions: Sequence[Version]) -> Iterator[Line]:
    """Those that are not current any more, by their own dates; called as what is now."""
    current = {one.document_id: one for one in versions}
    for chunk in chunked(current):
        rows = session.execute(
            select(
                Version.id, Version.document_id, Version.number, Version.date, Version.received_at
            ).where(Version.document_id.in_(chunk))
        )
        for row in rows:
            now = current[row.document_id]
            if row.id != now.id:
                yield Line(
                    row.date, row.received_at.date().isoformat(), "replaced",
                    file_number(row.document_id), now.kind, now.own_number,
                    now.title or now.file_name, f"{row.number} → {now.number}",
                )  # fmt: skip


def _named(views: Iterable[ReferenceView], register: str) -> list[int]:
    ends = (view.target for view in views if view.status == "resolved")
    return sorted({end.id for end in ends if end is not None and end.type == register})


def _decisions(session: Session, viewer: Viewer, views: Sequence[ReferenceView]) -> Iterator[Line]:
    ids = _named(views, "change-request")
    for entry in views_of(session, viewer, "change-request", ids):
        if day := entry.values.get("decided_on"):
            yield Line(
                day, None, "decision", None, "change-request", entry.code, entry.name,
                entry.values.get("state", ""),
            )  # fmt: skip


def _milestones(session: Session, viewer: Viewer, views: Sequence[ReferenceView]) -> Iterator[Line]:
    for entry in views_of(session, viewer, "milestone", _named(views, "milestone")):
        for field, what in (("actual_on", "reached"), ("planned_on", "planned")):
            if day := entry.values.get(field):
                yield Line(day, None, f"milestone-{what}", None, None, entry.code, entry.name)
                break


def _open_ends(
    versions: Sequence[Version], views: Iterable[ReferenceView], entry_schemes: Container[str]
) -> Iterator[Line]:
    days = {one.document_id: one.date for one in versions}
    seen = set()
    for view in views:
        row = view.row
        if view.status not in ("waiting", "ambiguous") or (
            view.status == "waiting" and row.scheme in entry_schemes
        ):
            continue
        said = (row.document_id, row.scheme, row.key, row.relation)
        if said not in seen:
            seen.add(said)
            yield Line(
                days[row.document_id], None, view.status, file_number(row.document_id), None,
                row.text, None, row.relation,
            )  # fmt: skip


def _not_billed(session: Session, viewer: Viewer, versions: Iterable[Version]) -> Iterator[Line]:
    orders = {one.document_id: one for one in versions if one.kind == "purchase-order"}
    ends = incoming_of(session, viewer, [Target("document", one) for one in orders])
    billed = {view.target.id for view in ends if view.target and view.row.relation == "bills"}
    for document, version in orders.items():
        if document not in billed:
            yield Line(
                version.date, None, "not-billed", file_number(document), version.kind,
                version.own_number, version.title or version.file_name,
            )  # fmt: skip


def _months(versions: Iterable[Version]) -> Iterator[Line]:
    """Each run of months between the first and the last in which there is no document."""
    months = {int(one.date[:4]) * 12 + int(one.date[5:7]) - 1 for one in versions if one.date}
    for before, after in pairwise(sorted(months)):
        if after - before > 1:
            yield Line(f"{_month(before + 1)}-01", None, "no-document", detail=_month(after - 1))


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
