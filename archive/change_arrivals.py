"""Documents that a change request names and that come later: they are affected when they arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events
from archive.change_affected import citing_versions
from archive.change_named import add_named, naming, record_added
from archive.change_states import OVER, state_in
from archive.models import Affected, Entry, Version
from archive.versions import ordered


def add_arrived(session: Session, version_ids: Sequence[int], at: datetime) -> None:
    """Add documents of these versions to the change requests that name them and are not over.

    As they were before a version cites the change request, else as they are: when a document
    comes late, several of its versions may come at once, in any order.
    """
    named = naming(session, version_ids)
    entries = {
        row.id: row
        for row in session.scalars(select(Entry).where(Entry.id.in_(named)))
        if state_in(row.fields) not in OVER
    }
    added = add_named(session, {of: named[of] for of in entries}, at, None)
    for one in added:
        one.version_id = _before(session, entries[one.entry_id], one)
        session.flush()
    record_added(session, added, at, events.SYSTEM)


def _before(session: Session, entry: Entry, one: Affected) -> int:
    """The version before the first that cites the change request; the one at hand where none is."""
    document_id = session.get_one(Version, one.version_id).document_id
    rows = ordered(
        session.execute(
            select(Version.id, Version.number, Version.revision, Version.date).where(
                Version.document_id == document_id
            )
        )
    )
    citing = citing_versions(session, entry, [row.id for row in rows])
    place = next((at for at, row in enumerate(rows) if row.id in citing), 0)
    return int(rows[place - 1].id) if place else one.version_id
