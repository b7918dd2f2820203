"""Documents whose numbers a change request names in its field `affects`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive import events
from archive.bulk import chunked, insert_rows
from archive.keys import groups_of, key_of_groups, meets
from archive.models import Affected, Document, Entry, Identifier, NamedDocument, Version
from archive.records import document_id_of, file_number

FILE_NUMBER_DIGITS = 6


def keep_named(session: Session, entries: Mapping[int, tuple[int, str]]) -> None:
    """Remember which numbers these entries name (by entry: collection, `a;b`), for `naming`."""
    for chunk in chunked(entries):
        session.execute(delete(NamedDocument).where(NamedDocument.entry_id.in_(chunk)))
    rows = [
        {"entry_id": entry_id, "key": key}
        for entry_id, (_, named) in entries.items()
        for key in sorted({key_of_groups(groups_of(text)) for text in named.split(";")})
        if key
    ]
    insert_rows(session, NamedDocument, rows)


def naming(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """The entries that name a document of these versions, with their collection and `a;b`."""
    ids = session.scalars(select(Version.document_id).where(Version.id.in_(version_ids)))
    documents = set(ids)
    borne = session.scalars(
        select(Identifier.key).where(
            Identifier.document_id.in_(documents), Identifier.retracted_at.is_(None)
        )
    )
    numbers = (key_of_groups(groups_of(file_number(document_id))) for document_id in documents)
    found: dict[int, tuple[int, str]] = {}
    for chunk in chunked({*borne, *numbers}):
        rows = session.execute(
            select(Entry.id, Entry.collection_id, Entry.fields)
            .join(NamedDocument, NamedDocument.entry_id == Entry.id)
            .where(NamedDocument.key.in_(chunk))
        )
        found |= {row.id: (row.collection_id, row.fields.get("affects", "")) for row in rows}
    return found


def add_named(
    session: Session, entries: Mapping[int, tuple[int, str]], at: datetime, user_id: int | None
) -> list[Affected]:
    """Add the documents whose numbers change requests name (by entry: collection, `a;b`).

    A number that one document of the collection bears; what was added before, and perhaps taken
    away by a person, is not added again. Returns what was added.
    """
    known: dict[int, set[int]] = defaultdict(set)
    wanted = [entry_id for entry_id, (_, named) in entries.items() if named]
    for chunk in chunked(wanted):
        rows = session.execute(
            select(Affected.entry_id, Version.document_id)
            .join(Version, Version.id == Affected.version_id)
            .where(Affected.entry_id.in_(chunk))
        )
        for row in rows:
            known[row.entry_id].add(row.document_id)
    added = []
    for entry_id in sorted(wanted):
        collection_id, named = entries[entry_id]
        for text in filter(None, named.split(";")):
            found = _bearing(session, collection_id, text)
            if len(found) == 1 and not known[entry_id] & found.keys():
                ((document_id, version_id),) = found.items()
                known[entry_id].add(document_id)
                added.append(
                    Affected(
                        entry_id=entry_id, version_id=version_id, recorded_at=at, user_id=user_id
                    )
                )
    session.add_all(added)
    session.flush()
    return added


def record_added(session: Session, added: Sequence[Affected], at: datetime, actor: str) -> None:
    """Say of each that its change request affects it since now."""
    homes: dict[int, int] = {}
    for chunk in chunked({one.entry_id for one in added}):
        rows = session.execute(select(Entry.id, Entry.collection_id).where(Entry.id.in_(chunk)))
        homes |= {row.id: row.collection_id for row in rows}
    for one in added:
        events.record(
            session, at, "change-affects", actor=actor, collection_id=homes[one.entry_id],
            entry_id=one.entry_id, affected=one.id, version=one.version_id,
        )  # fmt: skip


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
