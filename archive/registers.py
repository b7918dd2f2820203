"""Registers: products, change requests, milestones, parties. Entries made, changed, read.

What differs between the registers is data: archive/register_fields.py. Every read takes the viewer;
who reads no collection in which a code is registered finds nothing of that code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from archive.access import Right, Viewer
from archive.errors import Conflict, NotFound, UsageError
from archive.listing import MOST, Listing, containing
from archive.merges import merged
from archive.messages import Message
from archive.models import Collection, Entry, EntryValue
from archive.register_fields import REGISTERS, Register, checked, shown
from archive.register_saving import EntryChange, entry_key, save
from archive.register_values import Change, Values, load_rows, values_on
from archive.schemes import Schemes
from archive.then import standing

Written = Mapping[str, "str | list[str] | None"]
DEFAULT_COLLECTION: Final = "general"
CHANGED: Final = Message(
    "%(code)s was changed meanwhile: it is at revision %(revision)s, not %(given)s."
)


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry as it stands, or stood, for a viewer."""

    id: int
    register: Register
    collection: str
    collection_id: int
    code: str
    name: str
    revision: int
    created_at: datetime
    values: Values

    def told(self) -> dict[str, Any]:
        """The entry as the API answers: its fields by name beside what identifies it."""
        return {
            "id": self.id,
            "collection": self.collection,
            "revision": self.revision,
            "created_at": self.created_at,
            **fields_told(self.register, self.values),
        }


def fields_told(register: Register, values: Values) -> dict[str, Any]:
    """All fields of the register, None (or an empty list) where nothing is said."""
    return {field.name: shown(field, values.get(field.name)) for field in register.fields}


def create(
    session: Session,
    viewer: Viewer,
    register: Register,
    written: Written,
    at: datetime,
    *,
    schemes: Schemes,
    collection: str = "",
    happened_on: date | None = None,
) -> EntryView:
    """A new entry. `happened_on`: since when the values hold, where that is known.

    Raises `UsageError` naming a field that is wrong, `Conflict` where its code is registered in the
    collection, `NotFound`, `NotAllowed`.
    """
    collection_id = writable_collection(session, viewer, collection)
    everything = {field.name: written.get(field.name) for field in register.fields}
    undated = {field.name for field in register.fields if field.is_required}
    changes = _changes(register, {**everything, **written}, happened_on, undated)
    said = [change for change in changes if change.value is not None]
    entry_id = save(
        session, viewer, register, [EntryChange(None, collection_id, said)], at, schemes
    )[0]
    return get(session, viewer, register, entry_id, schemes=schemes)


def edit(
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    written: Written,
    at: datetime,
    *,
    schemes: Schemes,
    revision: int,
    happened_on: date | None = None,
) -> EntryView:
    """Change fields of an entry; None takes a value away.

    With `happened_on` the new values hold from that day on, and those before it stay true of the
    time before. Without, what shows is set right. `revision` is that of the entry as the editor saw
    it: raises `Conflict` where it is another by now, `UsageError`, `NotAllowed`.
    """
    viewer.require(Right.FILE, entry.collection_id)
    row = session.get_one(Entry, entry.id, with_for_update=True, populate_existing=True)
    if row.revision != revision:
        raise Conflict(
            CHANGED,
            code=entry.code,
            revision=row.revision,
            given=revision,
        )
    changes = _changes(entry.register, written, happened_on, {entry.register.code})
    save(
        session, viewer, entry.register, [EntryChange(row, row.collection_id, changes)], at, schemes
    )
    return get(session, viewer, entry.register, entry.id, schemes=schemes)


def get(
    session: Session,
    viewer: Viewer,
    register: Register,
    name: str | int,
    *,
    schemes: Schemes,
    collection: str = "",
    as_of: datetime | None = None,
    on: date | None = None,
    as_it_is: bool = False,
) -> EntryView:
    """The entry of that id, or of that code however it is spelled. Raises `NotFound`.

    A text is a code before it is an id. Of several collections' entries the one made first. One
    that was merged into another leads there, unless it is wanted `as_it_is`.
    """
    statement = _seen(viewer, register, collection, as_of)
    found = None
    if isinstance(name, str):
        by_code = Entry.key == entry_key(register, name, schemes)
        found = session.execute(statement.where(by_code).order_by(Entry.id)).first()
    if found is None and len(str(name)) <= 10 and str(name).isdecimal() and int(name) < 2**31:
        found = session.execute(statement.where(Entry.id == int(name))).first()
    if found is None:
        raise NotFound(register.name, name)
    root = found[0].id if as_it_is else merged(session, viewer, as_of).of(found[0].id)
    if root != found[0].id:
        everywhere = _seen(viewer, register, "", as_of)
        found = session.execute(everywhere.where(Entry.id == root)).first() or found
    return _views(session, register, [found], as_of, on)[0]


