"""Writing entries, one or two hundred thousand: values, what they bear, events, in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, cast

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from archive import change_states, concern_states, events
from archive.access import Right, Viewer
from archive.change_authority import retract_approvals
from archive.change_named import add_named, keep_named, record_added
from archive.change_states import CHANGES, state_in
from archive.circles import circles
from archive.counters import ENTRIES
from archive.db import serialise
from archive.errors import Conflict, NotAllowed, UsageError
from archive.folder_rules import settle_registered
from archive.keys import groups_of, key_of_groups
from archive.messages import Message
from archive.models import Counter, Entry
from archive.naming import keep_borne
from archive.opened_entries import untouched
from archive.register_fields import Register
from archive.register_values import (
    Change,
    Plan,
    ValueRow,
    Values,
    load_rows,
    plan,
    values_on,
    write,
)
from archive.schemes import Schemes
from archive.table_lines import raise_sequence

IN_CHUNK: Final = 500
LOCK: Final = "registers"
#: Registers whose entries are moved: why values may not be written past their moves.
GUARDS: Final = MappingProxyType(
    {
        CHANGES: change_states.wrongly_written,
        concern_states.CONCERNS: concern_states.wrongly_written,
    }
)
NO_KEY: Final = Message("%(field)s needs a letter or a digit in it.")


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry to be changed, or made where `entry` is None. The changes are checked already."""

    entry: Entry | None
    collection_id: int
    changes: Sequence[Change]


def entry_key(register: Register, code: str, schemes: Schemes) -> str:
    """The key of an entry: of its code, or of its name where the register has no codes."""
    if register.code == register.title:
        return key_of_groups(groups_of(code))
    return schemes.key_of(register.scheme, code)[0]


def save(
    session: Session,
    viewer: Viewer,
    register: Register,
    wanted: Sequence[EntryChange],
    at: datetime,
    schemes: Schemes,
    *,
    is_move: bool = False,
) -> list[int]:
    """Carry out all of it; the ids of the entries, in the order given.

    `is_move`: whoever moves it has looked at what this does to the state of the entry.
    Raises `Conflict` where a code is registered already, `UsageError`, `NotAllowed`.
    """
    for collection_id in {one.collection_id for one in wanted}:
        viewer.require(Right.FILE, collection_id)
    serialise(session, LOCK)
    stands = load_rows(session, [one.entry.id for one in wanted if one.entry])
    plans = [plan(stands[one.entry.id] if one.entry else (), one.changes) for one in wanted]
    if register.name in GUARDS and not is_move:
        _guard_states(session, viewer, register, wanted, plans, stands, at)
    values = [values_on(one.rows) for one in plans]
    keys = [_key(register, said, schemes) for said in values]
    _refuse_doubles(session, register, wanted, keys)
    _refuse_circles(session, register, wanted, values, keys, schemes)
    is_new = [one.entry is None for one in wanted]
    ids = _insert(session, register, wanted, values, keys, at)
    changed = [index for index, one in enumerate(plans) if is_new[index] or not one.is_nothing]
    write(session, {ids[i]: plans[i] for i in changed}, at, user_id=viewer.account_id)
    _update(session, register, [(wanted[i], values[i], keys[i]) for i in changed if not is_new[i]])
    borne = {ids[i]: (wanted[i].collection_id, values[i]) for i in changed}
    keep_borne(session, register, borne, schemes, at)
    added = []
    if register.name == CHANGES:
        named = {i: (place, said.get("affects", "")) for i, (place, said) in borne.items()}
        keep_named(session, named)
        added = add_named(session, named, at, viewer.account_id)
    settle_registered(session, {collection_id for collection_id, _ in borne.values()}, at)
    for i in changed:
        _record(session, viewer, register, wanted[i], ids[i], plans[i], at)
    record_added(session, added, at, viewer.actor)
    return ids


def _guard_states(
    session: Session,
    viewer: Viewer,
    register: Register,
    wanted: Sequence[EntryChange],
    plans: Sequence[Plan],
    stands: Mapping[int, Sequence[ValueRow]],
    at: datetime,
) -> None:
    """Refuse states that are written past the moves, and record that.

    An entry that a document opened and nobody has touched begins with the first who writes it.
    Where an administrator sets one right, what was approved before counts no more.
    """
    as_new = {None, *untouched(session, [one.entry.id for one in wanted if one.entry])}
    for one, done in zip(wanted, plans, strict=True):
        entry_id = one.entry.id if one.entry else None
        before = stands[entry_id] if entry_id else ()
        wrong = GUARDS[register.name](viewer, before, done.rows, is_new=entry_id in as_new)
        if wrong:
            record_refused(session, viewer, one.collection_id, entry_id, at)
            raise NotAllowed(wrong.message, **wrong.params)
    rewritten = [
        one.entry.id
        for one, done in zip(wanted, plans, strict=True)
        if one.entry and state_in(values_on(done.rows)) != state_in(values_on(stands[one.entry.id]))
    ]
    if rewritten:
        retract_approvals(session, rewritten, at)


