"""Which number a decision of the history was on, and the reason that was given for it.

Both are told of those alone whose number, and what they lead to, the viewer may see.

Events speak by id; a ruling has the number, and was recorded, or taken back, at the event's moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.models import Document, Entry, Event, Reference, Ruling
from archive.references import sees_dictionary
from archive.ruled import aims_within, is_one_number

#: Scheme and key; without a key the relation.
Named = tuple[str | None, str | None, str]
#: A number as it was read, and its groups.
Written = tuple[str, str | None]

#: Kinds of events → the decision that was recorded then; None: taken back then, whatever it was.
DECISIONS: Final[Mapping[str, str | None]] = {
    "reference-confirm": "confirm",
    "reference-reject": "reject",
    "reference-redirect": "redirect",
    "reference-added": "add",
    "reference-withdraw": None,
    "reference-removed": None,
}


def decided(
    session: Session, viewer: Viewer, found: Sequence[tuple[Event, Mapping[str, Any]]]
) -> dict[int, dict[str, str]]:
    """By the number of each event (given with its details) `identifier` and `ruling_reason`."""
    wanted = [(event, details) for event, details in found if event.kind in DECISIONS]
    if not wanted:
        return {}
    documents = sorted({event.document_id for event, _ in wanted if event.document_id})
    times = sorted({event.at for event, _ in wanted})
    rows = session.execute(
        select(Ruling, aims_within(viewer)).where(
            Ruling.document_id.in_(documents),
            or_(Ruling.recorded_at.in_(times), Ruling.retracted_at.in_(times)),
        )
    ).all()
    rulings = [row[0] for row in rows]
    within = {row[0].id for row in rows if row[1]}
    numbers = _numbers(session, viewer, documents, {one.key for one in rulings if one.key})
    told: dict[int, dict[str, str]] = {}
    for event, details in wanted:
        ours = [one for one in rulings if _is_of(one, event.kind, event.at, details)]
        named = {_written(numbers, one) if one.id in within else None for one in ours}
        reasons = {one.reason for one in ours if DECISIONS[event.kind] and one.reason}
        line: dict[str, str] = {}
        if len(named) == 1:  # several at one moment: which one is not known
            number = named.pop()
            if number is not None:
                line = {"identifier": number, "ruling_reason": " ".join(sorted(reasons))}
        told[event.number] = {name: value for name, value in line.items() if value}
    return told


def _is_of(ruling: Ruling, kind: str, at: datetime, details: Mapping[str, Any]) -> bool:
    if ruling.relation != details.get("relation"):
        return False
    target = ruling.target_document_id or ruling.target_entry_id or 0
    if target != details.get("target", target):
        return False
    decision = DECISIONS[kind]
    if decision is None:
        return ruling.retracted_at == at
    return ruling.decision == decision and ruling.recorded_at == at


def _name_of(ruling: Ruling) -> Named:
    return ruling.scheme, ruling.key, ruling.relation if ruling.key is None else ""


def _written(numbers: Mapping[Named, Sequence[Written]], ruling: Ruling) -> str | None:
    """The number that a ruling is on, as it was last read."""
    found = numbers.get(_name_of(ruling), ())
    ours = [text for text, groups in found if is_one_number(ruling.groups, groups)]
    return ours[-1] if ours else None


def _numbers(
    session: Session, viewer: Viewer, documents: Sequence[int], keys: set[str]
) -> dict[Named, list[Written]]:
    """What of these documents the viewer sees: numbers as they were read, "" where there is none.

    Without a number it is by its relation that a reference is ruled on.
    """
    seen_documents = select(Document.id).where(Document.collection_id.in_(viewer.reads))
    seen_entries = select(Entry.id).where(Entry.collection_id.in_(viewer.reads))
    fixed, entry = Reference.fixed_document_id, Reference.fixed_entry_id
    rows = session.execute(
        select(
            Reference.scheme, Reference.key, Reference.relation, Reference.text, Reference.groups
        )
        .where(
            Reference.document_id.in_(documents),
            or_(Reference.key.in_(sorted(keys)), Reference.key.is_(None)),
            Reference.collection_id.in_(viewer.reads),
            sees_dictionary(viewer),
            or_(fixed.is_(None), fixed.in_(seen_documents)),
            or_(entry.is_(None), entry.in_(seen_entries)),
        )
        .order_by(Reference.id)
    )
    found: dict[Named, list[Written]] = defaultdict(list)
    for scheme, key, relation, text, groups in rows:
        named = (scheme, key, relation if key is None else "")
        found[named].append(((text if key is not None else "") or "", groups))
    return found
