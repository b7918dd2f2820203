"""What is inside a version is attached to the document of that version, wherever it moves."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive import jobs
from archive.counters import Block
from archive.models import Document, Reference, Sighting, Version

ATTACHED: Final = "attached-to"
INTAKE: Final = "intake"  # the rule of what is said by where a version lies


def follow(session: Session, parent_version_id: int, at: datetime) -> None:
    """Attach what is inside a version that has moved to each document in which it is now, once."""
    inside = Sighting.parent_version_id == parent_version_id
    children = sorted(set(session.scalars(select(Sighting.version_id).where(inside))))
    numbers = Block(session, "reference")
    for version_id in children:
        _attach(session, version_id, numbers, at)
    numbers.give_back()
    jobs.enqueue(session, jobs.JobKind.INDEX, children, at)


def _attach(session: Session, version_id: int, numbers: Block, at: datetime) -> None:
    parents = (
        select(Version.document_id)
        .join(Sighting, Sighting.parent_version_id == Version.id)
        .where(Sighting.version_id == version_id, Sighting.until.is_(None))
    )
    wanted = set(session.scalars(parents))
    surplus = []
    for row in session.scalars(_standing(version_id)):
        if row.fixed_document_id in wanted:
            wanted.remove(row.fixed_document_id)
        else:
            surplus.append(row)
    for document_id in sorted(wanted):
        if surplus:
            surplus.pop().fixed_document_id = document_id
        else:
            session.add(_reference(session, version_id, document_id, numbers.take(), at))
    for row in surplus:
        row.retracted_at = at
    session.flush()


def is_attached(session: Session, version_id: int, document_id: int) -> bool:
    """Is it said of a version that it is attached to this document?"""
    here = _standing(version_id).where(Reference.fixed_document_id == document_id)
    return session.scalars(here).first() is not None


def _standing(version_id: int) -> Select[Reference]:
    return (
        select(Reference)
        .where(
            Reference.version_id == version_id,
            Reference.relation == ATTACHED,
            Reference.rule == INTAKE,
            Reference.retracted_at.is_(None),
        )
        .order_by(Reference.id)
    )


def _reference(
    session: Session, version_id: int, document_id: int, number: int, at: datetime
) -> Reference:
    child = session.get_one(Document, session.get_one(Version, version_id).document_id)
    return Reference(
        id=number,
        collection_id=child.collection_id,
        document_id=child.id,
        version_id=version_id,
        relation=ATTACHED,
        origin="data",
        rule=INTAKE,
        fixed_document_id=document_id,
        recorded_at=at,
    )
