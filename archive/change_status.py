"""How a change request stands: state, authority, affected documents; who may move it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from archive.access import ROLES, Viewer
from archive.change_affected import AffectedView, affected_of
from archive.change_authority import Authority, ChangeRules, authority_of, may_not, rule_for
from archive.change_states import Move, state_in
from archive.messages import Message
from archive.models import Entry
from archive.registers import EntryView

OTHER_STATE: Final = Message(
    "%(move)s is not possible: %(code)s is %(state)s, and that goes only from %(sources)s."
)
NO_RIGHT: Final = Message("%(move)s is not for the role %(role)s; %(roles)s may move %(code)s so.")
ONLY_READS: Final = Message("You may read this collection and not write in it.")
AUTHORISED: Final = Message("%(code)s is authorised already.")
NO_AUTHORITY: Final = Message("%(code)s is not authorised: %(lack)s")
UNANSWERED: Final = Message(
    "%(documents)s are affected and not answered: each needs a later version that cites %(code)s, "
    "or a person's word."
)


@dataclass(frozen=True, slots=True)
class ChangeStatus:
    """Where a change request stands: for people and for the moves themselves."""

    state: str
    authority: Authority
    affected: tuple[AffectedView, ...]

    @property
    def is_answered(self) -> bool:
        """Is there an answer for each affected document, and is there one?"""
        return bool(self.affected) and all(one.answer for one in self.affected)


def status_of(
    session: Session,
    entry: EntryView,
    *,
    rules: ChangeRules,
    as_of: datetime | None = None,
    on: date | None = None,
) -> ChangeStatus:
    """How a change request stands (stood then), by its values as `entry` has them."""
    row = session.get_one(Entry, entry.id)
    rule = rule_for(session, row, entry.values, rules)
    return ChangeStatus(
        state_in(entry.values),
        authority_of(session, row, entry.values, rule, as_of=as_of, on=on),
        affected_of(session, row, as_of=as_of, on=on),
    )


def why_not(
    session: Session, viewer: Viewer, entry: EntryView, move: Move, status: ChangeStatus
) -> Message | None:
    """Why this viewer may not make this move now; None where they may."""
    if status.state not in move.sources:
        sources = ", ".join(move.sources)
        return Message(
            OTHER_STATE, move=move.name, code=entry.code, state=status.state, sources=sources
        )
    if not viewer.may(move.right):
        roles = ", ".join(role for role, rights in ROLES.items() if move.right in rights)
        return Message(NO_RIGHT, move=move.name, role=viewer.role, roles=roles, code=entry.code)
    if entry.collection_id not in viewer.writes:
        return ONLY_READS
    if move.name == "approve" and status.state == move.target and not status.authority.missing:
        return Message(AUTHORISED, code=entry.code)
    if move.name in ("approve", "reject"):
        row = session.get_one(Entry, entry.id)
        return may_not(session, viewer, row, entry.values, move.name, status.authority)
    if move.name == "incorporate":
        return unready(entry, status)
    return None


def unready(entry: EntryView, status: ChangeStatus) -> Message | None:
    """Why an approved change request is not incorporated yet, as far as its documents say."""
    if status.authority.missing:
        return Message(NO_AUTHORITY, code=entry.code, lack=status.authority.lack)
    if left := [one.document for one in status.affected if not one.answer]:
        return Message(UNANSWERED, code=entry.code, documents=", ".join(left))
    return None
