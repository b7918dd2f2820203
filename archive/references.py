"""What references reach, as a viewer sees it.

A reference reaches what fits it and the viewer may see: nothing (*waiting*), one thing
(*resolved*), several (*ambiguous*). So a hidden target is exactly as an absent one. What a person
ruled comes before what fits. Where a document and a register's entry bear the same number, the
document is meant; where one went to another collection that the viewer may see, the one there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.merges import merged
from archive.models import (
    Candidate,
    CurrentSpan,
    Document,
    Entry,
    Reference,
    Ruling,
    Version,
)
from archive.moved_away import has_moved
from archive.ruled import is_beyond_doubt, ruling_on, rulings_of
from archive.then import current_then, holds_on, standing, was_current

IN_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Target:
    """A document (by file number) or a register's entry."""

    type: str  # document, product, change-request, milestone, party
    id: int


#: Fixed and ruled targets that a viewer may see, by (document or entry, id): with current version.
Seen = dict[tuple[str, int | None], tuple[Target, int | None]]


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """One reference with what it reaches for this viewer."""

    row: Reference
    status: str  # resolved, waiting, ambiguous, rejected
    target: Target | None
    candidates: tuple[Target, ...]
    is_suspect: bool = False
    ruling: Ruling | None = None
    ruled_version_id: int | None = None  # the target's current one when it was ruled


