"""Entries that documents opened: which of them nobody has touched since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Entry, OpenedEntry

IN_CHUNK: Final = 500


def untouched(session: Session, entry_ids: Iterable[int]) -> set[int]:
    """Those of these entries that still say what their document says, and nothing else."""
    found: set[int] = set()
    wanted = sorted(entry_ids)
    for start in range(0, len(wanted), IN_CHUNK):
        rows = session.scalars(
            select(Entry.id)
            .join(OpenedEntry, OpenedEntry.entry_id == Entry.id)
            .where(
                Entry.id.in_(wanted[start : start + IN_CHUNK]),
                OpenedEntry.revision == Entry.revision,
            )
        )
        found.update(rows)
    return found
