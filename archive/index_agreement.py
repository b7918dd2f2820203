"""Do the search indexes hold what the database says, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from archive import jobs
from archive.models import Collection, Document, Job, Version
from archive.records import file_number, paths_of
from archive.tombstones import is_destroyed

IN_CHUNK: Final = 400
WHAT_TO_DO: Final = "Stop the service and delete that folder; what belongs there is made again."


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a search index says of a version."""

    is_current: bool
    path: str


class IndexCounts(Protocol):
    """What `check` asks of the search indexes; built by the composition root."""

    def versions(self, collection_id: int) -> Mapping[str, Indexed] | None:
        """All indexed versions by their ids; None where there is no index yet."""

    def collections(self) -> Sequence[int]:
        """The ids that index folders bear."""

    def others(self) -> Sequence[str]:
        """Folders among those of indexes that bear no id."""

    def drop(self, folders: Sequence[str]) -> bool:
        """Delete these folders; what belongs there is made again. False where somebody writes."""


def differences(session: Session, indexes: IndexCounts) -> Iterator[tuple[int, str]]:
    """Versions that were read and are not indexed as they are, with no job that will."""
    rows = session.execute(
        select(
            Version.id,
            Version.document_id,
            Version.number,
            Document.collection_id,
            Document.current_version_id == Version.id,
        )
        .join(Document, Document.id == Version.document_id)
        .where(
            Version.status != "queued",
            ~is_destroyed(),
            ~exists().where(
                Job.kind == jobs.JobKind.INDEX,
                Job.subject == Version.id,
                Job.given_up_at.is_(None),
            ),
        )
    ).all()
    known: dict[int, Mapping[str, Indexed]] = {}
    for start in range(0, len(rows), IN_CHUNK):
        chunk = rows[start : start + IN_CHUNK]
        paths = paths_of(session, [row[0] for row in chunk])
        for version_id, document_id, number, collection_id, is_current in chunk:
            if collection_id not in known:
                known[collection_id] = indexes.versions(collection_id) or {}
            indexed = known[collection_id].get(str(version_id))
            is_told = Indexed(bool(is_current), next(iter(paths.get(version_id, ())), ""))
            if said := _says(indexed, is_told):
                yield version_id, f"{file_number(document_id)}/{number} {said}"


def _says(indexed: Indexed | None, is_told: Indexed) -> str | None:
    """What the index says otherwise than the database."""
    if indexed is None:
        return "is not in the search index."
    if indexed.is_current != is_told.is_current:
        return f"{'is' if is_told.is_current else 'is not'} the current version; the index differs."
    if is_told.path and indexed.path != is_told.path:
        return f"is at {is_told.path}; the index says {indexed.path}."
    return None


def strays(session: Session, indexes: IndexCounts) -> Iterator[tuple[str, str]]:
    """What lies in the indexes and belongs to no collection, or to another one: (folder, text)."""
    for name in indexes.others():
        yield name, f"The folder index/{name} belongs to no collection."
    names = {row[0]: row[1] for row in session.execute(select(Collection.id, Collection.name))}
    folders = indexes.collections()
    homes = _homes(session) if folders else {}
    for collection_id in folders:
        folder = f"index/{collection_id}"
        if collection_id not in names:
            yield str(collection_id), f"The folder {folder} belongs to no collection."
            continue
        for key, indexed in (indexes.versions(collection_id) or {}).items():
            called, home = homes.get(key, (indexed.path, 0))
            if home != collection_id:
                said = f"{called}, of {names.get(home, 'none')}"
                text = f"The index of {names[collection_id]} ({folder}) holds {said}."
                yield str(collection_id), text


def _homes(session: Session) -> dict[str, tuple[str, int]]:
    """By key of an index what each version is called, and its collection."""
    rows = session.execute(
        select(Version.id, Version.number, Document.id, Document.collection_id).join(
            Document, Document.id == Version.document_id
        )
    )
    return {
        str(version_id): (f"{file_number(document_id)}/{number}", collection_id)
        for version_id, number, document_id, collection_id in rows
    }
