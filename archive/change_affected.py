"""The documents that a change request affects, at the very version, and what became of each.

A document is answered where a later version of it cites the number of the change request, where a
person ruled that a version carries the change, or waived it with a reason. All affected documents
are in the collection of their change request: who reads the one may read the others. One that was
given to another collection since counts no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.change_states import CHANGES
from archive.keys import meets
from archive.models import (
    Account,
    Affected,
    AffectedAnswer,
    Document,
    Entry,
    Identifier,
    Version,
)
from archive.records import file_number
from archive.references import ReferenceView, Target, outgoing
from archive.then import standing
from archive.versions import ordered


@dataclass(frozen=True, slots=True)
class AffectedView:
    """One affected document, and how it is answered: cited, carried, waived; "" where it is not."""

    id: int
    document: str  # file number
    version: int
    version_id: int
    answer: str
    answered_version: int | None
    answered_version_id: int | None
    reason: str
    who: str
    recorded_at: datetime


def collection_viewer(collection_id: int) -> Viewer:
    """The archive itself, looking at one collection: what it finds is there for all its readers."""
    seen = frozenset({collection_id})
    return Viewer("system", "administrator", seen, seen)


def affected_of(
    session: Session, entry: Entry, *, as_of: datetime | None = None, on: date | None = None
) -> tuple[AffectedView, ...]:
    """The affected documents of a change request, by file number, as they stand (stood then)."""
    rows = session.execute(
        select(Affected, Version.document_id, Version.number)
        .join(Version, Version.id == Affected.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Affected.entry_id == entry.id,
            standing(Affected, as_of),
            _held(Affected, on),
            Document.collection_id == entry.collection_id,
        )
        .order_by(Version.document_id, Affected.id)
    ).all()
    said = _answers(session, [row[0].id for row in rows], as_of, on)
    open_ones = [row for row in rows if row[0].id not in said]
    cited = _citing(session, entry, [(row[0].version_id, row[1]) for row in open_ones], as_of, on)
    views = []
    for row, document_id, number in rows:
        answer, who = said.get(row.id, (None, ""))
        citing = cited.get(row.version_id)
        kind = answer.answer if answer else "cited" if citing else ""
        carrying = _number(session, answer.version_id) if answer else citing
        views.append(
            AffectedView(
                row.id, file_number(document_id), number, row.version_id, kind,
                carrying[1] if carrying else None, carrying[0] if carrying else None,
                answer.reason if answer else "", who or "", row.recorded_at,
            )
        )  # fmt: skip
    return tuple(views)


def _held(model: Any, on: date | None) -> ColumnElement[bool]:
    if on is None:
        return model.id.is_not(None)  # type: ignore[no-any-return]
    return or_(model.happened_on.is_(None), model.happened_on <= on.isoformat())


def _answers(
    session: Session, ids: Sequence[int], as_of: datetime | None, on: date | None
) -> dict[int, tuple[AffectedAnswer, str | None]]:
    rows = session.execute(
        select(AffectedAnswer, Account.name)
        .outerjoin(Account, Account.id == AffectedAnswer.user_id)
        .where(
            AffectedAnswer.affected_id.in_(ids),
            standing(AffectedAnswer, as_of),
            _held(AffectedAnswer, on),
        )
        .order_by(AffectedAnswer.id)
    )
    return {answer.affected_id: (answer, name) for answer, name in rows}


def _number(session: Session, version_id: int | None) -> tuple[int, int] | None:
    number = session.scalar(select(Version.number).where(Version.id == version_id))
    return None if version_id is None or number is None else (version_id, number)


def later_versions(
    session: Session, version_id: int, document_id: int, as_of: datetime | None = None
) -> list[Any]:
    """The versions (id, number, …) of the document that come after this one, in their order."""
    statement = select(
        Version.id, Version.number, Version.revision, Version.date, Version.received_at
    ).where(Version.document_id == document_id)
    if as_of is not None:
        statement = statement.where(Version.received_at <= as_of)
    rows = ordered(session.execute(statement))
    place = next((at for at, row in enumerate(rows) if row.id == version_id), len(rows))
    return rows[place + 1 :]


def _citing(
    session: Session,
    entry: Entry,
    places: Sequence[tuple[int, int]],
    as_of: datetime | None,
    on: date | None,
) -> dict[int, tuple[int, int]]:
    """By affected version: the first later version (id, number) that cites the change request."""
    later = {
        version_id: [
            row
            for row in later_versions(session, version_id, document_id, as_of)
            if on is None or (row.date or row.received_at.date().isoformat()) <= on.isoformat()
        ]
        for version_id, document_id in places
    }
    wanted = sorted({row.id for rows in later.values() for row in rows})
    citing = citing_versions(session, entry, wanted, as_of)
    found = {}
    for version_id, rows in later.items():
        first = next((row for row in rows if row.id in citing), None)
        if first is not None:
            found[version_id] = (first.id, first.number)
    return found


def citing_versions(
    session: Session, entry: Entry, version_ids: Sequence[int], as_of: datetime | None = None
) -> set[int]:
    """Those of these versions that cite (cited then) the number of the change request."""
    if not version_ids:
        return set()
    numbers = session.execute(
        select(Identifier.scheme, Identifier.key, Identifier.groups).where(
            Identifier.entry_id == entry.id, standing(Identifier, as_of)
        )
    ).all()
    viewer = collection_viewer(entry.collection_id)
    views = outgoing(session, viewer, version_ids=version_ids, as_of=as_of)
    return {view.row.version_id for view in views if _speaks_of(view, entry.id, numbers)}


def _speaks_of(view: ReferenceView, entry_id: int, numbers: Sequence[Any]) -> bool:
    """Does the reference reach the entry, or is it by its number? Not where a person said no."""
    row, ruling = view.row, view.ruling
    if view.status == "rejected":
        return False
    if view.target == Target(CHANGES, entry_id):
        return True
    is_turned = ruling is not None and ruling.decision == "redirect"
    return not is_turned and any(
        (row.scheme, row.key) == (scheme, key) and meets(row.groups or "", groups)
        for scheme, key, groups in numbers
    )