def outgoing(
    session: Session,
    viewer: Viewer,
    *,
    version_ids: Sequence[int] | None = None,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[ReferenceView]:
    """References from these versions, as the viewer sees them, in the order they were recorded.

    Else from all that are (were then) current and hold on the day. Versions that the viewer may
    not read give none.
    """
    statement = visible(viewer, as_of)
    if version_ids is None:
        statement = _of_current(statement, as_of, on)
        return seen(session, viewer, _plain(session, statement), as_of)
    rows: list[Reference] = []
    for start in range(0, len(version_ids), IN_CHUNK):
        chunk = version_ids[start : start + IN_CHUNK]
        rows += _plain(session, statement.where(Reference.version_id.in_(chunk)))
    return seen(session, viewer, rows, as_of)


def incoming(
    session: Session,
    viewer: Viewer,
    target: Target,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[ReferenceView]:
    """References of current versions that reach `target`, or have it among their candidates.

    Of those that were current then; `on`: only of those that hold on that day.
    """
    return incoming_of(session, viewer, [target], as_of=as_of, on=on)


def incoming_of(
    session: Session,
    viewer: Viewer,
    targets: Iterable[Target],
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[ReferenceView]:
    """The same for several targets at once, in a fixed number of queries for each 500 of them."""
    wanted = set(targets)
    documents = sorted(t.id for t in wanted if t.type == "document")
    named = [t.id for t in wanted if t.type != "document"]
    entries = sorted(merged(session, viewer, as_of).whole(named)) if named else []
    rows: dict[int, Reference] = {}
    for kind, ids in (("document", documents), ("entry", entries)):
        for start in range(0, len(ids), IN_CHUNK):
            condition = _reaches(kind, ids[start : start + IN_CHUNK])
            statement = _of_current(visible(viewer, as_of).where(condition), as_of, on)
            rows.update((row.id, row) for row in _plain(session, statement))
    views = seen(session, viewer, [rows[key] for key in sorted(rows)], as_of)
    return [
        view
        for view in views
        if view.target in wanted or (view.status == "ambiguous" and wanted & set(view.candidates))
    ]


def _plain(session: Session, statement: Select[Reference]) -> list[Reference]:
    """Rows that are read like references and can't be changed: made in a third of the time."""
    columns = statement.with_only_columns(*Reference.__table__.columns)
    return cast("list[Reference]", session.execute(columns).all())


def _of_current(
    statement: Select[Reference], as_of: datetime | None, on: date | None
) -> Select[Reference]:
    """Only of versions that are (were then) the current ones, and hold on the day."""
    if as_of is None:
        is_current = Document.current_version_id == Reference.version_id
        statement = statement.join(Document, is_current)
    else:
        statement = statement.join(CurrentSpan, CurrentSpan.version_id == Reference.version_id)
        statement = statement.where(was_current(as_of))
    if on is not None:
        statement = statement.join(Version, Version.id == Reference.version_id)
        statement = statement.where(holds_on(on, as_of))
    return statement


def _reaches(kind: str, ids: Sequence[int]) -> ColumnElement[bool]:
    fixed, candidate, ruled = (
        (Reference.fixed_document_id, Candidate.document_id, Ruling.target_document_id)
        if kind == "document"
        else (Reference.fixed_entry_id, Candidate.entry_id, Ruling.target_entry_id)
    )
    by_candidate = select(Candidate.reference_id).where(candidate.in_(ids))
    by_ruling = (
        select(Reference.id)
        .join(
            Ruling,
            and_(
                Ruling.document_id == Reference.document_id,
                Ruling.key == Reference.key,
                Ruling.relation == Reference.relation,
            ),
        )
        .where(ruled.in_(ids))
    )
    return or_(fixed.in_(ids), Reference.id.in_(by_candidate), Reference.id.in_(by_ruling))


def visible(viewer: Viewer, as_of: datetime | None) -> Select[Reference]:
    """References whose source the viewer may read, and whose dictionary entry as well.

    One without a number, made to one target, is there for those who may read that as well.
    """
    seen_entries = select(Entry.id).where(Entry.collection_id.in_(viewer.reads))
    seen_documents = select(Document.id).where(Document.collection_id.in_(viewer.reads))
    return (
        select(Reference)
        .where(
            Reference.collection_id.in_(viewer.reads),
            standing(Reference, as_of),
            sees_dictionary(viewer),
            is_beyond_doubt(viewer, as_of),
            or_(
                Reference.fixed_document_id.is_(None),
                Reference.fixed_document_id.in_(seen_documents),
            ),
            or_(Reference.fixed_entry_id.is_(None), Reference.fixed_entry_id.in_(seen_entries)),
        )
        .order_by(Reference.id)
    )


def sees_dictionary(viewer: Viewer) -> ColumnElement[bool]:
    """Was a reference read without a register, or by an entry that the viewer may read?"""
    seen_entries = select(Entry.id).where(Entry.collection_id.in_(viewer.reads))
    return or_(
        Reference.dictionary_entry_id.is_(None), Reference.dictionary_entry_id.in_(seen_entries)
    )


def seen(
    session: Session, viewer: Viewer, rows: Sequence[Reference], as_of: datetime | None
) -> list[ReferenceView]:
    """What these references reach for the viewer, in their order."""
    asked = [row.id for row in rows if as_of is not None or row.candidate_count]
    candidates = _candidates(session, viewer, asked, as_of)
    rulings = rulings_of(session, viewer, {row.document_id for row in rows}, as_of)
    every = [one for several in rulings.values() for one in several]
    fixed = _seen_targets(session, viewer, rows, every, as_of)
    views = []
    for row in rows:
        ruling = ruling_on(rulings, row)
        views.append(_view(row, candidates.get(row.id, []), ruling, fixed))
    return views


def _view(
    row: Reference,
    candidates: list[Target],
    ruling: Ruling | None,
    seen_targets: Seen,
) -> ReferenceView:
    own = _fixed(row.fixed_document_id, row.fixed_entry_id, seen_targets)
    if row.fixed_document_id is not None or row.fixed_entry_id is not None:
        if ruling and ruling.decision == "reject":
            return ReferenceView(row, "rejected", None, (), False, ruling)
        status = "resolved" if own else "waiting"
        is_suspect = own is not None and _has_changed(own, ruling, seen_targets)
        told = ruling if ruling and ruling.decision != "add" else None
        was = ruling.target_version_id if ruling else None
        return ReferenceView(row, status, own, (), is_suspect, told, was)
    if ruling and ruling.decision == "reject":
        return ReferenceView(row, "rejected", None, (), False, ruling)
    if ruling and (ruling.target_document_id or ruling.target_entry_id):
        chosen = _fixed(ruling.target_document_id, ruling.target_entry_id, seen_targets)
        if chosen:
            is_suspect = _has_changed(chosen, ruling, seen_targets)
            was = ruling.target_version_id
            return ReferenceView(row, "resolved", chosen, (), is_suspect, ruling, was)
    documents = [target for target in candidates if target.type == "document"]
    left = documents or candidates
    if not left:
        return ReferenceView(row, "waiting", None, (), False, ruling)
    if len(left) == 1:
        return ReferenceView(row, "resolved", left[0], (), False, ruling)
    return ReferenceView(row, "ambiguous", None, tuple(left), False, ruling)


def _fixed(document_id: int | None, entry_id: int | None, seen_targets: Seen) -> Target | None:
    place = ("document", document_id) if document_id is not None else ("entry", entry_id)
    found = seen_targets.get(place)
    return found[0] if found else None


def _candidates(
    session: Session, viewer: Viewer, ids: Sequence[int], as_of: datetime | None
) -> dict[int, list[Target]]:
    found: dict[int, list[Target]] = defaultdict(list)
    merges = merged(session, viewer, as_of)
    for start in range(0, len(ids), IN_CHUNK):
        # Collections are compared here: SQLite would begin with all the documents of them.
        rows = session.execute(
            select(
                Candidate.reference_id, Candidate.document_id, Document.collection_id,
                Candidate.entry_id, Entry.register, Entry.collection_id,
            )
            .outerjoin(Document, Document.id == Candidate.document_id)
            .outerjoin(Entry, Entry.id == Candidate.entry_id)
            .where(
                Candidate.reference_id.in_(ids[start : start + IN_CHUNK]),
                standing(Candidate, as_of),
            )
            .order_by(Candidate.document_id.is_(None), Candidate.document_id, Candidate.entry_id)
        )  # fmt: skip
        for reference_id, document_id, home, entry_id, register, entry_home in rows:
            if document_id is not None and home in viewer.reads:
                found[reference_id].append(Target("document", document_id))
            elif entry_id is not None and entry_home in viewer.reads:
                target = Target(register, merges.of(entry_id))
                if target not in found[reference_id]:
                    found[reference_id].append(target)
    _leave_out_moved(session, viewer, found, as_of)
    return found


def _has_changed(target: Target, ruling: Ruling | None, seen_targets: Seen) -> bool:
    """Has the target another current version than it had when it was ruled? Entries have none."""
    if ruling is None or ruling.target_version_id is None or target.type != "document":
        return False
    return seen_targets["document", target.id][1] != ruling.target_version_id


def _leave_out_moved(
    session: Session, viewer: Viewer, found: dict[int, list[Target]], as_of: datetime | None
) -> None:
    """What went to another collection that the viewer may see is no second candidate."""
    several = [key for key, targets in found.items() if len(targets) > 1]
    for start in range(0, len(several), IN_CHUNK):
        moved = select(Candidate.reference_id, Candidate.document_id).where(
            Candidate.reference_id.in_(several[start : start + IN_CHUNK]),
            standing(Candidate, as_of),
            has_moved(viewer, as_of),
        )
        for reference_id, document_id in session.execute(moved):
            target = Target("document", document_id or 0)
            if target in found[reference_id]:
                found[reference_id].remove(target)


def _seen_targets(
    session: Session,
    viewer: Viewer,
    rows: Sequence[Reference],
    rulings: Iterable[Ruling],
    as_of: datetime | None,
) -> Seen:
    """The fixed and ruled targets that the viewer may see, with their current version."""
    rulings = list(rulings)
    documents = {r.fixed_document_id for r in rows} | {r.target_document_id for r in rulings}
    entries = {r.fixed_entry_id for r in rows} | {r.target_entry_id for r in rulings}
    found: Seen = {}
    wanted = sorted(i for i in documents if i is not None)
    for start in range(0, len(wanted), IN_CHUNK):
        chunk = wanted[start : start + IN_CHUNK]
        then = current_then(session, chunk, as_of)
        for document_id, version_id in session.execute(
            select(Document.id, Document.current_version_id).where(
                Document.id.in_(chunk), Document.collection_id.in_(viewer.reads)
            )
        ):
            current = then.get(document_id, version_id)
            found[("document", document_id)] = (Target("document", document_id), current)
    wanted = sorted(i for i in entries if i is not None)
    merges = merged(session, viewer, as_of)
    for start in range(0, len(wanted), IN_CHUNK):
        for entry_id, register in session.execute(
            select(Entry.id, Entry.register).where(
                Entry.id.in_(wanted[start : start + IN_CHUNK]),
                Entry.collection_id.in_(viewer.reads),
            )
        ):
            found[("entry", entry_id)] = (Target(register, merges.of(entry_id)), None)
    return found
