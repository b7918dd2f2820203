"""A root on disk, and a filer over it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from archive.config import RootSection
from archive.db import Database
from archive.models import Base, Sighting
from archive.vault import Vault
from indexer.filer import Filer
from indexer.roots import Root
from tests.conftest import SteppedClock


class Tree:
    """A root on disk, and a filer over it."""

    def __init__(self, folder: Path, clock: SteppedClock, **settings: object) -> None:
        self.top = folder / "tree"
        self.top.mkdir()
        self.folder, self.clock = folder, clock
        self.settings = {"rest_s": 0.0, **settings}
        self.database = Database(f"sqlite:///{folder / 'db.sqlite'}")
        Base.metadata.create_all(self.database.engine)
        self.vault = Vault(folder / "vault")
        self.vault.prepare()
        self.filer = self.new_filer()

    def new_filer(self, **more: float) -> Filer:
        root = Root(RootSection(name="filing", path=self.top, **self.settings))
        return Filer(self.database, self.vault, [root], clock=self.clock, **more)

    def write(self, path: str, content: str = "text") -> Path:
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
        return file

    def sweep(self, times: int = 1) -> None:
        for _ in range(times):
            self.filer.sweep("filing")
            while self.filer.step():
                pass

    def live(self) -> list[str]:
        with self.database.read() as session:
            return sorted(
                path or ""
                for path in session.scalars(select(Sighting.path).where(Sighting.until.is_(None)))
            )

    def rows(self, model: type) -> list:
        with self.database.read() as session:
            return list(session.scalars(select(model)))
