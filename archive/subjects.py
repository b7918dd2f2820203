"""What a reader must know of a version: its bytes, its name, where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.arrivals import shown_root
from archive.file_passwords import passwords_of
from archive.models import Blob, Collection, Document, Page, Sighting, Version
from archive.parts import PartWanted, parts_wanted
from archive.reading import PageText


@dataclass(frozen=True, slots=True)
class ToRead:
    """One version to be read."""

    version_id: int
    sha256: str
    file_name: str
    collection: str
    path: str  # ROOT/relative/path, or PARENT!/name
    file_date: str | None  # ISO day of the file's modification
    depth: int  # 0 for a file of the tree, 1 for what is inside it
    top: int  # the version of the file of the tree in which it lies: itself at depth 0
    recognised: tuple[PageText, ...] = ()  # what OCR read of its pages before
    passwords: tuple[str, ...] = field(default=(), repr=False)  # to be tried where it is locked
    parts: tuple[PartWanted, ...] = ()  # pages to be taken out as documents of their own


def to_read(session: Session, version_ids: Sequence[int]) -> dict[int, ToRead]:
    """By version id; versions that are not there, or are no document's any more, are left out."""
    rows = session.execute(
        select(
            Version.id, Blob.sha256, Version.file_name, Collection.name, Document.collection_id,
            Version.media_type,
        )
        .join(Blob, Blob.id == Version.blob_id)
        .join(Document, Document.id == Version.document_id)
        .join(Collection, Collection.id == Document.collection_id)
        .where(Version.id.in_(version_ids), Document.current_version_id.is_not(None))
    ).all()  # fmt: skip
    places = first_places(session, [row[0] for row in rows])
    recognised = _recognised(session, [row[0] for row in rows])
    passwords = passwords_of(session, {row[4] for row in rows})
    parts = parts_wanted(session, [(row[0], row[5]) for row in rows])
    found = {}
    for version_id, sha256, file_name, collection, collection_id, _ in rows:
        path, date, depth, top = places.get(version_id, (file_name, None, 0, version_id))
        pages = recognised.get(version_id, ())
        found[version_id] = ToRead(
            version_id, sha256, file_name, collection, path, date, depth, top, pages,
            tuple(passwords.get(collection_id, ())), parts.get(version_id, ()),
        )  # fmt: skip
    return found


def _recognised(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[PageText, ...]]:
    """What stands of OCR, by version: it costs seconds a page, and is not thrown away lightly."""
    found: dict[int, tuple[PageText, ...]] = {}
    pages = select(Page).where(Page.version_id.in_(version_ids), Page.source == "ocr")
    for page in session.scalars(pages.order_by(Page.version_id, Page.number)):
        words = tuple(tuple(word) for word in page.layout.get("words", ()))
        read = PageText(
            page.number, page.text, page.source, page.label, page.width, page.height,
            confidence=page.confidence, words=words,
        )  # fmt: skip
        found[page.version_id] = (*found.get(page.version_id, ()), read)
    return found


def first_places(
    session: Session, version_ids: Sequence[int]
) -> dict[int, tuple[str, str | None, int, int]]:
    """For each version where it was first seen: path, day of modification, nesting, outermost."""
    sightings: dict[int, Any] = {}
    wanted = set(version_ids)
    while wanted:
        rows = session.execute(
            select(
                Sighting.version_id, Sighting.parent_version_id, Sighting.root, Sighting.path,
                Sighting.name, Sighting.mtime_ns,
            )
            .where(Sighting.version_id.in_(wanted))
            .order_by(Sighting.id)
        )  # fmt: skip
        parents = set()
        for sighting in rows:
            if sighting.version_id not in sightings:
                sightings[sighting.version_id] = sighting
                if sighting.parent_version_id is not None:
                    parents.add(sighting.parent_version_id)
        wanted = parents - sightings.keys()

    def place(version_id: int) -> tuple[str, str | None, int, int]:
        sighting = sightings[version_id]
        if sighting.parent_version_id is None:
            day = None
            if sighting.mtime_ns:
                day = datetime.fromtimestamp(sighting.mtime_ns / 1e9, UTC).date().isoformat()
            return f"{shown_root(sighting.root)}/{sighting.path}", day, 0, version_id
        path, day, depth, top = place(sighting.parent_version_id)
        return f"{path}!/{sighting.name}", day, depth + 1, top

    return {version_id: place(version_id) for version_id in version_ids if version_id in sightings}
