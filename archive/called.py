"""Entries of registers by what people call them: their name, or another name that they have."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.merges import merged
from archive.models import Entry


def entries_called(
    session: Session, viewer: Viewer, register: str, name: str
) -> list[tuple[int, str]]:
    """(collection, code) of the visible entries of this name, whatever its case, and of the entries
    that stand for them."""
    wanted = _folded(name)
    rows = session.execute(
        select(Entry.id, Entry.collection_id, Entry.code, Entry.name, Entry.fields)
        .where(Entry.register == register, Entry.collection_id.in_(viewer.reads))
        .order_by(Entry.id)
    ).all()
    known = {row.id: (row.collection_id, row.code) for row in rows}
    merges = merged(session, viewer)
    found: dict[tuple[int, str], None] = {}
    for row in rows:
        names = [row.name, *(row.fields.get("other_names") or "").split(";")]
        if wanted and wanted in map(_folded, names):
            found |= dict.fromkeys((known[row.id], known[merges.of(row.id)]))
    return list(found)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
