"""What a reader must know of a version: its bytes, its name, where it lies."""

from __future__ import annotations

from collections import defaultdict
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
from archive.paths import byte_order
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
    places = reading_places(session, [row[0] for row in rows])
    recognised = _recognised(session, [row[0] for row in rows])
    passwords = passwords_of(session, {row[4] for row in rows})
    parts = parts_wanted(session, [(row[0], row[5]) for row in rows])
    found = {}
    for version_id, sha256, file_name, collection, collection_id, _ in rows:
        place = places.get(version_id) or ReadingPlace(file_name, file_name, 0, 0, version_id)
        pages = recognised.get(version_id, ())
        found[version_id] = ToRead(
            version_id, sha256, place.name, collection, place.path, place.day, place.depth,
            place.top, pages,
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


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """Where a version lies for the one who reads it."""

    path: str
    name: str
    mtime_ns: int  # of the file in the tree; 0 where nobody knows
    depth: int
    top: int  # the version that lies in the tree: itself, or the outermost that holds it

    @property
    def order(self) -> tuple[int, int, bytes]:
        """The oldest file first: of copies it is mostly the original. Arrival plays no part."""
        return (self.mtime_ns == 0, self.mtime_ns, byte_order(self.path))

    @property
    def day(self) -> str | None:
        if not self.mtime_ns:
            return None
        return datetime.fromtimestamp(self.mtime_ns / 1e9, UTC).date().isoformat()


def reading_places(session: Session, version_ids: Sequence[int]) -> dict[int, ReadingPlace]:
    """For each version the place by whose name and folder it is read.

    Of several where it lies now the same one, in whatever order they were seen; where it lies
    nowhere, the last one.
    """
    sightings: dict[int, list[Any]] = defaultdict(list)
    wanted = set(version_ids)
    while wanted:
        rows = session.execute(
            select(
                Sighting.version_id, Sighting.parent_version_id, Sighting.root, Sighting.path,
                Sighting.name, Sighting.mtime_ns, Sighting.until,
            )
            .where(Sighting.version_id.in_(wanted))
            .order_by(Sighting.id)
        ).all()  # fmt: skip
        for sighting in rows:
            sightings[sighting.version_id].append(sighting)
        parents = {row.parent_version_id for row in rows if row.parent_version_id is not None}
        wanted = parents - sightings.keys()
    known: dict[int, ReadingPlace] = {}

    def place(sighting: Any) -> ReadingPlace:
        if sighting.parent_version_id is None:
            path = f"{shown_root(sighting.root)}/{sighting.path}"
            name = path.rpartition("/")[2]
            return ReadingPlace(path, name, sighting.mtime_ns, 0, sighting.version_id)
        parent, name = chosen(sighting.parent_version_id), sighting.name or ""
        path = f"{parent.path}!/{name}"
        return ReadingPlace(path, name, parent.mtime_ns, parent.depth + 1, parent.top)

    def chosen(version_id: int) -> ReadingPlace:
        if version_id not in known:
            seen = sightings[version_id]
            live = [place(one) for one in seen if one.until is None]
            known[version_id] = min(live, key=lambda one: one.order) if live else place(seen[-1])
        return known[version_id]

    return {version_id: chosen(version_id) for version_id in version_ids if sightings[version_id]}
