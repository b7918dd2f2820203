"""Documents whose numbers a change request names in its field `affects`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.keys import groups_of, key_of_groups, meets
from archive.models import Affected, Document, Identifier, Version
from archive.records import document_id_of

FILE_NUMBER_DIGITS = 6
IN_CHUNK = 500


def add_named(
    session: Session, entries: Mapping[int, tuple[int, str]], at: datetime, user_id: int | None
) -> None:
    """Add the documents whose numbers change requests name (by entry: collection, `a;b`).

    A number that one document of the collection bears; what was added before, and perhaps taken
    away by a person, is not added again.
    """
    known: dict[int, set[int]] = defaultdict(set)
    naming = sorted(entry_id for entry_id, (_, named) in entries.items() if named)
    for start in range(0, len(naming), IN_CHUNK):
        rows = session.execute(
            select(Affected.entry_id, Version.document_id)
            .join(Version, Version.id == Affected.version_id)
            .where(Affected.entry_id.in_(naming[start : start + IN_CHUNK]))
        )
        for row in rows:
            known[row.entry_id].add(row.document_id)
    for entry_id in naming:
        collection_id, named = entries[entry_id]
        for text in filter(None, named.split(";")):
            found = _bearing(session, collection_id, text)
            if len(found) == 1 and not known[entry_id] & found.keys():
                ((document_id, version_id),) = found.items()
                known[entry_id].add(document_id)
                session.add(
                    Affected(
                        entry_id=entry_id, version_id=version_id, recorded_at=at, user_id=user_id
                    )
                )
    session.flush()


def _bearing(session: Session, collection_id: int, text: str) -> dict[int, int]:
    """The documents of a collection of that number, with their current versions."""
    statement = select(Document.id, Document.current_version_id).where(
        Document.collection_id == collection_id, Document.current_version_id.is_not(None)
    )
    digits = text.removeprefix("D-")
    if digits != text and digits.isdecimal() and FILE_NUMBER_DIGITS <= len(digits) < 10:
        rows = session.execute(statement.where(Document.id == document_id_of(text)))
        return {row.id: row.current_version_id or 0 for row in rows}
    groups = groups_of(text)
    bearers = session.execute(
        select(Identifier.document_id, Identifier.groups).where(
            Identifier.key == key_of_groups(groups),
            Identifier.document_id.is_not(None),
            Identifier.collection_id == collection_id,
            Identifier.retracted_at.is_(None),
        )
    )
    ids = {number for number, borne in bearers if meets(groups, borne)}
    rows = session.execute(statement.where(Document.id.in_(ids)))
    return {row.id: row.current_version_id or 0 for row in rows}
