"""Proposals that parties are one: shown to those who see both sides, answered, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from archive import events, merges
from archive.access import Right, Viewer
from archive.errors import Conflict, NotFound
from archive.models import Entry, MergeProposal
from archive.register_fields import REGISTERS
from archive.registers import EntryView, edit, get
from archive.schemes import Schemes

Answer = Literal["same", "other"]
#: What speaks for it, in English; `{sign}` is what both have in common.
SPEAKS: Final = MappingProxyType(
    {
        "same-number": "both have the number {sign}",
        "same-name": "both are registered as {sign}",
        "other-form": "{sign} with and without a company form",
        "one-letter": "one letter apart: {sign}",
        "initials": "{sign} is short for the other",
    }
)


def open_proposals(viewer: Viewer) -> Select[Any, Any]:
    """Those that nobody answered, of which the viewer sees both sides: (MergeProposal, Entry)."""
    other = aliased(Entry)
    return (
        select(MergeProposal, Entry)
        .join(Entry, Entry.id == MergeProposal.entry_id)
        .outerjoin(other, other.id == MergeProposal.other_entry_id)
        .where(
            MergeProposal.decision.is_(None),
            MergeProposal.retracted_at.is_(None),
            MergeProposal.collection_id.in_(viewer.reads),
            Entry.collection_id.in_(viewer.reads),
            or_(
                MergeProposal.other_entry_id.is_(None),
                MergeProposal.entry_id != merges.standing_for(viewer, other.id),
            ),
        )
        .order_by(MergeProposal.recorded_at, MergeProposal.id)
    )


def proposals_of(session: Session, viewer: Viewer, entry_ids: Sequence[int]) -> list[Any]:
    """The open ones with one of these entries on either side."""
    return list(
        session.execute(
            open_proposals(viewer).where(
                or_(
                    MergeProposal.entry_id.in_(entry_ids),
                    MergeProposal.other_entry_id.in_(entry_ids),
                )
            )
        )
    )


def told(row: MergeProposal, entry: Entry) -> dict[str, Any]:
    """A proposal in the fields of the API."""
    return {
        "id": row.id,
        "party": entry.name,
        "party_id": entry.id,
        "other": row.name,
        "other_id": row.other_entry_id,
        "because": [
            {**reason, "text": SPEAKS[reason["id"]].format(**reason["params"])}
            for reason in row.because
        ],
    }


def answer(
    session: Session,
    viewer: Viewer,
    proposal_id: int,
    said: Answer,
    at: datetime,
    *,
    schemes: Schemes,
) -> None:
    """They are the same: merged, or the name is one more of the party's; or they are not, for good.

    Raises `NotFound`, `NotAllowed`, `Conflict`.
    """
    row = _find(session, viewer, proposal_id)
    if row.decision is not None or row.retracted_at is not None:
        raise NotFound("open proposal", proposal_id)
    if said == "same" and row.other_entry_id is not None:
        merges.merge(session, viewer, row.other_entry_id, row.entry_id, at)
    elif said == "same":
        _rename(session, viewer, row, at, schemes, is_called=True)
    row.decision, row.user_id = said, viewer.account_id
    _record(session, viewer, row, f"merge-{said}", at)


def take_back(
    session: Session, viewer: Viewer, proposal_id: int, at: datetime, *, schemes: Schemes
) -> None:
    """The question is open again, and all is as it was before it was answered.

    Raises `NotFound`, `NotAllowed`.
    """
    row = _find(session, viewer, proposal_id)
    if row.decision is None:
        raise NotFound("answered proposal", proposal_id)
    if row.decision == "same" and row.other_entry_id is not None:
        if merges.merged(session, viewer).of(row.other_entry_id) != row.other_entry_id:
            merges.part(session, viewer, row.other_entry_id, at)
    elif row.decision == "same":
        _rename(session, viewer, row, at, schemes, is_called=False)
    row.decision = row.user_id = None
    _record(session, viewer, row, "merge-open", at)


def _find(session: Session, viewer: Viewer, proposal_id: int) -> MergeProposal:
    """One that the viewer sees and may answer. Raises `NotFound`, `NotAllowed`."""
    row = session.get(MergeProposal, proposal_id, with_for_update=True)
    entry = session.get(Entry, row.entry_id) if row else None
    if (
        row is None
        or entry is None
        or not {row.collection_id, entry.collection_id} <= set(viewer.reads)
    ):
        raise NotFound("proposal", proposal_id)
    viewer.require(Right.FILE, entry.collection_id)
    if row.other_entry_id is not None:
        viewer.require(Right.FILE, row.collection_id)
    return row


def _rename(
    session: Session,
    viewer: Viewer,
    row: MergeProposal,
    at: datetime,
    schemes: Schemes,
    *,
    is_called: bool,
) -> EntryView:
    register = REGISTERS["party"]
    entry = get(session, viewer, register, row.entry_id, schemes=schemes)
    if entry.id != row.entry_id:
        raise Conflict("%(name)s was merged with another entry already.", name=entry.name)
    names = [name for name in entry.values.get("other_names", "").split(";") if name]
    plain = row.name.replace(";", " ")
    others = [name for name in names if name != plain]
    written = [*others, plain] if is_called else others
    return edit(
        session, viewer, entry, {"other_names": written}, at, schemes=schemes,
        revision=entry.revision,
    )  # fmt: skip


def _record(session: Session, viewer: Viewer, row: MergeProposal, kind: str, at: datetime) -> None:
    events.record(
        session,
        at,
        kind,
        actor=viewer.actor,
        collection_id=row.collection_id,
        entry_id=row.entry_id,
        proposal=row.id,
    )
