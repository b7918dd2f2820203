"""An archive that is damaged behind its engine's back, and an index that holds what it is told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, text

from archive import agreement, fixity
from archive.index_agreement import Indexed
from archive.models import Job, Version
from archive.receipts import Journal
from archive.records import load_records
from tests.small_archive import SmallArchive


class Indexes:
    """An index that holds what it is told to hold."""

    def __init__(self) -> None:
        self.held: dict[str, Indexed] = {}
        self.strange: list[str] = []
        self.is_written = False

    def versions(self, _collection_id: int) -> dict[str, Indexed] | None:
        return self.held or None

    def collections(self) -> list[int]:
        return [1]

    def others(self) -> list[str]:
        return self.strange

    def drop(self, folders: Sequence[str]) -> bool:
        if not self.is_written:
            self.strange = [name for name in self.strange if name not in folders]
            self.held = {} if "1" in folders else self.held
        return not self.is_written


class House(SmallArchive):
    """An archive with two documents, one of them in two versions, and an index of them."""

    def __init__(self, url, folder, clock) -> None:
        super().__init__(url, folder, clock)
        self.indexes = Indexes()
        self.add("order.txt", "Order of bolts\nPO-2024-113\n", number="PO-2024-113")
        text = "Invoice\nINV-7 PO-2024-113\n"
        self.add("invoice.txt", text, number="INV-7", cites=("PO-2024-113",))
        text = "Invoice again\nINV-7 PO-2024-113\n"
        self.add("invoice.txt", text, number="INV-7", cites=("PO-2024-113",))
        with self.database.write() as session:
            session.execute(delete(Job))
            versions = list(session.scalars(select(Version.id)))
            for record in load_records(session, versions):
                self.indexes.held[record.key] = Indexed(record.is_current, record.paths[0])
        self.journal = Journal(self.vault.folder).path
        self.pictures = folder / "pictures"

    def verify(self) -> list[str]:
        found = fixity.verify(self.database, self.vault, clock=self.clock)
        return [f"{finding.part}: {finding.text}" for finding in found]

    def check(self, *, repair: bool = False) -> list[str]:
        found = agreement.check(
            self.database, self.vault, self.indexes,
            pictures=self.pictures, repair=repair, clock=self.clock,
        )  # fmt: skip
        return [f"{finding.part}: {finding.text}" for finding in found]

    def damage(self, *statements) -> None:
        """Change rows behind the engine's back: without its foreign keys."""
        with self.database.engine.connect() as connection:
            is_sqlite = self.database.is_sqlite
            raw = connection.connection.dbapi_connection
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=OFF")
            else:
                connection.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                connection.execute(statement)
            connection.commit()
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")
            else:
                connection.execute(text("SET session_replication_role = origin"))
                connection.commit()

    def lines(self) -> list[bytes]:
        return self.journal.read_bytes().splitlines(keepends=True)