def record_refused(
    session: Session, viewer: Viewer, collection_id: int, entry_id: int | None, at: datetime
) -> None:
    """Record that a state was to be written past the moves."""
    events.record_refusal(
        session, at, "move-refused", actor=viewer.actor, collection_id=collection_id,
        entry_id=entry_id, move="",
    )  # fmt: skip


def _key(register: Register, values: Values, schemes: Schemes) -> str:
    key = entry_key(register, values[register.code], schemes)
    if not key:
        raise UsageError(NO_KEY, field=register.code)
    return key


def _refuse_doubles(
    session: Session, register: Register, wanted: Sequence[EntryChange], keys: Sequence[str]
) -> None:
    known = keys_in_use(session, register, set(keys))
    for one, key in zip(wanted, keys, strict=True):
        place = (one.collection_id, key)
        own = one.entry.id if one.entry else 0  # no entry has that id
        if known.get(place, own) != own or (not own and place in known):
            code = next(c.value for c in one.changes if c.field == register.code)
            raise Conflict("%(code)s is in this collection already.", code=code)
        known[place] = own


def _refuse_circles(
    session: Session,
    register: Register,
    wanted: Sequence[EntryChange],
    values: Sequence[Values],
    keys: Sequence[str],
    schemes: Schemes,
) -> None:
    """Refuse successors that lead back, of those entries that are given one."""
    successors = {
        (one.collection_id, key): (said[register.code], said.get(register.successor, ""))
        for one, said, key in zip(wanted, values, keys, strict=True)
        if any(change.field == register.successor for change in one.changes)
    }
    for why in circles(session, register, successors, schemes).values():
        raise UsageError(why.message, **why.params)


def keys_in_use(session: Session, register: Register, keys: set[str]) -> dict[tuple[int, str], int]:
    """Which entries have these keys, by collection and key."""
    found: dict[tuple[int, str], int] = {}
    every = sorted(keys)
    for start in range(0, len(every), IN_CHUNK):
        rows = session.execute(
            select(Entry.collection_id, Entry.key, Entry.id).where(
                Entry.register == register.name, Entry.key.in_(every[start : start + IN_CHUNK])
            )
        )
        found.update({(collection_id, key): number for collection_id, key, number in rows})
    return found


def _columns(register: Register, values: Values, key: str) -> dict[str, Any]:
    return {
        "code": values[register.code],
        "key": key,
        "name": values[register.title],
        "fields": values,
    }


def _insert(
    session: Session,
    register: Register,
    wanted: Sequence[EntryChange],
    values: Sequence[Values],
    keys: Sequence[str],
    at: datetime,
) -> list[int]:
    rows = [
        {
            "register": register.name,
            "collection_id": one.collection_id,
            "created_at": at,
            "revision": 1,
            **_columns(register, said, key),
        }
        for one, said, key in zip(wanted, values, keys, strict=True)
        if one.entry is None
    ]
    made: list[int] = []
    if rows:
        last = session.scalar(select(func.max(Entry.id))) or 0
        before = session.scalar(select(Counter.value).where(Counter.name == ENTRIES)) or 0
        if last < before:  # see archive.sealed_events
            rows = [{"id": number, **row} for number, row in enumerate(rows, before + 1)]
        statement = insert(Entry).returning(Entry.id, sort_by_parameter_order=True)
        made = list(session.scalars(statement, rows))
        if last < before:
            raise_sequence(session.connection(), cast(Table, Entry.__table__))
    fresh = iter(made)
    return [one.entry.id if one.entry else next(fresh) for one in wanted]


def _update(
    session: Session, register: Register, changed: Sequence[tuple[EntryChange, Values, str]]
) -> None:
    rows = [
        {
            "id": one.entry.id,
            "revision": one.entry.revision + 1,
            **_columns(register, values, key),
        }
        for one, values, key in changed
        if one.entry
    ]
    if rows:
        session.execute(update(Entry), rows)


def _record(
    session: Session,
    viewer: Viewer,
    register: Register,
    one: EntryChange,
    entry_id: int,
    done: Plan,
    at: datetime,
) -> None:
    events.record(
        session,
        at,
        "entry-made" if one.entry is None else "entry-changed",
        actor=viewer.actor,
        collection_id=one.collection_id,
        entry_id=entry_id,
        register=register.name,
        fields=sorted({change.field for change in one.changes}),
        values=len(done.fresh),
    )
