"""A small archive whose history is sealed and anchored outside, and hands that tamper with it."""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import delete, insert, select, update

from archive import fixity
from archive.anchoring import Standing
from archive.events import canonical, leaf_hash
from archive.intake import APPLIED
from archive.models import Blob, Counter, Event, Meta
from archive.receipts import Journal
from archive.sealing import History
from tests.small_archive import SmallArchive

PLACES = ("blob", "receipts", "events", "sealed history", "checkpoints", "outside", "keys")


class SealedArchive(SmallArchive):
    """Twelve documents under three checkpoints, each of them outside too."""

    def __init__(self, url, folder: Path, clock) -> None:
        super().__init__(url, folder, clock)
        self.outside = folder / "outside"
        self.outside.mkdir()
        self.history = History(self.database, self.vault.folder, [self.outside])
        for number in range(12):
            text = f"Order {number}\nPO-2024-{number + 100}\n"
            self.add(f"orders/{number}.txt", text, number=f"PO-2024-{number + 100}")
            if number % 4 == 3:
                self.seal()
        self.standing = Standing(0)

    def seal(self) -> None:
        self.history.seal(self.clock())
        assert self.history.copy_outside() == []

    def verify(self) -> list[str]:
        def stand(standing: Standing) -> None:
            self.standing = standing

        found = fixity.verify(
            self.database, self.vault, outside=[self.outside], clock=self.clock, stand=stand
        )
        return [f"{finding.part}: {finding.text}" for finding in found]

    @property
    def journal(self) -> Path:
        return Journal(self.vault.folder).path

    def files(self, place: str) -> list[Path]:
        """The files of one of `PLACES` (but events, which lie in the database)."""
        if place == "blob":
            return [self.vault.path(name) for name in self.vault.names()]
        if place == "receipts":
            return [self.journal]
        if place == "outside":
            return sorted(self.outside.iterdir())
        if place == "sealed history":
            return [segment.path for segment in self.history.segments()]
        kept = self.history.kept(1 << 62)
        return [path for path in kept if (path.suffix == ".pem") == (place == "keys")]

    def flip(self, chooser: random.Random) -> tuple[str, Callable[[], None]]:
        """Turn one bit round at a random place; where, and what turns it back."""
        place = chooser.choice(PLACES)
        if place == "events":
            return self._flip_event(chooser)
        path = chooser.choice(self.files(place))
        whole = path.read_bytes()
        changed = flipped(whole, chooser)
        self.write(path, changed)
        return f"{place} {path.name}", lambda: self.write(path, whole)

    def _flip_event(self, chooser: random.Random) -> tuple[str, Callable[[], None]]:
        """In the line or leaf of an event, kept within what the database takes for text."""
        with self.database.read() as session:
            number = chooser.choice(session.scalars(select(Event.number)).all())
            event = session.get_one(Event, number)
            column = chooser.choice(["line", "leaf"])
            whole: str = getattr(event, column)
        place = chooser.randrange(len(whole))
        char = chr(ord(whole[place]) ^ 1 << chooser.randrange(7))
        changed = whole[:place] + (char if char != "\0" else "\1") + whole[place + 1 :]
        self.set_event(number, **{column: changed})
        return f"event {number}", lambda: self.set_event(number, **{column: whole})

    def set_event(self, number: int, **values: str) -> None:
        with self.database.engine.begin() as connection:
            table = Event.__table__
            connection.execute(update(table).where(table.c.number == number).values(**values))

    def write(self, path: Path, data: bytes) -> None:
        path.chmod(0o644)
        path.write_bytes(data)

    # --- somebody with full access to database and data folder ------------------------------------

    def rewrite_events(self, change: Callable[[list[dict]], list[dict]]) -> None:
        """Change events as one likes: numbered anew, hashed anew, sealed and signed anew."""
        with self.database.engine.begin() as connection:
            table = Event.__table__
            rows = connection.execute(select(table).order_by(table.c.number)).mappings().all()
            bodies = change([json.loads(row["line"]) for row in rows])
            made = []
            for number, body in enumerate(bodies, 1):
                line = canonical({**body, "number": number})
                row = {**rows[body["number"] - 1], "number": number, "kind": body["kind"]}
                row |= {"actor": body["actor"], "line": line, "leaf": leaf_hash(line)}
                made.append(row)
            connection.execute(delete(table))
            connection.execute(insert(table), made)
            counter = update(Counter).where(Counter.name == "event")
            connection.execute(counter.values(value=len(made)))
        self.seal_anew()

    def seal_anew(self) -> None:
        """What is sealed is made again from the database, with the key of the archive."""
        for name in ("events", "checkpoints"):
            shutil.rmtree(self.history.folder / name)
        History(self.database, self.vault.folder).seal(self.clock())

    def rewrite_receipts(self, change: Callable[[list[dict]], list[dict]]) -> None:
        """Change receipts as one likes: linked anew, and the database told so."""
        receipts = change([json.loads(line) for line in self.journal.read_bytes().splitlines()])
        self.journal.unlink()
        end = Journal(self.vault.folder).append(receipts)
        with self.database.engine.begin() as connection:
            applied = update(Meta).where(Meta.name == APPLIED)
            connection.execute(applied.values(value=f"{end.bytes} {end.sha256}"))

    def replace_blob(self, content: bytes) -> None:
        """Put other bytes in the place of the first original, everywhere but in the events."""
        with self.database.engine.begin() as connection:
            old = connection.execute(select(Blob.sha256).where(Blob.id == 1)).scalar_one()
        new = self.vault.put(io.BytesIO(content), max_bytes=1 << 20)
        with self.database.engine.begin() as connection:
            values = {"sha256": new.sha256, "size_bytes": new.size_bytes}
            connection.execute(update(Blob).where(Blob.id == 1).values(**values))
        self.rewrite_receipts(
            lambda receipts: [
                {**one, "sha256": new.sha256, "size": new.size_bytes}
                if one.get("sha256") == old
                else one
                for one in receipts
            ]
        )


def flipped(data: bytes, chooser: random.Random) -> bytes:
    place = chooser.randrange(len(data))
    changed = bytearray(data)
    changed[place] ^= 1 << chooser.randrange(8)
    return bytes(changed)
