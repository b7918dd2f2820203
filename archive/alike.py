"""Lines of the attention list that put the same question: one answer does for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.orm import Session

from archive import misread, open_references, wanting
from archive.access import Right, Viewer
from archive.models import Document, Reference, Trouble, Version
from archive.references import seen
from archive.wanting import Asked, is_id

MOST_ALIKE: Final = 200

_OF_NUMBERS: Final[Mapping[str, Callable[[Asked], Select[Any]]]] = {
    wanting.AMBIGUOUS: open_references.ambiguous,
    wanting.MAY_BE: misread.proposed,
    wanting.SUSPECT: open_references.suspects,
}


def alike(session: Session, viewer: Viewer, item: str, at: datetime) -> list[str]:
    """The names of the lines with the question of `item`, it among them, oldest first.

    Alike are files that can't be read for the same reason, paths that can't be taken for the same
    reason, and one number with the same candidates (or the one that bears it, if a scan misread it)
    in several documents. Only lines that the
    viewer may answer are; a line of another kind is alone.
    """
    kind, _, name = item.partition(":")
    asked = Asked(viewer, at.date())
    found: list[str] = []
    if kind == wanting.UNREADABLE:
        found = _unreadable(session, asked, name)
    elif kind == wanting.TROUBLE:
        found = _troubles(session, asked, name)
    elif kind in _OF_NUMBERS:
        found = _references(session, asked, kind, item)
    return found if item in found else [item]


def one_of_several(session: Session, viewer: Viewer, reason: str, at: datetime) -> str | None:
    """The oldest line of an unreadable file with a reason, where the viewer may answer several."""
    if not viewer.may(Right.FILE):
        return None
    statement = _answerable(Asked(viewer, at.date()), reason)
    rows = session.scalars(statement.limit(2)).all()
    return _name(rows[0]) if len(rows) > 1 else None


def _answerable(asked: Asked, reason: str | None) -> Select[Any]:
    ours = Document.collection_id.in_(asked.viewer.writes)
    return wanting.unreadable(asked, reason).where(ours)


def _name(row: Version) -> str:
    return f"{wanting.UNREADABLE}:{row.document_id}/{row.number}"


def _unreadable(session: Session, asked: Asked, name: str) -> list[str]:
    document, _, number = name.partition("/")
    if not (is_id(document) and is_id(number)):
        return []
    statement = wanting.unreadable(asked)
    this = statement.where(Version.document_id == int(document), Version.number == int(number))
    one = session.scalars(this).first()
    if one is None:
        return []
    rows = session.scalars(_answerable(asked, one.reason_code).limit(MOST_ALIKE))
    return [_name(row) for row in rows]


def _troubles(session: Session, asked: Asked, name: str) -> list[str]:
    root, _, path = name.partition("/")
    statement = wanting.troubles(asked)
    one = session.scalars(statement.where(Trouble.root == root, Trouble.path == path)).first()
    if one is None:
        return []
    rows = session.scalars(
        statement.where(
            Trouble.reason == one.reason, Trouble.collection_id.in_(asked.viewer.writes)
        ).limit(MOST_ALIKE)
    )
    return [f"{wanting.TROUBLE}:{row.root}/{row.path}" for row in rows]


def _references(session: Session, asked: Asked, kind: str, item: str) -> list[str]:
    parts = open_references.parts_of(item)
    if len(parts) < 4:
        return []
    statement = _OF_NUMBERS[kind](asked)
    rows = session.scalars(
        statement.where(
            Reference.scheme == parts[1],
            Reference.key == parts[2],
            Reference.collection_id.in_(asked.viewer.writes),
        ).limit(MOST_ALIKE)
    ).all()
    views = {
        open_references.item_of(kind, view.row): (
            view.row.groups, view.target, tuple(view.candidates),
        )
        for view in seen(session, asked.viewer, rows, None)
    }  # fmt: skip
    return [name for name, leads in views.items() if leads == views.get(item)]
