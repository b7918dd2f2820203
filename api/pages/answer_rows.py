"""Rows that answer a question as pages show them: what a cell names is a link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages.things import load_things
from archive.access import Viewer
from archive.asking import Column, Row
from archive.change_states import CHANGES
from archive.models import Entry
from archive.records import document_id_of
from archive.references import Target
from web.views.common import Thing
from web.views.questions import Cell


def answer_rows(
    session: Session, viewer: Viewer, columns: Sequence[Column], rows: Iterable[Row]
) -> tuple[tuple[Cell, ...], ...]:
    """The cells of rows with these columns; what they name is linked."""
    rows = list(rows)
    types = [column.type for column in columns]
    named: dict[str, set[str]] = {"document": set(), CHANGES: set()}
    for row in rows:
        for kind, value in zip(types, row, strict=True):
            named.get(_register(kind), set()).update(_parts(kind, value))
    things = _documents(session, viewer, named["document"])
    things |= _changes(session, viewer, named[CHANGES])

    def cell(kind: str, value: str | int | None) -> Cell:
        linked = [things.get((_register(kind), part)) for part in _parts(kind, value)]
        text = "" if value is None else str(value)
        return Cell(text, tuple(one for one in linked if one), kind)

    return tuple(
        tuple(cell(kind, value) for kind, value in zip(types, row, strict=True)) for row in rows
    )


def _register(kind: str) -> str:
    """What a column of that type names: documents, change requests, nothing."""
    return "document" if kind == "documents" else kind


def _parts(kind: str, value: str | int | None) -> list[str]:
    """What a value names: one thing, or several."""
    if value is None:
        return []
    return str(value).split("; ") if kind == "documents" else [str(value)]


def _documents(
    session: Session, viewer: Viewer, numbers: Iterable[str]
) -> dict[tuple[str, str], Thing]:
    targets = {number: Target("document", document_id_of(number)) for number in numbers}
    loaded = load_things(session, viewer, targets.values())
    return {("document", number): loaded[one].thing for number, one in targets.items()}


def _changes(session: Session, viewer: Viewer, codes: set[str]) -> dict[tuple[str, str], Thing]:
    rows = session.execute(
        select(Entry.code, Entry.id)
        .where(
            Entry.register == CHANGES,
            Entry.code.in_(codes),
            Entry.collection_id.in_(viewer.reads),
        )
        .order_by(Entry.id.desc())
    )
    targets = {row.code: Target(CHANGES, row.id) for row in rows}
    loaded = load_things(session, viewer, targets.values())
    plain = {
        code: Thing(CHANGES, code, f"/change-requests/{quote(code, safe='')}") for code in codes
    }
    return {
        (CHANGES, code): loaded[targets[code]].thing if code in targets else plain[code]
        for code in codes
    }
