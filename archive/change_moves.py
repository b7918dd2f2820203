"""Moving a change request: by the table, by whom the rules let authorise it, recorded either way.

What a move writes are values of the entry, from the day on which it happened; approvals are rows
of their own. What is refused is recorded too: see archive.events.record_refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from archive import events, registers
from archive.access import ROLES, Right, Viewer
from archive.change_affected import AffectedView, affected_of, collection_viewer
from archive.change_authority import (
    Authority,
    ChangeRules,
    authority_of,
    keep_approval,
    may_not,
    retract_approvals,
    rule_for,
)
from archive.change_named import add_named
from archive.change_states import CHANGES, MOVES, Move, moves_from, state_in
from archive.errors import Conflict, CrossfileError, NotAllowed, UsageError
from archive.messages import Message
from archive.models import Entry
from archive.register_fields import LONGEST_TEXT, REGISTERS
from archive.register_saving import EntryChange, save
from archive.register_values import Change, load_rows
from archive.registers import EntryView

NO_MOVE: Final = Message("There is no move %(move)r; there are %(known)s.")
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
NEEDS_REASON: Final = Message("Say why: %(move)s needs a reason.")
#: Moves that say no, or undo what others did, say why.
WITH_REASON: Final = frozenset({"reject", "defer", "reopen", "withdraw"})
#: Where it goes back to, what was approved counts no more.
UNAPPROVED: Final = frozenset({"under-review", "deferred", "withdrawn"})


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


def possible_moves(
    session: Session, viewer: Viewer, entry: EntryView, status: ChangeStatus
) -> tuple[Move, ...]:
    """The moves that this viewer may make now."""
    return tuple(
        move
        for move in moves_from(status.state)
        if why_not(session, viewer, entry, move, status) is None
    )


def move(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    name: str,
    at: datetime,
    *,
    reason: str,
    rules: ChangeRules,
    revision: int,
    happened_on: date | None = None,
) -> EntryView:
    """Move a change request, or approve it as one of several who have to.

    Raises `Conflict` where its state or `revision` is another, `NotAllowed` where it is not for
    this viewer (both are recorded), `UsageError`. The transaction is not to be committed then.
    """
    known = MOVES.get(name)
    if known is None:
        raise UsageError(NO_MOVE, move=name, known=", ".join(MOVES))
    row = session.get_one(Entry, entry.id, with_for_update=True, populate_existing=True)
    own = collection_viewer(row.collection_id)
    entry = registers.get(session, own, REGISTERS[CHANGES], entry.id, schemes=rules.schemes)
    add_named(session, {row.id: (row.collection_id, entry.values.get("affects", ""))}, at, None)
    status = status_of(session, entry, rules=rules)
    if why := why_not(session, viewer, entry, known, status):
        raise _refused(session, viewer, entry, known, status, why, at)
    if revision != entry.revision:
        raise Conflict(registers.CHANGED, code=entry.code, revision=entry.revision, given=revision)
    reason = _checked_reason(known, reason)
    day = _checked_day(session, entry, happened_on, at)
    _carry_out(session, viewer, entry, known, reason, day, at, rules=rules)
    return registers.get(session, viewer, REGISTERS[CHANGES], entry.id, schemes=rules.schemes)


def _refused(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    known: Move,
    status: ChangeStatus,
    why: Message,
    at: datetime,
) -> CrossfileError:
    events.record_refusal(
        session, at, "move-refused", actor=viewer.actor, collection_id=entry.collection_id,
        entry_id=entry.id, move=known.name, state=status.state, role=viewer.role,
    )  # fmt: skip
    is_state = status.state not in known.sources or why.message in (
        AUTHORISED, NO_AUTHORITY, UNANSWERED,
    )  # fmt: skip
    return (Conflict if is_state else NotAllowed)(why.message, **why.params)


def _checked_reason(known: Move, reason: str) -> str:
    reason = reason.strip().replace("\r\n", "\n")
    if not reason and known.name in WITH_REASON:
        raise UsageError(NEEDS_REASON, move=known.name)
    if len(reason) > LONGEST_TEXT or "\x00" in reason:
        raise UsageError("A reason is a text of at most %(most)s characters.", most=LONGEST_TEXT)
    return reason


def _checked_day(session: Session, entry: EntryView, happened_on: date | None, at: datetime) -> str:
    """The day on which it happened: today, or before; never before the move that went before."""
    day = (happened_on or at.date()).isoformat()
    rows = load_rows(session, [entry.id])[entry.id]
    last = max((row.day or "" for row in rows if row.field == "state"), default="")
    if happened_on is not None and (day < last or happened_on > at.date()):
        raise UsageError(
            "A move can't have happened on %(day)s: the one before it was on %(last)s, and "
            "today is %(today)s.",
            day=day, last=last or "–", today=at.date(),
        )  # fmt: skip
    return max(day, last)


def _carry_out(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    known: Move,
    reason: str,
    day: str,
    at: datetime,
    *,
    rules: ChangeRules,
) -> None:
    if known.name in ("approve", "reject"):
        keep_approval(session, viewer, entry.id, known.name, reason, day, at)
        events.record(
            session, at, "change-decided", actor=viewer.actor, collection_id=entry.collection_id,
            entry_id=entry.id, decision=known.name,
        )  # fmt: skip
    authorities = [viewer.name or viewer.actor]
    if known.name == "approve":
        authority = status_of(session, entry, rules=rules).authority
        authorities = [one.who for one in authority.approved_by]
        if authority.missing:
            return
    if known.target in UNAPPROVED:
        retract_approvals(session, [entry.id], at)
    said: dict[str, str | None] = {"state": known.target, "state_reason": reason or None}
    if known.name == "reopen":
        said |= {"decision": None, "authority": None, "decided_on": None}
    elif known.right is Right.DECIDE:
        said |= {"decision": reason or None, "authority": ", ".join(authorities), "decided_on": day}
    write_move(session, viewer, entry, known, said, day, at, rules=rules)


def write_move(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    known: Move,
    said: dict[str, str | None],
    day: str,
    at: datetime,
    *,
    rules: ChangeRules,
    **details: Any,
) -> None:
    """Write what a move says, from that day on. `details` say in the event why it was made."""
    row = session.get_one(Entry, entry.id)
    changes = [Change(name, value, day) for name, value in said.items()]
    change = EntryChange(row, entry.collection_id, changes)
    save(session, viewer, REGISTERS[CHANGES], [change], at, rules.schemes, is_move=True)
    events.record(
        session, at, "change-moved", actor=viewer.actor, collection_id=entry.collection_id,
        entry_id=entry.id, move=known.name, before=state_in(entry.values), after=known.target,
        **details,
    )  # fmt: skip
