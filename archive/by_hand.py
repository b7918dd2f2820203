"""References that a person made by hand: added, looked at again, taken back.

Each has its ruling, "add", with the version that its target had; "confirm" stands above that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive import events, jobs
from archive.access import Viewer
from archive.carried import carry_along
from archive.errors import NotFound, UsageError
from archive.models import Entry, Reference, Ruling
from archive.references import Target
from archive.rulings import OnReference, rule, seen_target, writable
from archive.vocabulary import RELATIONS
from archive.wanting import is_id


def add_reference(
    session: Session,
    viewer: Viewer,
    document_id: int,
    relation: str,
    target: Target,
    at: datetime,
    *,
    reason: str = "",
) -> int:
    """Link a document by hand; the id of the reference. Doing it again changes nothing."""
    if relation not in RELATIONS:
        raise UsageError(
            "There is no relation %(relation)r; use one of %(known)s.",
            relation=relation,
            known=", ".join(RELATIONS),
        )
    document = writable(session, viewer, document_id)
    if target == Target("document", document_id):
        raise UsageError("A document can't be linked to itself.")
    version_id = seen_target(session, viewer, target)
    is_document = target.type == "document"
    of_document, of_entry = (target.id, None) if is_document else (None, target.id)
    link = select(Reference).where(
        Reference.document_id == document_id,
        Reference.relation == relation,
        Reference.fixed_document_id == of_document,
        Reference.fixed_entry_id == of_entry,
        Reference.retracted_at.is_(None),
    )
    known = session.scalar(link)
    if known is not None:
        return known.id
    session.add(
        Ruling(
            document_id=document_id,
            relation=relation,
            decision="add",
            target_document_id=of_document,
            target_entry_id=of_entry,
            target_version_id=version_id,
            reason=reason,
            user_id=viewer.account_id,
            recorded_at=at,
        )
    )
    session.flush()
    carry_along(session, [document_id], at)
    made = session.execute(link).scalar_one()
    events.record(
        session,
        at,
        "reference-added",
        actor=viewer.actor,
        collection_id=document.collection_id,
        document_id=document_id,
        relation=relation,
        target=target.id,
        target_type=target.type,
    )
    jobs.enqueue(session, jobs.JobKind.INDEX, [made.version_id], at)
    return made.id


def remove_reference(session: Session, viewer: Viewer, reference_id: int, at: datetime) -> None:
    """Take back a reference that was made by hand. Raises `NotFound` where it is none of those."""
    reference = session.get(Reference, reference_id)
    if (
        reference is None
        or reference.origin != "person"
        or reference.retracted_at is not None
        or reference.collection_id not in viewer.reads
    ):
        raise NotFound("reference made by hand", reference_id)
    document = writable(session, viewer, reference.document_id)
    reference.retracted_at = at
    session.execute(
        update(Ruling)
        .where(
            Ruling.document_id == reference.document_id,
            Ruling.key.is_(None),
            Ruling.decision.in_(("add", "confirm")),
            Ruling.relation == reference.relation,
            Ruling.target_document_id == reference.fixed_document_id
            if reference.fixed_document_id is not None
            else Ruling.target_entry_id == reference.fixed_entry_id,
            Ruling.retracted_at.is_(None),
        )
        .values(retracted_at=at)
    )
    events.record(
        session,
        at,
        "reference-removed",
        actor=viewer.actor,
        collection_id=document.collection_id,
        document_id=document.id,
        relation=reference.relation,
        **_named_target(session, reference),
    )
    jobs.enqueue(session, jobs.JobKind.INDEX, [reference.version_id], at)


def is_name(parts: Sequence[str]) -> bool:
    """Is a line's name (archive.open_references.item_of), in its parts, of a reference by hand?"""
    return len(parts) == 4 and parts[1] == "" and is_id(parts[2])


def look_again(
    session: Session,
    viewer: Viewer,
    what: OnReference,
    decision: str,
    at: datetime,
    *,
    target: Target | None,
    reason: str = "",
) -> None:
    """Answer for a reference by hand whose target has changed, or take the answer back.

    "confirm": it still holds; "reject": it is taken back; "withdraw": neither was said. Raises
    `NotFound`, `NotAllowed`, `UsageError`.
    """
    if target is None:
        raise UsageError("Say which target is meant.")
    reference_id = session.scalar(
        select(Reference.id).where(
            Reference.document_id == what.document_id,
            Reference.relation == what.relation,
            Reference.fixed_document_id == target.id,
            Reference.origin == "person",
            Reference.retracted_at.is_(None),
        )
    )
    if reference_id is None and decision == "withdraw":
        add_reference(session, viewer, what.document_id, what.relation, target, at)
    elif reference_id is None:
        raise NotFound("reference made by hand", what.relation)
    elif decision == "reject":
        remove_reference(session, viewer, reference_id, at)
    else:
        rule(session, viewer, what, decision, at, target=target, reason=reason)


def _named_target(session: Session, reference: Reference) -> dict[str, Any]:
    """What a reference made by hand leads to, as events say it."""
    if reference.fixed_document_id is not None:
        return {"target": reference.fixed_document_id, "target_type": "document"}
    entry = session.get_one(Entry, reference.fixed_entry_id)
    return {"target": entry.id, "target_type": entry.register}
