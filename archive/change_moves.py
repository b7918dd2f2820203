"""Moving a change request: by the table, by whom the rules let authorise it, recorded either way.

What a move writes are values of the entry, from the day on which it happened; approvals are rows
of their own. What is refused is recorded too: see archive.events.record_refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive import events, notices, registers
from archive.access import Right, Viewer
from archive.change_affected import collection_viewer
from archive.change_authority import ChangeRules, keep_approval, retract_approvals
from archive.change_letters import DECISIONS
from archive.change_named import add_named, record_added
from archive.change_states import CHANGES, MOVES, Move, state_in
from archive.change_status import (
    AUTHORISED,
    NO_AUTHORITY,
    UNANSWERED,
    ChangeStatus,
    status_of,
    unready,
    why_not,
)
from archive.errors import Conflict, CrossfileError, NotAllowed, UsageError
from archive.messages import Message
from archive.models import Affected, Entry, Version
from archive.register_fields import LONGEST_TEXT, REGISTERS
from archive.register_saving import EntryChange, save
from archive.register_values import Change, load_rows
from archive.registers import EntryView

NO_MOVE: Final = Message("There is no move %(move)r; there are %(known)s.")
NEEDS_REASON: Final = Message("Say why: %(move)s needs a reason.")
#: Moves that say no, or undo what others did, say why.
WITH_REASON: Final = frozenset({"reject", "defer", "reopen", "withdraw"})
#: Where it goes back to, what was approved counts no more.
UNAPPROVED: Final = frozenset({"under-review", "deferred", "withdrawn"})


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
    named = {row.id: (row.collection_id, entry.values.get("affects", ""))}
    record_added(session, add_named(session, named, at, None), at, events.SYSTEM)
    status = status_of(session, entry, rules=rules)
    if why := why_not(session, viewer, entry, known, status):
        raise _refused(session, viewer, entry, known, status, why, at)
    if revision != entry.revision:
        raise Conflict(registers.CHANGED, code=entry.code, revision=entry.revision, given=revision)
    reason = _checked_reason(known, reason)
    day = _checked_day(session, entry, happened_on, at)
    _carry_out(session, viewer, entry, known, reason, day, at, rules=rules)
    settle(session, [entry.id], at, rules=rules)
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
    if known.target in DECISIONS and state_in(entry.values) != known.target:
        decided = notices.Decided(known.target, day, ", ".join(authorities), reason)
        notices.make(session, viewer, entry, decided, at, mail=rules.mail)


def write_move(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    known: Move,
    said: Mapping[str, str | None],
    day: str,
    at: datetime,
    *,
    rules: ChangeRules,
    **details: Any,
) -> None:
    """Write what a move says, from that day on. `details` say in the event why it was made."""
    row = session.get_one(Entry, entry.id, populate_existing=True)
    changes = [Change(name, value, day) for name, value in said.items()]
    change = EntryChange(row, entry.collection_id, changes)
    save(session, viewer, REGISTERS[CHANGES], [change], at, rules.schemes, is_move=True)
    events.record(
        session, at, "change-moved", actor=viewer.actor, collection_id=entry.collection_id,
        entry_id=entry.id, move=known.name, before=state_in(entry.values), after=known.target,
        **details,
    )  # fmt: skip


def settle(session: Session, entry_ids: Iterable[int], at: datetime, *, rules: ChangeRules) -> None:
    """Incorporate those that are authorised and answered in all that they affect, as the system.

    The reason of the move, and its event, name what answers.
    """
    rows = session.scalars(
        select(Entry)
        .where(Entry.id.in_(sorted(set(entry_ids))), Entry.register == CHANGES)
        .order_by(Entry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        if state_in(row.fields) != "approved":
            continue
        own = collection_viewer(row.collection_id)
        entry = registers.get(session, own, REGISTERS[CHANGES], row.id, schemes=rules.schemes)
        status = status_of(session, entry, rules=rules)
        if status.is_answered and unready(entry, status) is None:
            known = MOVES["incorporate"]
            said = {"state": known.target, "state_reason": _answered(status)}
            day = _checked_day(session, entry, None, at)
            versions = [one.answered_version_id for one in status.affected]
            write_move(
                session, own, entry, known, said, day, at, rules=rules,
                versions=[version for version in versions if version],
            )  # fmt: skip


def _answered(status: ChangeStatus) -> str:
    """By what each affected document is answered, in file numbers and people's words."""
    return "; ".join(
        f"{one.document} v{one.answered_version}"
        if one.answered_version
        else f"{one.document}: {one.reason}"
        for one in status.affected
    )


def settle_versions(
    session: Session, version_ids: Iterable[int], at: datetime, *, rules: ChangeRules
) -> None:
    """The same for the change requests that affect the documents of these versions."""
    read = aliased(Version)
    rows = session.scalars(
        select(Affected.entry_id)
        .join(Version, Version.id == Affected.version_id)
        .join(read, read.document_id == Version.document_id)
        .where(read.id.in_(list(version_ids)), Affected.retracted_at.is_(None))
    )
    if found := set(rows):
        settle(session, found, at, rules=rules)
