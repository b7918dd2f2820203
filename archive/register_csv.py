"""Registers from CSV, workbooks and JSON Lines, and back: all lines or none, bad ones with reasons.

A table has the names of the fields in its first line, in any order, and perhaps `collection` and
`happened_on` (since when the values of that line hold). An empty cell says nothing; a dash takes a
value away. Of one entry there is one line for each day, and one without. What `export_lines`,
`to_csv` and `to_xlsx` write is read back without loss.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import change_states, concern_states
from archive.access import Viewer
from archive.circles import circles
from archive.csv_cells import safe_cell
from archive.errors import CrossfileError, UsageError
from archive.messages import Message
from archive.models import Collection, Entry
from archive.opened_entries import untouched
from archive.register_fields import MISSING, NO_FIELD, Register, RegisterField, checked
from archive.register_files import read_lines
from archive.register_saving import (
    GUARDS,
    NO_KEY,
    EntryChange,
    entry_key,
    keys_in_use,
    record_refused,
    save,
)
from archive.register_values import Change, ValueRow, load_rows, plan, values_on
from archive.registers import fields_told, writable_collection
from archive.schemes import Schemes
from archive.workbooks import to_workbook

IN_CHUNK: Final = 500
NOTHING: Final = "-"  # in a cell: there is no value
COLLECTION: Final = "collection"
DAY: Final = "happened_on"
#: What is wrong with a line that would move an entry: that is recorded.
REFUSALS: Final = change_states.REFUSALS | {concern_states.ONLY_BY_MOVES}
_DAY_FIELD: Final = RegisterField(DAY, "", "day")

Place = tuple[int, str]  # collection, key


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What one line of the file would do, or did."""

    number: int  # 1-based, of the file
    what: str  # new | changed | same | wrong
    text: str  # code and name as read
    detail: str = ""  # a Message where something is wrong


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do. With a wrong line it does nothing."""

    new: int
    changed: int
    same: int
    wrong: int
    lines: tuple[ImportLine, ...]
    is_done: bool

    def shortened(self, most: int) -> ImportResult:
        """With at most so many lines: the wrong ones first, then those that change something."""
        order = ("wrong", "changed", "new", "same")
        lines = sorted(self.lines, key=lambda line: (order.index(line.what), line.number))
        return replace(self, lines=tuple(lines[:most]))


@dataclass(slots=True)
class _Line:
    number: int
    cells: Mapping[str, Any]
    wrong: str = ""
    place: Place | None = None
    changes: list[Change] = field(default_factory=list)

    def says(self, field: str) -> bool:
        return any(change.field == field for change in self.changes)

    def text(self, register: Register) -> str:
        shown = dict.fromkeys((register.code, register.title))
        return " ".join(str(self.cells.get(name) or "") for name in shown).strip()


def import_register(
    session: Session,
    viewer: Viewer,
    register: Register,
    data: bytes,
    at: datetime,
    *,
    schemes: Schemes,
    collection: str = "",
    dry_run: bool = False,
) -> ImportResult:
    """Make and change entries as a file says. `collection` is for lines that name none.

    Raises `UsageError` where the file as a whole can't be read: its first line names fields that
    are not there. What is wrong with single lines is in the result, and then nothing was done.
    """
    lines = _read(register, data)
    _understand(session, viewer, register, lines, schemes, collection)
    stands = _standing(session, register, {line.place for line in lines if line.place})
    begun = set(stands)
    if register.name in GUARDS:
        fresh = untouched(session, [entry.id for entry, _ in stands.values()])
        begun = {place for place, (entry, _) in stands.items() if entry.id not in fresh}
    changes, told, rows = _compare(viewer, register, lines, stands, begun)
    if register.successor:
        told = _without_circles(session, register, lines, told, rows, schemes)
    counts = Counter(line.what for line in told)
    is_done = not dry_run and not counts["wrong"]
    if not dry_run and register.name in GUARDS:
        for line, one in zip(lines, told, strict=True):
            if line.place and isinstance(one.detail, Message) and one.detail.message in REFUSALS:
                known = stands[line.place][0].id if line.place in stands else None
                record_refused(session, viewer, line.place[0], known, at)
    if is_done:
        save(session, viewer, register, changes, at, schemes)
    return ImportResult(
        counts["new"], counts["changed"], counts["same"], counts["wrong"], tuple(told), is_done
    )


def _read(register: Register, data: bytes) -> list[_Line]:
    known = {one.name for one in register.fields} | {COLLECTION, DAY, "history"}
    lines = [_Line(line.number, line.cells, line.wrong) for line in read_lines(data)]
    for line in lines:
        if strange := sorted(line.cells.keys() - known):
            fields = ", ".join([*(one.name for one in register.fields), COLLECTION, DAY])
            raise UsageError(NO_FIELD, register=register.plural, field=strange[0], known=fields)
    return lines


def _understand(
    session: Session,
    viewer: Viewer,
    register: Register,
    lines: Sequence[_Line],
    schemes: Schemes,
    collection: str,
) -> None:
    """Say of each line to which entry it belongs and what it changes, or what is wrong with it."""
    collections: dict[str, int] = {}
    has_days = any(DAY in line.cells for line in lines)
    first: dict[tuple[Place, str | None], int] = {}
    for line in lines:
        if line.wrong:
            continue
        try:
            name = str(line.cells.get(COLLECTION) or "").strip() or collection
            if name not in collections:
                collections[name] = writable_collection(session, viewer, name)
            day = checked(_DAY_FIELD, line.cells.get(DAY))
            line.changes = _changes(register, line.cells, day, is_exact=has_days)
            code = checked(register.field(register.code), line.cells.get(register.code))
            key = entry_key(register, code or "", schemes)
            if not key:
                raise UsageError(NO_KEY, field=register.code)
            other = first.setdefault(((collections[name], key), day), line.number)
            if other != line.number:
                raise UsageError("%(code)s is in line %(line)s already.", code=code, line=other)
            line.place = (collections[name], key)
        except CrossfileError as error:
            line.wrong = Message(error.message, **error.params)


def _changes(
    register: Register, cells: Mapping[str, Any], day: str | None, *, is_exact: bool
) -> list[Change]:
    changes = []
    history = cells.get("history") or []
    told = {dated.get("field") for dated in history}
    for one in register.fields:
        cell = cells.get(one.name)
        if isinstance(cell, bool | int | float | dict):
            cell = str(cell)
        is_gone = isinstance(cell, str) and cell.strip() == NOTHING
        if cell and one.name not in told:
            value = checked(one, None if is_gone else cell)
            dated = None if one.name == register.code else day
            changes.append(Change(one.name, value, dated, is_exact=is_exact))
    for dated in history:
        one = register.field(str(dated.get("field")))
        changes.append(
            Change(
                one.name,
                checked(one, dated.get("value")),
                checked(_DAY_FIELD, dated.get(DAY)),
                is_exact=True,
            )
        )
    return changes


def _standing(
    session: Session, register: Register, places: set[Place]
) -> dict[Place, tuple[Entry, list[ValueRow]]]:
    known = keys_in_use(session, register, {key for _, key in places})
    ids = sorted(number for place, number in known.items() if place in places)
    entries: dict[int, Entry] = {}
    for start in range(0, len(ids), IN_CHUNK):
        chunk = select(Entry).where(Entry.id.in_(ids[start : start + IN_CHUNK]))
        rows = session.scalars(chunk.execution_options(populate_existing=True))
        entries.update({entry.id: entry for entry in rows})
    values = load_rows(session, ids)
    return {
        place: (entries[number], values[number])
        for place, number in known.items()
        if number in entries
    }


def _compare(
    viewer: Viewer,
    register: Register,
    lines: Sequence[_Line],
    stands: Mapping[Place, tuple[Entry, list[ValueRow]]],
    begun: Container[Place],
) -> tuple[list[EntryChange], list[ImportLine], dict[Place, list[ValueRow]]]:
    """The changes by entry, what each line does beside what stands and the lines before it, and
    what stands then.

    `begun`: whose state is moved and no longer written.
    """
    rows = {place: list(found) for place, (_, found) in stands.items()}
    changes: dict[Place, list[Change]] = {}
    needed = [one.name for one in register.fields if one.is_required]
    guard = GUARDS.get(register.name)
    told: list[ImportLine] = []
    for line in lines:
        what, detail = "wrong", line.wrong
        if line.place is not None:
            before = rows.get(line.place, [])
            after = plan(before, line.changes).rows
            missing = [name for name in needed if not any(row.field == name for row in after)]
            moved = guard and guard(viewer, before, after, is_new=line.place not in begun)
            if missing:
                detail = Message(MISSING, field=missing[0])
            elif moved:
                detail = moved
            else:
                is_new = line.place not in rows
                what = "new" if is_new else "same" if after == before else "changed"
                detail = "" if is_new else _difference(before, after)
                rows[line.place] = after
                if what != "same":
                    changes.setdefault(line.place, []).extend(line.changes)
        told.append(ImportLine(line.number, what, line.text(register), detail))
    wanted = [
        EntryChange(stands[place][0] if place in stands else None, place[0], of_one)
        for place, of_one in changes.items()
    ]
    return wanted, told, rows


def _without_circles(
    session: Session,
    register: Register,
    lines: Sequence[_Line],
    told: Sequence[ImportLine],
    rows: Mapping[Place, Sequence[ValueRow]],
    schemes: Schemes,
) -> list[ImportLine]:
    """The same with those lines wrong by which entries take one another's place in a circle."""
    own = register.successor
    named = {
        line.place
        for line, one in zip(lines, told, strict=True)
        if line.place and one.what in ("new", "changed") and line.says(own)
    }
    values = {place: values_on(rows[place]) for place in named}
    wanted = {place: (one[register.code], one.get(own, "")) for place, one in values.items()}
    wrong = circles(session, register, wanted, schemes)
    return [
        replace(one, what="wrong", detail=wrong[line.place])
        if line.place in wrong and line.says(own)
        else one
        for line, one in zip(lines, told, strict=True)
    ]