def list_entries(
    session: Session,
    viewer: Viewer,
    register: Register,
    *,
    query: str = "",
    collection: str = "",
    as_of: datetime | None = None,
    on: date | None = None,
    limit: int = MOST,
    offset: int = 0,
) -> Listing[EntryView]:
    """Entries by code; those in one of whose fields `query` stands, in any case.

    What was merged is in the list once, and found by what is said of any part of it.
    """
    merges = merged(session, viewer, as_of)
    statement = _seen(viewer, register, collection, as_of).where(Entry.id.not_in(merges.into))
    if query:
        saying = select(EntryValue.entry_id).where(
            EntryValue.value.ilike(containing(query), escape="\\"), standing(EntryValue, as_of)
        )
        found = session.scalars(saying.where(EntryValue.entry_id.in_(merges.into)))
        roots = {merges.of(entry_id) for entry_id in found}
        statement = statement.where(or_(Entry.id.in_(saying), Entry.id.in_(roots)))
    total = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    ordered = statement.order_by(Entry.key, Entry.id).limit(limit).offset(offset)
    rows = session.execute(ordered).all()
    return Listing(tuple(_views(session, register, rows, as_of, on)), total)


def views_of(
    session: Session,
    viewer: Viewer,
    register: str,
    ids: Sequence[int],
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[EntryView]:
    """The entries of these ids that the viewer may see, as they are, merged or not."""
    known = REGISTERS[register]
    rows = session.execute(_seen(viewer, known, "", as_of).where(Entry.id.in_(ids))).all()
    return _views(session, known, rows, as_of, on)


def writable_collection(session: Session, viewer: Viewer, name: str = "") -> int:
    """The collection for a new entry: that of the name, else the only one, else `general`.

    Raises `NotFound`, `NotAllowed`, or `UsageError` where none is named and several are possible.
    """
    viewer.require(Right.FILE)
    rows = session.execute(
        select(Collection.name, Collection.id).where(Collection.id.in_(viewer.reads))
    )
    names: dict[str, int] = {row.name: row.id for row in rows}
    mine = [known for known, number in names.items() if number in viewer.writes]
    if not name:
        if len(mine) != 1 and DEFAULT_COLLECTION not in mine:
            raise UsageError("Say in which collection the entry belongs: `collection`.")
        name = mine[0] if len(mine) == 1 else DEFAULT_COLLECTION
    if name not in names:
        raise NotFound("collection", name)
    viewer.require(Right.FILE, names[name])
    return names[name]


def _changes(
    register: Register, written: Written, day: date | None, undated: set[str]
) -> list[Change]:
    iso = None if day is None else day.isoformat()
    return [
        Change(name, checked(register.field(name), value), None if name in undated else iso)
        for name, value in written.items()
    ]


def _seen(
    viewer: Viewer, register: Register, collection: str, as_of: datetime | None
) -> Select[Entry, str]:
    statement = (
        select(Entry, Collection.name)
        .join(Collection, Collection.id == Entry.collection_id)
        .where(Entry.register == register.name, Entry.collection_id.in_(viewer.reads))
        .execution_options(populate_existing=True)  # they are written in bulk, past the session
    )
    if collection:
        statement = statement.where(Collection.name == collection)
    return statement if as_of is None else statement.where(Entry.created_at <= as_of)


def _views(
    session: Session,
    register: Register,
    rows: Sequence[Any],
    as_of: datetime | None,
    on: date | None,
) -> list[EntryView]:
    values: dict[int, Values] = {row[0].id: dict(row[0].fields) for row in rows}
    if as_of is not None or on is not None:
        day = None if on is None else on.isoformat()
        stood = load_rows(session, values, as_of)
        values = {entry_id: values_on(stood[entry_id], day) for entry_id in values}
    views = []
    for entry, collection in rows:
        said = values[entry.id]
        views.append(
            EntryView(
                entry.id,
                register,
                collection,
                entry.collection_id,
                said.get(register.code, entry.code),
                said.get(register.title, entry.name),
                entry.revision,
                entry.created_at,
                said,
            )
        )
    return views
