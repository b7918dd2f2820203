"""A small archive with registers, whose texts are read by the real extractor, without the cage."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import insert, select

from archive import registers
from archive.access import Viewer, operator
from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.config_rules import AuthorityRule, FilingRule
from archive.exports import references
from archive.jobs import Claimed, JobKind
from archive.models import Account, Collection, Event
from archive.reading import PageText, Reading, ReadingContext
from archive.register_fields import register_of
from archive.schemes import compile_schemes
from archive.subjects import to_read
from indexer.extract.extractor import Extractor
from indexer.naming import NameSearch, Naming
from indexer.stages import Done, record
from tests.conftest import SteppedClock
from tests.small_archive import SmallArchive

RULES = ("products/{product}/{kind}/**", "orders/{party}/**")


class RegisterHouse(SmallArchive):
    """Two collections, `general` and `secret`; rules for folders; a walk over the archive."""

    def __init__(self, url: str, folder: Path, clock: SteppedClock) -> None:
        super().__init__(url, folder, clock)
        self.schemes = compile_schemes(BUILTIN_SCHEMES)
        rules = [FilingRule(match=match) for match in RULES]
        self.authority: tuple[AuthorityRule, ...] = ()
        self.naming = Naming(self.schemes, rules)
        self.search = NameSearch(self.database, Naming(self.schemes, rules), clock, "test")
        with self.database.write() as session:
            session.execute(insert(Collection), [{"name": "general"}, {"name": "secret"}])
            session.add(Account(name="eva", role="coordinator", created_at=clock()))

    def viewer(self, *collections: str, role: str = "coordinator") -> Viewer:
        """Somebody who may read and write in these collections; without any the operator."""
        with self.database.read() as session:
            if not collections:
                return operator(session)
            wanted = select(Collection.id).where(Collection.name.in_(collections))
            seen = frozenset(session.scalars(wanted))
        return Viewer("user:1", role, seen, seen, 1, "eva")

    def register(
        self,
        register: str,
        collection: str = "general",
        /,
        happened_on: date | None = None,
        **written: str | list[str],
    ) -> registers.EntryView:
        self.clock.step()
        with self.database.write() as session:
            return registers.create(
                session, operator(session), register_of(register), written, self.clock(),
                schemes=self.schemes, collection=collection, happened_on=happened_on,
            )  # fmt: skip

    def edit(
        self, entry: registers.EntryView, happened_on: date | None = None, /, **written
    ) -> registers.EntryView:
        self.clock.step()
        with self.database.write() as session:
            return registers.edit(
                session, operator(session), entry, written, self.clock(), schemes=self.schemes,
                revision=entry.revision, happened_on=happened_on,
            )  # fmt: skip

    def get(self, name: str, entry: str, viewer: Viewer | None = None, **then):
        with self.database.read() as session:
            return registers.get(
                session, viewer or operator(session), register_of(name), entry,
                schemes=self.schemes, **then,
            )  # fmt: skip

    def put(self, path: str, text: str, collection: str = "general") -> int:
        """File a text and read it as a worker does; the id of the version."""
        version_id = self.file(path, text.encode(), collection)
        self.reread(version_id, text)
        return version_id

    def reread(self, version_id: int, text: str) -> None:
        self.clock.step()
        with self.database.write() as session:
            subject = to_read(session, [version_id])[version_id]
            reading = Reading("text", 1, "text/plain", (PageText(1, text),))
            reading, extraction = Extractor(self.schemes).extract(
                reading, ReadingContext(subject.path)
            )
            done = Done(Claimed(0, JobKind.PARSE, version_id, 1), subject, reading, extraction)
            record(
                session, [], [done], self.clock(), naming=self.naming, has_ocr=False,
                authority=self.authority,
            )  # fmt: skip

    def look_for_names(self) -> None:
        self.clock.step()
        while self.search.step():
            pass

    def references(self, viewer: Viewer | None = None, **then) -> list[tuple]:
        """(file's path, relation, target's type, target, status) of those to entries."""
        with self.database.read() as session:
            lines = references(session, viewer or operator(session), **then)
            return [
                (line["source_path"].removeprefix("filing/"), line["relation"],
                 line["target_type"], line["target"], line["status"])
                for line in lines
                if line["target_type"] != "document" and line["scheme"]
            ]  # fmt: skip

    def events(self) -> list[Event]:
        with self.database.read() as session:
            return list(session.scalars(select(Event).order_by(Event.number)))


def invoice(
    house: RegisterHouse, path: str, seller: str, number: str = "", collection: str = "general"
) -> int:
    """File an invoice of a seller, with its organisation number where one is given."""
    given = f"\nOrg.nr {number}" if number else ""
    text = f"Faktura {path}\nSäljare: {seller}{given}\n\nKöpare: Vik kommun\n"
    return house.put(path, text, collection)
