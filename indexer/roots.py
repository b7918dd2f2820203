"""The filing tree: what lies there now (the sweep, which is the truth), and what is at rest.

Ours to read only. Links are not followed; what is no plain file is passed over, and told.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from archive.arrivals import path_text
from archive.config import RootSection
from archive.globs import comparable, compile_glob

LINK = "It is a link; links are not followed."
SPECIAL = "It is a pipe, a socket or a device, and no file."
UNMOUNTED = "nothing is mounted there any more"
TOO_LONG = "Its path is too long for the database; it is not taken."
SHOWN = 200  # characters of a path that is too long
MOST = 2**63 - 1


class Look(NamedTuple):
    """What tells one state of a file from another, without reading it."""

    size_bytes: int
    mtime_ns: int
    inode: int


def look_at(status: os.stat_result) -> Look:
    """The look of a file, in numbers that databases can keep.

    Shares give 64 bits for an inode, of which a database keeps 63; a time may be after 2262.
    """
    mtime_ns = max(-MOST, min(status.st_mtime_ns, MOST))
    return Look(status.st_size, mtime_ns, status.st_ino & MOST)


@dataclass(slots=True)
class Scan:
    """One look at a whole root. Paths are as in sightings: text, relative, with `/`."""

    found: dict[str, Look] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)  # of those what is not known as it is
    raw: dict[str, bytes] = field(default_factory=dict)  # names that text can't say
    unreadable: dict[str, str] = field(default_factory=dict)  # file, or folder with `/`: why
    passed: dict[str, str] = field(default_factory=dict)  # what is no file: why it is passed over
    lost: str | None = None  # why the whole root can't be believed now

    def hides(self, path: str) -> bool:
        """Can nothing be said of this path, because it or a folder above it can't be looked at?"""
        hidden = self.unreadable
        if not hidden or "" in hidden or path in hidden:
            return bool(hidden)
        ends = (match.start() for match in re.finditer("/", path))
        return any(path[:end] in hidden or path[: end + 1] in hidden for end in ends)

    def only(self, is_wanted: Callable[[str], bool]) -> Scan:
        """The same look, without what is not wanted."""
        return Scan(
            {path: look for path, look in self.found.items() if is_wanted(path)},
            [path for path in self.changed if is_wanted(path)],
            {path: raw for path, raw in self.raw.items() if is_wanted(path)},
            {path: why for path, why in self.unreadable.items() if is_wanted(path)},
            {path: why for path, why in self.passed.items() if is_wanted(path)},
            self.lost,
        )


class Root:
    """One watched top folder."""

    def __init__(self, config: RootSection, longest_path: int = MOST) -> None:
        """`longest_path`: bytes of a path that the database can keep."""
        self.config = config
        self.longest_path = longest_path
        self._mounted: set[str] = set()  # folders, with `/`, where another file system was seen
        self.name = config.name
        self.folder = os.fsencode(config.path)
        self._ignored = [compile_glob(pattern) for pattern in config.ignore]
        self._collections = [
            (compile_glob(pattern), name) for pattern, name in config.collections.items()
        ]

    def collection_of(self, path: str) -> str:
        """The collection that the folder of `path` belongs to; the first pattern that fits."""
        path = comparable(path)
        for pattern, name in self._collections:
            if pattern.fullmatch(path):
                return name
        return self.config.collection

    def is_ignored(self, name: str) -> bool:
        """Is a file of this name none of ours (lock files, temporary files)?"""
        name = comparable(name)
        return any(pattern.fullmatch(name) for pattern in self._ignored)

    def is_too_long(self, path: str) -> bool:
        """Is the path one that the database can't keep?"""
        most = self.longest_path
        return len(path) > most // 4 and len(path.encode()) > most

    def where(self, path: str, raw: bytes | None = None) -> Path:
        """The path for the operating system."""
        return self.config.path / (path if raw is None else os.fsdecode(raw))

    def lost(self) -> str | None:
        """Why nothing that is missing below this root may be believed gone; None if all is well."""
        marker = self.config.marker
        try:
            if not self.config.path.is_dir():
                return f"The folder {self.config.path} is not there."
            if marker and not (self.config.path / marker).exists():
                return f"The marker {marker} is missing: the share is taken for not mounted."
        except OSError as error:  # of a share whose server is away
            return f"The folder {self.config.path} can't be looked at: {error.strerror}."
        return None

    def scan(self, known: dict[str, Look]) -> Scan:
        """Look at everything below the root. `known` says what need not be looked at closer."""
        scan = Scan(lost=self.lost())
        if scan.lost:
            return scan
        self._scan_folders(scan, known)
        if known and not scan.found and not scan.unreadable:
            scan.lost = f"All files of {self.config.path} are missing at once: not believed."
        return scan

    def _scan_folders(self, scan: Scan, known: dict[str, Look]) -> None:
        folders = [(self.folder, "", 0)]
        while folders:
            folder, prefix, outer = folders.pop()
            try:
                device = self._device_of(folder)
                if self._is_unmounted(prefix, device, outer or self._device_of(folder + b"/..")):
                    scan.unreadable[prefix] = UNMOUNTED
                    continue
                entries = list(os.scandir(folder))
            except OSError as error:
                scan.unreadable[prefix] = error.strerror or type(error).__name__
                continue
            for entry in entries:
                text, raw = path_text(entry.name)
                path = prefix + text
                if self.is_too_long(path):
                    scan.passed[f"{path[:SHOWN]}…"] = TOO_LONG
                    continue
                try:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append((entry.path, path + "/", device))
                        continue
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # vanished between listing and looking
                except OSError as error:  # of a share that fails, a folder without the x right
                    scan.unreadable[path] = error.strerror or type(error).__name__
                    continue
                if not self.is_ignored(text):
                    relative = entry.path[len(self.folder) + 1 :]
                    is_odd = raw is not None or path.encode() != relative
                    _note(scan, path, relative if is_odd else None, status, known)

    def _is_unmounted(self, prefix: str, device: int, outer: int) -> bool:
        """Was another file system in this folder, and is none now? What it held is not gone."""
        if device != outer:
            self._mounted.add(prefix)
        return device == outer and prefix in self._mounted

    def _device_of(self, folder: bytes) -> int:
        return os.stat(folder).st_dev  # noqa: PTH116  (bytes)

    def gone(self, scan: Scan, known: dict[str, Look]) -> Iterator[str]:
        """Known paths that this scan would have seen and did not."""
        if scan.lost:
            return
        for path in known:
            if path not in scan.found and not scan.hides(path):
                yield path


def _note(
    scan: Scan, path: str, raw: bytes | None, status: os.stat_result, known: dict[str, Look]
) -> None:
    """What was seen at a path that is no folder."""
    if not stat.S_ISREG(status.st_mode):
        scan.passed[path] = LINK if stat.S_ISLNK(status.st_mode) else SPECIAL
        return
    look = look_at(status)
    scan.found[path] = look
    if known.get(path) != look:
        scan.changed.append(path)
        if raw is not None:
            scan.raw[path] = raw
