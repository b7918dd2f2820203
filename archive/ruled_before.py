"""What was ruled before: a later ruling takes its place, until that one is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.orm import Session

from archive.models import Ruling
from archive.references import Target
from archive.ruled import is_grouped_alike

if TYPE_CHECKING:
    from archive.rulings import OnReference

_SAID: Final = (
    "decision", "target_document_id", "target_entry_id", "target_version_id", "reason",
)  # fmt: skip


def ruled_before(session: Session, what: OnReference, target: Target | None) -> list[Ruling]:
    """What stands; without a number what is on this target, or on all. What was added stays."""
    is_meant: ColumnElement[bool] = true()
    if what.key is None and target is not None:
        column = Ruling.target_document_id if target.type == "document" else Ruling.target_entry_id
        is_of_all = and_(Ruling.target_document_id.is_(None), Ruling.target_entry_id.is_(None))
        is_meant = or_(column == target.id, is_of_all)
    statement = select(Ruling).where(
        Ruling.document_id == what.document_id,
        Ruling.scheme == what.scheme,
        Ruling.key == what.key,
        Ruling.relation == what.relation,
        is_grouped_alike(what.groups, Ruling.groups),
        Ruling.decision != "add",
        is_meant,
        Ruling.retracted_at.is_(None),
    )
    return list(session.scalars(statement.order_by(Ruling.id)))


def says_the_same(one: Ruling, other: Ruling) -> bool:
    """Do two rulings decide the same, of the same version, for the same reason?"""
    return all(getattr(one, name) == getattr(other, name) for name in _SAID)


def hold_again(session: Session, withdrawn: Sequence[Ruling]) -> None:
    """What the rulings took the place of holds again, as old as it was."""
    for ruling in withdrawn:
        session.execute(
            update(Ruling)
            .where(
                Ruling.document_id == ruling.document_id,
                Ruling.scheme == ruling.scheme,
                Ruling.key == ruling.key,
                Ruling.relation == ruling.relation,
                is_grouped_alike(ruling.groups, Ruling.groups),
                Ruling.decision != "add",
                Ruling.id < ruling.id,
                Ruling.retracted_at == ruling.recorded_at,
            )
            .values(retracted_at=None)
        )
