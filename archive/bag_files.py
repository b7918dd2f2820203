"""The files of a bag, wherever they lie: in a folder, a ZIP, a TAR. Read only, within limits.

Nothing is unpacked and no link is followed.
"""

from __future__ import annotations

import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Protocol

from archive.errors import DamageFound, UsageError

MOST_FILES: Final = 500_000
MOST_DIRECTORY_BYTES: Final = 128 << 20  # of a ZIP's central directory: it is held in memory
FREE_BYTES: Final = 1 << 30  # inflated; beyond it the ratio counts
HIGHEST_RATIO: Final = 250  # inflated to packed; honest text reaches about 20, deflate 1032 at most

#: What reading a file of a folder, ZIP or TAR may raise where it is damaged, encrypted or odd.
UNREADABLE: Final = (
    OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, tarfile.TarError,
    zlib.error, lzma.LZMAError,
)  # fmt: skip


class BagFiles(Protocol):
    """The regular files below the base folder of a bag."""

    @property
    def sizes(self) -> dict[str, int]:
        """Path (with `/`, from the base) to size in bytes, in an order that is quick to read in."""

    @property
    def folders(self) -> set[str]:
        """Paths of the folders that are there by themselves."""

    @property
    def odd(self) -> list[str]:
        """Sentences on what is there and no regular file of the bag."""

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file. Raises OSError or `DamageFound` where they can't be read."""


@contextmanager
def opened(path: Path) -> Iterator[BagFiles]:
    """The files of the bag at `path`. Raises `UsageError` for what is no folder, ZIP or TAR."""
    if path.is_dir():
        yield _Folder(path)
    elif zipfile.is_zipfile(path):
        _refuse_large_directory(path)
        try:
            with zipfile.ZipFile(path) as archive:
                yield _Zip(archive, path.stat().st_size)
        except UNREADABLE as error:
            raise DamageFound(f"The ZIP {path} can't be read: {error}.") from error
    elif path.is_file() and tarfile.is_tarfile(path):
        try:
            with tarfile.open(path) as archive:
                yield _Tar(archive, path.stat().st_size)
        except UNREADABLE as error:
            raise DamageFound(f"The TAR {path} can't be read: {error}.") from error
    elif path.exists():
        raise UsageError(f"{path} is no folder, no ZIP and no TAR: a bag is one of these.")
    else:
        raise UsageError(f"There is no {path}.")


@dataclass(slots=True)
class _Listed:
    """What a source has found."""

    sizes: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)


class _Folder(_Listed):
    def __init__(self, base: Path) -> None:
        super().__init__()
        self._base = base
        for folder, folders, files in os.walk(base):
            folders.sort()
            here = Path(folder)
            for name in folders:
                self._add_folder(here / name)
            for name in sorted(files):
                self._add_file(here / name)

    def _add_folder(self, path: Path) -> None:
        name = path.relative_to(self._base).as_posix()
        if path.is_symlink():
            self.odd.append(f"{name} is a link; it is not followed.")
        self.folders.add(name)

    def _add_file(self, path: Path) -> None:
        name = path.relative_to(self._base).as_posix()
        if path.is_symlink() or not path.is_file():
            self.odd.append(f"{name} is a link or a device, no file.")
        else:
            self.sizes[name] = path.stat().st_size

    def open(self, name: str) -> IO[bytes]:
        descriptor = os.open(self._base / name, os.O_RDONLY | os.O_NOFOLLOW)
        return os.fdopen(descriptor, "rb")


class _Packed(_Listed):
    """What ZIP and TAR share: one base folder inside, limits, no name twice."""

    def __init__(self, packed_bytes: int) -> None:
        super().__init__()
        self._base = ""
        self._packed_bytes = packed_bytes
        self._inflated_bytes = 0

    def _count(self, size_bytes: int) -> None:
        self._inflated_bytes += size_bytes
        if len(self.sizes) + len(self.folders) > MOST_FILES:
            raise DamageFound(
                f"There are more than {MOST_FILES} files inside; it is not looked at."
            )
        allowed = max(FREE_BYTES, HIGHEST_RATIO * self._packed_bytes)
        if self._inflated_bytes > allowed:
            raise DamageFound(f"More than {allowed} bytes would come out; it is not looked at.")

    def _add(self, name: str, size_bytes: int) -> None:
        self._count(size_bytes)
        if name in self.sizes:
            self.odd.append(f"{name} is inside twice.")
        self.sizes[name] = size_bytes

    def _find_base(self) -> None:
        """Leave only what lies in the base folder, with names from there (RFC 8493, section 4)."""
        if "bagit.txt" in self.sizes:
            return
        tops = [name.partition("/")[0] for name in self.sizes]
        bases = {top for top in tops if f"{top}/bagit.txt" in self.sizes} or set(tops)
        if len(bases) != 1:
            return
        self._base = f"{bases.pop()}/"
        strangers = [name for name in self.sizes if not name.startswith(self._base)]
        self.odd += [f"{name} lies outside the folder of the bag." for name in strangers[:5]]
        skip = len(self._base)
        self.sizes = {
            name[skip:]: size for name, size in self.sizes.items() if name.startswith(self._base)
        }
        self.folders = {name[skip:] for name in self.folders if name.startswith(self._base)}


class _Zip(_Packed):
    def __init__(self, archive: zipfile.ZipFile, packed_bytes: int) -> None:
        super().__init__(packed_bytes)
        self._archive = archive
        for member in archive.infolist():
            if member.is_dir():
                self._count(0)
                self.folders.add(member.filename.rstrip("/"))
            elif (member.external_attr >> 28) == 0xA:  # S_IFLNK, where a Unix wrote it
                self.odd.append(f"{member.filename} is a link; it is not followed.")
            else:
                self._add(member.filename, member.file_size)
        self._find_base()

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._base + name)


class _Tar(_Packed):
    def __init__(self, archive: tarfile.TarFile, packed_bytes: int) -> None:
        super().__init__(packed_bytes)
        self._archive = archive
        self._members: dict[str, tarfile.TarInfo] = {}
        for member in archive:
            name = member.name.removeprefix("./")
            if member.isdir():
                self._count(0)
                self.folders.add(name)
            elif not member.isreg():
                self.odd.append(f"{name} is a link or a device, no file.")
            else:
                self._add(name, member.size)
                self._members[name] = member
        self._find_base()

    def open(self, name: str) -> IO[bytes]:
        stream = self._archive.extractfile(self._members[self._base + name])
        assert stream is not None  # regular files only
        return stream


def _refuse_large_directory(path: Path) -> None:
    """Raise `DamageFound` for a ZIP whose list of members is too long to be held in memory.

    By its end records: APPNOTE.TXT of PKWARE, sections 4.3.14 to 4.3.16.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - (1 << 16) - 42))
        tail = stream.read()
        end = tail.rfind(b"PK\x05\x06")
        if end < 0 or len(tail) < end + 22:
            return
        (listed,) = struct.unpack_from("<L", tail, end + 12)
        if listed == 0xFFFFFFFF and tail[end - 20 : end - 16] == b"PK\x06\x07":
            (record,) = struct.unpack_from("<Q", tail, end - 12)
            stream.seek(min(record, size))
            sixty_four = stream.read(56)
            if len(sixty_four) == 56:
                (listed,) = struct.unpack_from("<Q", sixty_four, 40)
    if listed > MOST_DIRECTORY_BYTES:
        raise DamageFound("Its list of files is too long; it is not looked at.")
