"""A small archive with people of whom some are in a matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import (
    holding,
    matter_entries,
    matter_gathering,
    matter_history,
    matter_sayings,
    matters,
)
from archive.access import Viewer
from archive.holding import HoldSaid
from archive.matter_gathering import Asked, Gathered, Searching
from archive.matters import MatterSaid, MatterView
from archive.models import Document, Page, Version
from tests.change_house import ChangeHouse


def found_by(
    session: Session, viewer: Viewer, query: str, as_of: datetime | None, /
) -> Sequence[int]:
    """Stands for the search: the documents in whose current text the query stands."""
    rows = session.execute(
        select(Document.id, Page.text)
        .join(Version, Version.id == Document.current_version_id)
        .join(Page, Page.version_id == Version.id)
        .where(Document.collection_id.in_(viewer.reads))
    )
    return sorted({document for document, text in rows if query in text})


class MatterHouse(ChangeHouse):
    """`legal one` opens matters; who else is in them is let in by name."""

    def open(self, name: str = "Late pumps", by: str = "legal one", **said) -> MatterView:
        self.clock.step()
        with self.database.write() as session:
            return matters.create(session, self.person(by), MatterSaid(name, **said), self.clock())

    def gather(
        self, matter: MatterView, *seeds: str, by: str = "legal one", reads: Sequence[str] = (),
        is_again: bool = False, searching: Searching = found_by, **asked,
    ) -> Gathered:  # fmt: skip
        self.clock.step()
        viewer, wanted = self.person(by, *reads), Asked(seeds, **asked)
        with self.database.read() as session:
            found = matter_gathering.collect(
                session, viewer, wanted, searching=searching, entry_schemes=(), is_again=is_again
            )
        with self.database.write() as session:
            return matter_gathering.keep(session, viewer, matter.id, found, self.clock())

    def say(self, matter: MatterView, document: int, what: str, value: str, reason: str = "",
            by: str = "legal one") -> None:  # fmt: skip
        self.clock.step()
        with self.database.write() as session:
            matter_sayings.say(
                session, self.person(by), matter.id, [document], what, value, self.clock(),
                reason=reason,
            )  # fmt: skip

    def entries(self, matter: MatterView, *collections: str, by: str = "legal one", **wanted):
        with self.database.read() as session:
            viewer = self.person(by, *collections)
            return matter_entries.list_entries(session, viewer, matter.id, **wanted).items

    def kinds(self, matter: MatterView) -> list[str]:
        """The kinds of the events of a matter, in their order."""
        with self.database.read() as session:
            told = matter_history.history_of(session, self.person("legal one"), matter.id)
        return [one["what"] for one in reversed(told.items)]

    def hold(self, matter: MatterView, by: Sequence[str] = (), **said) -> int:
        """A hold that `legal one` places, who reads these collections."""
        self.clock.step()
        placer = self.person("legal one", *by)
        told = HoldSaid("Keep it", "The court says so", **said)
        with self.database.read() as session:
            prepared = holding.prepare(session, placer, matter.id, told, searching=found_by)
        with self.database.write() as session:
            return holding.place(session, placer, prepared, self.clock())

    def document(self, version_id: int) -> int:
        with self.database.read() as session:
            return session.get_one(Version, version_id).document_id
