"""Files that come in by hand: under a path of their own, through the one door."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from threading import Lock
from typing import BinaryIO, Final, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.arrivals import Arrival, Received, TreePlace, upload_root
from archive.db import Database
from archive.errors import UsageError
from archive.grants import require_collection
from archive.intake import Intake
from archive.models import Collection, Sighting
from archive.vault import Vault

LONGEST: Final = 200  # characters of a name; file systems end at 255 bytes


class Door(Protocol):
    """What it takes to file an upload: api.service.Services."""

    @property
    def database(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def intake(self) -> Intake: ...
    @property
    def uploading(self) -> Lock:
        """Held while an upload finds its path."""
        ...


def file_upload(
    services: Door,
    viewer: Viewer,
    *,
    collection: str,
    name: str,
    source: BinaryIO,
    max_bytes: int,
    at: datetime,
) -> Received:
    """File what a person uploads into a collection, as `upload/DAY/NAME`.

    Another file of that name gets a number, so that nothing becomes a version of what is called
    alike. Bytes that the collection has already are one more sighting of their document. Whatever
    lies in collections that the viewer does not see makes no difference. Raises `NotFound`,
    `NotAllowed`, `UsageError`, `BlobTooLarge`.
    """
    with services.database.read() as session:
        require_collection(session, viewer, collection)
    plain = plain_name(name)
    blob = services.vault.put(source, max_bytes=max_bytes)
    with services.uploading:
        with services.database.read() as session:
            path = _free_path(session, viewer, at.date().isoformat(), plain)
        arrival = Arrival(blob, collection, TreePlace(upload_root(collection), path))
        return services.intake.receive([arrival], actor=viewer.actor)[0]


def plain_name(name: str) -> str:
    """The file's own name, without folders and what no path can hold. Raises `UsageError`.

    >>> plain_name("C:\\\\scans\\\\faktura 1.pdf")
    'faktura 1.pdf'
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in last if char.isprintable()).strip()
    if plain.strip(".") == "":
        raise UsageError("A file needs a name.")
    if len(plain) > LONGEST:
        stem, dot, ending = plain.rpartition(".")
        ending = dot + ending if dot and len(ending) < 10 else ""
        plain = (stem or plain)[: LONGEST - len(ending)] + ending
    return plain


def _free_path(session: Session, viewer: Viewer, day: str, name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    seen = session.scalars(select(Collection.name).where(Collection.id.in_(viewer.reads)))
    roots = [upload_root(collection) for collection in seen]

    def is_taken(path: str) -> bool:
        here = select(Sighting.id).where(Sighting.root.in_(roots), Sighting.path == path)
        return session.execute(here.limit(1)).first() is not None

    path, number = f"{day}/{name}", 2
    while is_taken(path):
        path, number = f"{day}/{stem} ({number}){ending}", number + 1
    return path
