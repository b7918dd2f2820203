"""Taking files from the tree: fair between folders, only what is at rest, tried again if not."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

from archive.arrivals import Arrival, TreePlace
from archive.vault import Vault
from indexer.roots import Look, Root, look_at

MAX_BATCH = 256
MAX_BATCH_BYTES = 64 << 20
VERY_LARGE = 1 << 30  # such a file, where it does not fit, holds up no others
TICK_NS = 20_000_000  # what is written within one tick of a file system's clock has one time


@dataclass(frozen=True, slots=True)
class Wanted:
    """A path that may have something new. `is_closed`: its writer is known to be done."""

    root: str
    path: str
    raw: bytes | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A file whose bytes are in the vault, with the look that was taken at it."""

    wanted: Wanted
    arrival: Arrival
    look: Look


class Queue:
    """Paths to be taken, a few of each folder in turn: a flood in one folder holds up no other."""

    def __init__(self) -> None:
        self._folders: OrderedDict[tuple[str, str], OrderedDict[str, Wanted]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, wanted: Wanted) -> None:
        """Add a path once; a later word that it was closed is kept."""
        folder = (wanted.root, wanted.path.rpartition("/")[0])
        paths = self._folders.setdefault(folder, OrderedDict())
        before = paths.get(wanted.path)
        if before is None:
            self._count += 1
        if before is None or wanted.is_closed:
            paths[wanted.path] = wanted

    def take(self, limit: int) -> list[Wanted]:
        """Up to `limit` paths, one from each folder in turn."""
        taken: list[Wanted] = []
        while self._folders and len(taken) < limit:
            folder, paths = self._folders.popitem(last=False)
            taken.append(paths.popitem(last=False)[1])
            self._count -= 1
            if paths:
                self._folders[folder] = paths
        return taken


FLOOD = 100  # files of one folder …
FLOOD_S = 60.0  # … without so long a pause: what comes next there is part of a flood


class Floods:
    """Tells the file that somebody waits for from one of ten thousand that are copied in."""

    def __init__(self) -> None:
        self._folders: dict[tuple[str, str], tuple[int, float]] = {}

    def is_one(self, wanted: Wanted, now: float) -> bool:
        """Count this file; is it behind the first of its folder? `now` is monotonic seconds."""
        folder = (wanted.root, wanted.path.rpartition("/")[0])
        count, last = self._folders.get(folder, (0, now))
        if now - last > FLOOD_S:
            count = 0
        self._folders[folder] = (count + 1, now)
        if len(self._folders) > 10_000:
            self._folders = {f: s for f, s in self._folders.items() if now - s[1] <= FLOOD_S}
        return count >= FLOOD


class NotAtRest(Exception):
    """The file is still being written; look again later."""


class NoRoom(Exception):
    """A very large file does not fit into the vault; others do, and it is asked for again later."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"The archive has no room for this file of {size_bytes >> 30} GiB.")


@dataclass(slots=True)
class Taker:
    """Copies files into the vault."""

    vault: Vault
    now: Callable[[], float]  # monotonic seconds
    _unchanged: dict[tuple[str, str], tuple[object, float]] = field(default_factory=dict)
    """By root and path of what is not at rest yet: its state, and since when it has that."""

    def take(self, root: Root, wanted: Wanted, known: Look | None) -> Taken | None:
        """Copy the file; None where it is as it was, or no plain file any more.

        Raises `NotAtRest` where it was not seen as it is for the root's `rest_s`, or changed
        meanwhile, FileNotFoundError where it vanished, `NoRoom` where it alone does not fit,
        OSError where it can't be read, and `StorageFull` where the vault can't take it.
        """
        seen = self._unchanged.pop((root.name, wanted.path), None)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        try:
            descriptor = os.open(root.where(wanted.path, wanted.raw), flags)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.ENOTDIR):
                return None
            raise
        with os.fdopen(descriptor, "rb", buffering=0) as stream:
            before = os.fstat(descriptor)
            look = look_at(before)
            if not stat.S_ISREG(before.st_mode) or look == known:
                return None
            # The change time tells what a copying program hides by setting the modification time
            # back. It is only compared with itself: the clock of a share may be far from ours.
            state = (look, before.st_ctime_ns)
            since = seen[1] if seen and seen[0] == state else self.now()
            if not wanted.is_closed and self.now() - since < root.config.rest_s:
                self._unchanged[root.name, wanted.path] = (state, since)
                raise NotAtRest(wanted.path)
            _let_the_tick_end(before)
            return self._copy(root, wanted, stream, look)

    def _copy(self, root: Root, wanted: Wanted, stream: BinaryIO, look: Look) -> Taken:
        if look.size_bytes > VERY_LARGE:
            room = shutil.disk_usage(self.vault.folder).free
            if look.size_bytes > room:
                raise NoRoom(look.size_bytes)
        blob = self.vault.put(stream)
        if look_at(os.fstat(stream.fileno())) != look or blob.size_bytes != look.size_bytes:
            raise NotAtRest(wanted.path)
        place = TreePlace(root.name, wanted.path, wanted.raw, look.mtime_ns, look.inode)
        return Taken(wanted, Arrival(blob, root.collection_of(wanted.path), place), look)


def _let_the_tick_end(status: os.stat_result) -> None:
    """Wait until what is written after this look has another time: else it would never be seen."""
    left_ns = TICK_NS - (time.time_ns() - status.st_ctime_ns)
    if 0 < left_ns <= TICK_NS:
        time.sleep(left_ns / 1e9)


def batches(taken: Iterable[Taken]) -> Iterable[list[Taken]]:
    """Groups to be acknowledged together, by number and by bytes."""
    batch: list[Taken] = []
    size = 0
    for one in taken:
        batch.append(one)
        size += one.arrival.blob.size_bytes
        if len(batch) >= MAX_BATCH or size >= MAX_BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
