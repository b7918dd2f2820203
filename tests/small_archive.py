"""A small archive whose documents are filed and read, for tests of what is made of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from archive import schema
from archive.access import Viewer, operator
from archive.arrivals import Arrival, TreePlace
from archive.builtin_schemes import entry_schemes
from archive.db import Database
from archive.intake import Intake
from archive.keys import groups_of, key_of_groups
from archive.reading import (
    Evidence,
    Extraction,
    FactFound,
    IdentifierFound,
    MentionFound,
    PageText,
    Reading,
)
from archive.readings import ReadVersion, load_subjects, record
from archive.sealing import History
from archive.trail import Wish, gather
from archive.vault import Vault
from tests.conftest import SteppedClock


class SmallArchive:
    """A database, a vault, a door, and a reader that does as it is told."""

    def __init__(self, url: str, folder: Path, clock: SteppedClock) -> None:
        self.database = Database(url)
        schema.upgrade(self.database)
        self.vault = Vault(folder / "vault")
        self.vault.prepare()
        self.clock = clock
        self.intake = Intake(self.database, self.vault, clock)
        self.history = History(self.database, self.vault.folder)

    def file(self, path: str, content: bytes, collection: str = "general") -> int:
        """File bytes at a path; the id of the version."""
        self.clock.step()
        blob = self.vault.put(io.BytesIO(content), max_bytes=1 << 24)
        arrival = Arrival(blob, collection, TreePlace("filing", path))
        return self.intake.receive([arrival])[0].version_id

    def read(self, version_id: int, text: str, *, number: str, cites: tuple[str, ...] = ()) -> None:
        """Record a page with this text, an own number and what it cites, all found in the text."""
        key, groups = keyed(number)
        borne = IdentifierFound("purchase-order", number, key, groups, found(text, number))
        mentions = tuple(
            MentionFound("purchase-order", cited, *keyed(cited), found(text, cited), "bills")
            for cited in cites
        )
        facts = (
            FactFound("number", number, found(text, number)),
            FactFound("title", text.splitlines()[0], found(text, text.splitlines()[0])),
            FactFound("date", "2026-02-01", Evidence(where="folder")),
        )
        reading = Reading("txt", 1, "text/plain", (PageText(1, text),))
        with self.database.write() as session:
            subject = load_subjects(session, [version_id])[version_id]
            said = Extraction(facts, (borne,), mentions)
            record(session, [ReadVersion(subject, reading, said)], self.clock())

    def add(
        self,
        path: str,
        text: str,
        *,
        number: str,
        cites: tuple[str, ...] = (),
        collection: str = "general",
    ) -> int:
        """File a text and read it; the id of the version."""
        version_id = self.file(path, text.encode(), collection)
        self.read(version_id, text, number=number, cites=cites)
        return version_id

    def trail(self, *seeds: str, viewer: Viewer | None = None, **more: Any) -> dict:
        with self.database.read() as session:
            wish = Wish(seeds, **more)
            return gather(session, viewer or operator(session), wish, entry_schemes(()))

    def close(self) -> None:
        self.database.close()


def keyed(number: str) -> tuple[str, str]:
    groups = groups_of(number)
    return key_of_groups(groups), groups


def found(text: str, quote: str) -> Evidence:
    start = text.index(quote)
    return Evidence(1, start, start + len(quote), quote)