def _difference(before: Sequence[ValueRow], after: Sequence[ValueRow]) -> str:
    had = {(row.field, row.day): row.value for row in before}
    parts = []
    for row in after:
        old = had.get((row.field, row.day))
        if old != row.value:
            since = f" ({row.day})" if row.day else ""
            parts.append(f"{row.field}{since}: {old or NOTHING} → {row.value or NOTHING}")
    has = {(row.field, row.day) for row in after}
    parts += [
        f"{name}: {old} → {NOTHING}" for (name, day), old in had.items() if (name, day) not in has
    ]
    return "; ".join(parts)


def export_lines(
    session: Session,
    viewer: Viewer,
    register: Register,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> Iterator[dict[str, Any]]:
    """One line an entry, by code: what is said of it (was then; held that day).

    `history` has all values of the fields of which some are dated; with `on` there is none.
    """
    statement = (
        select(Entry.id, Collection.name)
        .join(Collection, Collection.id == Entry.collection_id)
        .where(Entry.register == register.name, Entry.collection_id.in_(viewer.reads))
        .order_by(Entry.key, Collection.name)
    )
    if as_of is not None:
        statement = statement.where(Entry.created_at <= as_of)
    entries = session.execute(statement).all()
    stood = load_rows(session, [row[0] for row in entries], as_of)
    for entry_id, collection in entries:
        rows = stood[entry_id]
        dated = {row.field for row in rows if row.day} if on is None else set()
        yield {
            COLLECTION: collection,
            **fields_told(register, values_on(rows, on.isoformat() if on else None)),
            "history": [
                {"field": row.field, "value": row.value, DAY: row.day}
                for row in rows
                if row.field in dated
            ],
        }


def to_csv(register: Register, lines: Iterable[Mapping[str, Any]]) -> str:
    """Exported lines as CSV: of each entry the line without a day, then one for each day.

    No cell is taken for a formula, see archive.csv_cells.
    """
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(_heads(register))
    writer.writerows(map(safe_cell, row) for row in _rows(register, lines))
    return made.getvalue()


def to_xlsx(register: Register, lines: Iterable[Mapping[str, Any]]) -> bytes:
    """The same rows as a workbook."""
    return to_workbook(register.plural, _heads(register), _rows(register, lines))


def _heads(register: Register) -> list[str]:
    return [COLLECTION, *(one.name for one in register.fields), DAY]


def _rows(register: Register, lines: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    heads = _heads(register)
    for line in lines:
        days: dict[str, dict[str, str]] = {"": {}}
        told = {dated["field"] for dated in line["history"]}
        for one in register.fields:
            value = line[one.name]
            if value and one.name not in told:
                days[""][one.name] = ";".join(value) if isinstance(value, list) else value
        for dated in line["history"]:
            of_day = days.setdefault(dated[DAY] or "", {})
            of_day[dated["field"]] = dated["value"] or NOTHING
        same = {COLLECTION: line[COLLECTION], register.code: line[register.code]}
        for day in sorted(days):
            cells = {**same, **days[day], DAY: day}
            yield [cells.get(name, "") for name in heads]
