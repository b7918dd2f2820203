"""Sealed history: events as files outside the database, and signed checkpoints of their tree.

    vault/history/events/0000000001-0000001000.jsonl   the lines as they are in the database; 0444
    vault/history/checkpoints/0000001000-<key>.txt     archive/notes.py; 0444
    vault/history/keys/<key>.pem                       what checks their signatures; 0444
    vault/history/stamps/…                             archive/stamping.py; 0444
    signing.key                                        in the data folder, for the owner alone

Each checkpoint, stamp and key goes to every folder that the administrator has named outside, under
its own name; nothing is changed or removed there. A checkpoint is signed only where the record
still follows from the one before.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import events
from archive.db import Database
from archive.errors import DamageFound, storage_error
from archive.files import discard_parts, publish
from archive.intake import applied_end
from archive.merkle import Tree, leaf_hash
from archive.models import Event
from archive.notes import Checkpoint, PublicKey, SigningKey
from archive.stamping import StampService
from archive.vault import sync_folder

KEY_FILE: Final = "signing.key"
RECEIPTS: Final = "receipts-anchored"  # the event that takes the end of the journal along
CHUNK: Final = 5000
FAR: Final = 1 << 62  # beyond every event
_SEGMENT: Final = re.compile(r"(\d{10,})-(\d{10,})\.jsonl")
_CHECKPOINT: Final = re.compile(r"(\d{10,})-([0-9a-f]{16})\.txt")
_STAMP: Final = re.compile(r"(\d{10,})-[0-9a-f]{16}-[0-9a-f]{16}\.tsr")


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of event lines: `first` and `last` are numbers of events."""

    first: int
    last: int
    path: Path


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that was read and whose signature holds."""

    checkpoint: Checkpoint
    key: PublicKey
    path: Path


class History:
    """The sealed history of an archive. Several processes may seal; a file lock keeps them apart.

    `outside` are the folders that the administrator has named, `service` is who stamps checkpoints.
    """

    def __init__(
        self,
        database: Database,
        vault: Path,
        outside: Sequence[Path] = (),
        service: StampService | None = None,
    ) -> None:
        self.database = database
        self.folder = vault / "history"
        self.outside = tuple(outside)
        self.service = service
        self._events = self.folder / "events"
        self.checkpoints = self.folder / "checkpoints"
        self._keys = self.folder / "keys"
        self.stamps = self.folder / "stamps"
        self._key_path = vault.parent / KEY_FILE
        self._tree = Tree()

    def prepare(self) -> None:
        """Make the folders and, at the first start, the key."""
        try:
            for path in (self._events, self.checkpoints, self._keys, self.stamps):
                path.mkdir(parents=True, exist_ok=True)
            for path in (self.folder.parent, self.folder):  # also of who died before it did so
                sync_folder(path)
            self.key()
        except OSError as error:
            raise storage_error(error, self.folder) from error

    def tidy(self) -> None:
        """Remove what died half written. For whoever is alone in the data folder."""
        folders = (self._events, self.checkpoints, self._keys, self.stamps)
        for path in (*folders, self._key_path.parent):
            discard_parts(path)

    def key(self) -> SigningKey:
        """What checkpoints are signed with. Raises `DamageFound` where it can't be read."""
        key = SigningKey.at(self._key_path)
        path = self._keys / f"{key.public.short}.pem"
        if not path.exists():
            publish(path, [key.public.pem()])
        return key

    def sign(self, data: bytes) -> bytes:
        """What only this archive can make of `data`, the same each time. Raises as `key` does."""
        return SigningKey.at(self._key_path).sign(data)

    def key_problem(self) -> str:
        """What is wrong with the key, in a sentence; nothing where nothing was signed yet."""
        if not self._key_path.exists():
            return f"The signing key {self._key_path} is missing." if _kept(self._keys) else ""
        try:
            short = SigningKey.at(self._key_path).public.short
        except DamageFound as error:
            return str(error)
        is_known = short in dict(read_keys(_kept(self._keys)))
        return "" if is_known else f"The signing key {self._key_path} is not that of the archive."

    def segments(self) -> list[Segment]:
        """The sealed files, in order."""
        found = [(path, _SEGMENT.fullmatch(path.name)) for path in _kept(self._events)]
        return [Segment(int(name[1]), int(name[2]), path) for path, name in found if name]

    def signed(self, size: int = 0, folder: Path | None = None) -> Iterator[Signed | Path]:
        """The checkpoints of `size` events or more, of the vault or of a folder outside, by size.

        Instead of one that is not what was signed, its path.
        """
        files = _kept(self.checkpoints) if folder is None else _files(folder)
        keys = dict(read_keys(_kept(self._keys) if folder is None else files))
        for path in files:
            name = _CHECKPOINT.fullmatch(path.name)
            if name and int(name[1]) >= size:
                try:
                    key = keys[name[2]]
                    checkpoint = key.checkpoint(path.read_bytes())
                except (OSError, ValueError, LookupError):
                    yield path
                    continue
                yield Signed(checkpoint, key, path) if checkpoint.size == int(name[1]) else path

    def strangers(self) -> list[Path]:
        """What lies among the keys and sealed files and is not what was written there."""
        keys = _kept(self._keys)
        known = dict(read_keys(keys))
        checkpoints, sealed = _kept(self.checkpoints), _kept(self._events)
        return [
            *(path for path in keys if path.stem not in known),
            *(path for path in checkpoints if not _CHECKPOINT.fullmatch(path.name)),
            *(path for path in sealed if not _SEGMENT.fullmatch(path.name)),
            *(path for path in _kept(self.stamps) if not _STAMP.fullmatch(path.name)),
        ]

    def covering(self, number: int, at: datetime) -> Signed:
        """The smallest checkpoint that covers event `number`; made where there is none.

        Raises `DamageFound` where the record does not follow from the last checkpoint.
        """
        found = self._covering(number)
        if found is None:
            self.seal(at)
            found = self._covering(number)
        if found is None:
            raise DamageFound("A checkpoint is not what was signed. Run `crossfile verify`.")
        return found

    def latest(self, number: int = FAR) -> Signed | None:
        """The smallest checkpoint that covers event `number`, else the largest that there is."""
        names = [_CHECKPOINT.fullmatch(path.name) for path in _kept(self.checkpoints)]
        sizes = sorted({int(name[1]) for name in names if name}, reverse=True)
        smaller = (self._covering(size) for size in sizes)  # the largest first: one is read
        return self._covering(number) or next((one for one in smaller if one), None)

    def _covering(self, number: int) -> Signed | None:
        return next((one for one in self.signed(number) if isinstance(one, Signed)), None)

    def unsealed(self) -> int:
        """How many events are in no sealed file."""
        with self.database.read() as session:
            last = events.last_number(session)
        return last - self._sealed_end()

    def seal(self, at: datetime) -> None:
        """Seal all events until now, and sign a checkpoint of them.

        Where nothing is new, nothing is written. Raises `DamageFound` where the record does not
        follow from the last checkpoint; nothing is signed then.
        """
        with self._alone():
            key = self.key()
            if self.unsealed() > 0:
                self._anchor_receipts(at)
            tree, self._tree = self._tree, Tree()  # believed again once all of it is signed
            try:
                self._seal(key, tree)
            except OSError as error:
                raise storage_error(error, self.folder) from error
            self._tree = tree

    def _seal(self, key: SigningKey, tree: Tree) -> None:
        signed = [one.checkpoint for one in self.signed(tree.size) if isinstance(one, Signed)]
        heads = {one.size: one.head for one in signed}
        sealed = self._sealed_end()
        with self.database.read() as session:
            last = events.last_number(session)
        if max(sealed, tree.size, *heads, 0) > last:
            self._refuse(last)
        for _ in self._pass(tree, sealed, heads):
            pass
        if sealed and sealed not in heads:  # whoever sealed died before it was signed
            self._sign(key, tree)
        if last > sealed:
            path = self._events / f"{sealed + 1:010}-{last:010}.jsonl"
            publish(path, self._pass(tree, last, heads))
            self._sign(key, tree)

    def _pass(self, tree: Tree, end: int, heads: Mapping[int, bytes]) -> Iterator[bytes]:
        """Let the tree go on to `end`, past the heads that were signed; the lines on the way."""
        with self.database.read() as session, event_lines(session, tree.size, end) as lines:
            for number, line in lines:
                tree.add(leaf_hash(line.encode()))
                if number != tree.size:
                    self._refuse(number)
                if number in heads and heads[number] != tree.head():
                    self._refuse(number)
                yield line.encode() + b"\n"

    def _refuse(self, number: int) -> None:
        raise DamageFound(
            f"The record of events up to {number} does not follow from the last checkpoint. "
            "Nothing was signed. Run `crossfile verify`."
        )

    def _sign(self, key: SigningKey, tree: Tree) -> None:
        size = tree.size
        path = self.checkpoints / f"{size:010}-{key.public.short}.txt"
        publish(path, [key.note(size, tree.head())])

    def _anchor_receipts(self, at: datetime) -> None:
        """Take the hash of the last receipt into the record: it stands for all before it."""
        with self.database.write() as session:
            end = applied_end(session)
            events.record(session, at, RECEIPTS, bytes=end.bytes, sha256=end.sha256)

    def _sealed_end(self) -> int:
        return max((segment.last for segment in self.segments()), default=0)

    def kept(self, last: int) -> list[Path]:
        """The files of the keys, and of checkpoints of up to `last` events with their stamps."""
        files = [(path, path.name) for path in (*_kept(self.checkpoints), *_kept(self.stamps))]
        found = [(path, _CHECKPOINT.fullmatch(n) or _STAMP.fullmatch(n)) for path, n in files]
        within = [path for path, name in found if name and int(name[1]) <= last]
        return [*_kept(self._keys), *within]

    def place(self, name: str) -> Path:
        """Where a key, a stamp or a checkpoint of that name lies."""
        folders = {".pem": self._keys, ".tsr": self.stamps}
        return folders.get(Path(name).suffix, self.checkpoints) / name

    def copy_outside(self) -> list[str]:
        """Copy what is not there yet to each folder outside; sentences on what can't be."""
        problems = []
        for folder in self.outside:
            try:
                there = {path.name for path in _files(folder)}
                for path in self.kept(FAR):
                    if path.name not in there:
                        publish(folder / path.name, [path.read_bytes()])
            except OSError as error:
                problems.append(f"Checkpoints can't be copied to {folder}: {error.strerror}.")
        return problems

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.prepare()
        descriptor = os.open(
            self.folder / "seal.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def event_lines(session: Session, after: int, last: int) -> Iterator[Iterable[tuple[int, str]]]:
    """Numbers and lines of the events from `after` (not itself) to `last`, some at a time."""
    statement = (
        select(Event.number, Event.line)
        .where(Event.number > after, Event.number <= last)
        .order_by(Event.number)
        .execution_options(yield_per=CHUNK)
    )
    with session.execute(statement) as rows:
        yield ((row[0], row[1]) for row in rows)


def read_keys(files: Iterable[Path]) -> Iterator[tuple[str, PublicKey]]:
    """The keys among these files by their short names; one that is damaged is left out."""
    for path in files:
        if path.suffix == ".pem":
            try:
                key = PublicKey.of_pem(path.read_bytes())
            except (OSError, ValueError):
                continue
            if path.stem == key.short:
                yield key.short, key


def _kept(folder: Path) -> list[Path]:
    """The files of a folder of the vault, which may not be there yet."""
    return _files(folder) if folder.is_dir() else []


def _files(folder: Path) -> list[Path]:
    """Its visible files by name. Raises OSError where it can't be looked at."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
