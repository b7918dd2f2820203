"""Packages of matters, for tests of what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from archive import matter_numbers, matter_outgoing, matter_sayings
from archive.arrivals import Arrival, ChildPlace
from archive.matter_package import matter_trail
from archive.matters import MatterView
from archive.models import Version
from archive.package import PackageMade, write_package
from archive.package_matter import Stamping
from archive.reading import Extraction, PageText, Reading
from archive.readings import ReadVersion, load_subjects, record
from tests.matter_house import MatterHouse


class PackageHouse(MatterHouse):
    """`legal one` includes documents and takes packages."""

    def include(self, matter: MatterView, *documents: int, reads: Sequence[str] = ()) -> None:
        self.clock.step()
        with self.database.write() as session:
            viewer = self.person("legal one", *reads)
            for document in documents:
                matter_sayings.say(
                    session, viewer, matter.id, [document], "decision", "included", self.clock(),
                    reason="it is about this",
                )  # fmt: skip

    def number(self, matter: MatterView, *reads: str) -> int:
        with self.database.write() as session:
            viewer = self.person("legal one", *reads)
            return matter_numbers.give(session, viewer, matter.id, self.clock())

    def pack(
        self, matter: MatterView, path: Path, *reads: str, stamping: Stamping | None = None
    ) -> PackageMade:
        self.number(matter, *reads)
        with self.database.read() as session:
            viewer = self.person("legal one", *reads)
            trail = matter_trail(session, viewer, matter.id, entry_schemes=())
            return write_package(
                session, viewer, self.vault, trail, path, self.clock(), history=self.history,
                stamping=stamping,
            )  # fmt: skip

    def unpacked(
        self, matter: MatterView, folder: Path, *reads: str, stamping: Stamping | None = None
    ) -> Path:
        folder.mkdir()
        self.pack(matter, folder / "package.zip", *reads, stamping=stamping)
        with zipfile.ZipFile(folder / "package.zip") as package:
            package.extractall(folder / "out")
        [out] = (folder / "out").iterdir()
        return out

    def paged(self, path: str, content: bytes, *texts: str, media_type: str) -> int:
        """File bytes and record pages of that format; the id of the document."""
        version_id = self.file(path, content)
        pages = tuple(PageText(number, text) for number, text in enumerate(texts, 1))
        with self.database.write() as session:
            subject = load_subjects(session, [version_id])[version_id]
            reading = Reading("x", 1, media_type, pages)
            record(session, [ReadVersion(subject, reading, Extraction((), (), ()))], self.clock())
        return self.document(version_id)

    def inside(self, parent: int, name: str, text: str) -> int:
        """File a text as what lies inside a document, and read it; the id of its document."""
        self.clock.step()
        blob = self.vault.put(io.BytesIO(text.encode()), max_bytes=1 << 20)
        place = ChildPlace(self.version(parent).id, 1, name)
        arrival = Arrival(blob, "general", place)
        version_id = self.intake.receive([arrival])[0].version_id
        self.reread(version_id, text)
        return self.document(version_id)

    def version(self, document: int) -> Version:
        with self.database.read() as session:
            return matter_outgoing.current(session, [document])[0]
