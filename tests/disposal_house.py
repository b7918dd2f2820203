"""A small archive with retention classes and people who dispose of what is due."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from archive import disposal_views, disposals, retention
from archive.config_rules import RetentionClass
from archive.disposing import Disposer
from archive.fixity import verify
from archive.jobs import JobKind
from archive.models import Blob, Document, Job, Tombstone, Version
from tests.matter_house import MatterHouse

GRACE = timedelta(days=30)
ACCOUNTS = RetentionClass(
    name="accounts", kinds=("invoice",), counted_from="date", years=7, then="destroy",
    authority="Bookkeeping Act",
)  # fmt: skip


class DisposalHouse(MatterHouse):
    """`manager one` proposes, `legal one` approves."""

    classes = (ACCOUNTS,)

    def due(self, by: str = "manager one", *collections: str) -> list[int]:
        with self.database.read() as session:
            found = retention.due(
                session, self.person(by, *collections), self.classes, self.clock().date()
            )
        return [one.document_id for one in found.items]

    def propose(self, *documents: int, by: str = "manager one", reads: tuple[str, ...] = ()) -> int:
        self.clock.step()
        with self.database.write() as session:
            return disposals.propose(
                session, self.person(by, *reads), documents, self.classes, self.clock()
            )

    def approve(self, disposal: int, by: str = "legal one", reads: tuple[str, ...] = ()) -> None:
        self.clock.step()
        with self.database.write() as session:
            disposals.approve(session, self.person(by, *reads), disposal, self.clock(), grace=GRACE)

    def carry_out(self, disposal: int) -> None:
        """The days of grace go by, and the worker comes."""
        self.clock.step(days=GRACE.days + 1)
        self.disposer().carry_out(disposal)

    def disposer(self) -> Disposer:
        cache = self.vault.folder.parent / "cache"
        return Disposer(self.database, self.vault, cache, self.clock)

    def dispose(self, *documents: int) -> int:
        disposal = self.propose(*documents)
        self.approve(disposal)
        self.carry_out(disposal)
        return disposal

    def clear_jobs(self) -> None:
        """All is read and in the index."""
        with self.database.write() as session:
            session.execute(delete(Job).where(Job.kind != JobKind.DISPOSE))

    def outcomes(self, disposal: int) -> dict[int, str]:
        with self.database.read() as session:
            lines = disposal_views.lines_of(session, self.person("legal one", "general"), disposal)
        return {one.document_id: one.outcome for one in lines.items}

    def sums(self, document: int) -> list[str]:
        """The SHA-256 of its versions."""
        with self.database.read() as session:
            rows = session.query(Blob.sha256).join(Version, Version.blob_id == Blob.id)
            return [row[0] for row in rows.filter(Version.document_id == document)]

    def is_there(self, document: int) -> bool:
        """Is its content there, as a whole? Else none of it may be."""
        with self.database.read() as session:
            is_current = session.get_one(Document, document).current_version_id is not None
            has_tombstone = session.get(Tombstone, document) is not None
        in_vault = {self.vault.path(one).exists() for one in self.sums(document)}
        assert in_vault == {is_current} and has_tombstone is not is_current
        return is_current

    def findings(self) -> list[str]:
        found = verify(self.database, self.vault, clock=self.clock)
        return [one.text for one in found]
