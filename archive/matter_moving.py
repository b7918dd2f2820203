"""What matters and holds say of a document goes along where its version moves to another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.matter_sayings import MARKS
from archive.models import HeldDocument, MatterEntry, MatterSaying


def carry(session: Session, source: int, target: int, at: datetime, *, is_gone: bool) -> None:
    """Hold the target as well, and mark it; where the source `is_gone`, all of matters goes along.

    Nothing is taken back: what stands of the source stays with its number, what stands of the
    target stays. Of two notes both stand in one. Doing it again changes nothing.
    """
    _hold(session, source, target)
    sayings = session.scalars(
        select(MatterSaying)
        .where(MatterSaying.document_id == source, MatterSaying.retracted_at.is_(None))
        .order_by(MatterSaying.id)
    ).all()
    carried = [one for one in sayings if is_gone or one.what in MARKS]
    entries = session.scalars(select(MatterEntry).where(MatterEntry.document_id == source)).all()
    marked = {one.matter_id for one in carried}
    _enter(session, [one for one in entries if is_gone or one.matter_id in marked], target)
    for saying in carried:
        _say(session, saying, target, at)
    session.flush()


def _hold(session: Session, source: int, target: int) -> None:
    for row in session.scalars(select(HeldDocument).where(HeldDocument.document_id == source)):
        known = session.get(HeldDocument, (row.hold_id, target))
        if known is None:
            session.add(
                HeldDocument(
                    hold_id=row.hold_id, document_id=target, since=row.since, seen=row.seen
                )
            )
        else:
            known.seen = max(known.seen, row.seen)


def _enter(session: Session, entries: list[MatterEntry], target: int) -> None:
    for row in entries:
        known = session.scalar(
            select(MatterEntry).where(
                MatterEntry.matter_id == row.matter_id, MatterEntry.document_id == target
            )
        )
        if known is None:
            session.add(
                MatterEntry(
                    matter_id=row.matter_id, document_id=target, first=row.first, last=row.last,
                    depth=row.depth, because=row.because,
                )
            )  # fmt: skip
        else:
            known.first, known.last = min(known.first, row.first), max(known.last, row.last)
            known.depth = min(known.depth, row.depth)
            more = [step for step in row.because if step not in known.because]
            known.because = [*known.because, *more]


def _say(session: Session, saying: MatterSaying, target: int, at: datetime) -> None:
    known = session.scalar(
        select(MatterSaying).where(
            MatterSaying.matter_id == saying.matter_id, MatterSaying.document_id == target,
            MatterSaying.what == saying.what, MatterSaying.retracted_at.is_(None),
        )
    )  # fmt: skip
    value = saying.value
    if known is not None:
        if saying.what != "note" or value in known.value:
            return
        value = f"{known.value}\n{value}"
        known.retracted_at = at
    session.add(
        MatterSaying(
            matter_id=saying.matter_id, document_id=target, what=saying.what, value=value,
            reason=saying.reason, user_id=saying.user_id, recorded_at=at,
        )
    )  # fmt: skip
    session.flush()
