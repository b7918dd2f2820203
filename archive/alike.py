"""Lines of the attention list that put the same question: one answer does for all of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.orm import Session

from archive import wanting
from archive.access import Viewer
from archive.models import Document, Reference, Trouble, Version
from archive.references import seen
from archive.wanting import Asked

MOST_ALIKE: Final = 200


def alike(session: Session, viewer: Viewer, item: str, at: datetime) -> list[str]:
    """The names of the lines with the question of `item`, it among them, oldest first.

    Alike are files that can't be read for the same reason, paths that can't be taken for the same
    reason, and one number with the same candidates in several documents. Only lines that the
    viewer may answer are; a line of another kind is alone.
    """
    kind, _, name = item.partition(":")
    asked = Asked(viewer, at.date())
    found: list[str] = []
    if kind == wanting.UNREADABLE:
        found = _unreadable(session, asked, name)
    elif kind == wanting.TROUBLE:
        found = _troubles(session, asked, name)
    elif kind in (wanting.AMBIGUOUS, wanting.SUSPECT):
        found = _references(session, asked, kind, item)
    return found if item in found else [item]


def _unreadable(session: Session, asked: Asked, name: str) -> list[str]:
    rows = session.execute(wanting.unreadable(asked).add_columns(Document.collection_id))
    every = {f"{row.document_id}/{row.number}": (row, owner) for row, owner in rows}
    if name not in every:
        return []
    reason: Version = every[name][0]
    return [
        f"{wanting.UNREADABLE}:{one}"
        for one, (row, owner) in every.items()
        if row.reason_code == reason.reason_code and owner in asked.viewer.writes
    ][:MOST_ALIKE]


def _troubles(session: Session, asked: Asked, name: str) -> list[str]:
    rows: list[Trouble] = list(session.scalars(wanting.troubles(asked)))
    reason = next((row.reason for row in rows if f"{row.root}/{row.path}" == name), None)
    return [
        f"{wanting.TROUBLE}:{row.root}/{row.path}"
        for row in rows
        if row.reason == reason and row.collection_id in asked.viewer.writes
    ][:MOST_ALIKE]


def _references(session: Session, asked: Asked, kind: str, item: str) -> list[str]:
    parts = item.partition(":")[2].split("/")
    if len(parts) != 4:
        return []
    statement: Select[Any] = (
        wanting.ambiguous(asked) if kind == wanting.AMBIGUOUS else wanting.suspects(asked)
    )
    rows = session.scalars(
        statement.where(
            Reference.scheme == parts[1],
            Reference.key == parts[2],
            Reference.collection_id.in_(asked.viewer.writes),
        ).limit(MOST_ALIKE)
    ).all()
    views = {
        f"{kind}:{view.row.document_id}/{view.row.scheme}/{view.row.key}/{view.row.relation}": (
            view.row.groups, view.target, tuple(view.candidates),
        )
        for view in seen(session, asked.viewer, rows, None)
    }  # fmt: skip
    return [name for name, leads in views.items() if leads == views.get(item)]
