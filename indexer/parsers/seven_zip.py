"""The members of 7z archives, by py7zr.

Sizes are looked at before anything is inflated; what is taken out stays in memory. In a solid
archive a member comes out after all that stand before it: behind one that is too large, none does.
"""

from __future__ import annotations

import io
import lzma
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

import py7zr
from py7zr.exceptions import ArchiveError, DecompressionBombError, PasswordRequired
from py7zr.io import Py7zIO, WriterFactory

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers.limits import Limits
from indexer.parsers.zips import too_large

_TRIES = 20  # each after members packed together (a folder, as 7z says) that turned out broken
_BROKEN = (ArchiveError, lzma.LZMAError, EOFError, OSError, ValueError, LookupError, TypeError,
           AttributeError, AssertionError)  # fmt: skip

_Found = dict[str, bytes | ReadingFailed]


def members(
    data: bytes,
    limits: Limits,
    password: str | None = None,
    *,
    say_further: Callable[[int], None] = lambda count: None,
) -> Iterator[tuple[str, bytes | ReadingFailed]]:
    """Name and bytes of each member that is a file, in their order, or why it can't be had.

    `say_further` is told how many there are behind the last that the limits allow.
    Raises ReadingFailed where the archive as a whole can't be opened.
    """
    try:
        with _opened(data, limits, password) as archive:
            if password is None and archive.needs_password():
                raise ReadingFailed("encrypted", REASONS["encrypted"])
            files = [f for f in archive.files if not f.is_directory]
    except PasswordRequired as error:
        raise ReadingFailed("encrypted", REASONS["encrypted"]) from error
    except _BROKEN as error:
        raise ReadingFailed("damaged", f"The archive is damaged: {error}") from error
    say_further(max(0, len(files) - limits.max_members))
    files = files[: limits.max_members]
    found = _over_the_limit(files, limits)
    _take_out(data, limits, password, [f for f in files if f.filename not in found], found)
    for file in files:
        yield file.filename, found[file.filename]


def _over_the_limit(files: Sequence[Any], limits: Limits) -> _Found:
    found: _Found = {}
    room = limits.max_inflated
    blocked: set[int] = set()
    for file in files:
        if file.uncompressed > room or (file.uncompressed and id(file.folder) in blocked):
            found[file.filename] = too_large(limits)
            blocked.add(id(file.folder))
        else:
            room -= file.uncompressed
    return found


def _take_out(
    data: bytes, limits: Limits, password: str | None, wanted: Sequence[Any], found: _Found
) -> None:
    """Fill `found`; what is packed together with a broken member and behind it is broken too."""
    for _ in range(_TRIES):
        why = _take_some(data, limits, password, [file.filename for file in wanted], found)
        left = [file for file in wanted if file.filename not in found]
        if not left:
            return
        for file in left:
            if file.folder is left[0].folder or why.code != "damaged":
                found[file.filename] = why
        wanted = [file for file in left if file.filename not in found]
    found.update((file.filename, why) for file in wanted)


def _take_some(
    data: bytes, limits: Limits, password: str | None, names: list[str], found: _Found
) -> ReadingFailed:
    """Fill `found` as far as it goes; why it went no further."""
    why = ReadingFailed("damaged", "The member is damaged.")
    taken = _Taken()
    try:
        with _opened(data, limits, password) as archive:
            archive.extract(targets=names, factory=taken)
    except DecompressionBombError:
        why = too_large(limits)
        taken.drop_last()
    except _BROKEN:
        taken.drop_last()
    for name in names:
        if (writer := taken.writers.get(PurePosixPath(name).as_posix())) is not None:
            found[name] = writer.stream.getvalue()
    return why


def _opened(data: bytes, limits: Limits, password: str | None) -> py7zr.SevenZipFile:
    return py7zr.SevenZipFile(
        io.BytesIO(data), password=password, max_extract_size=limits.max_inflated
    )


class _Writer(Py7zIO):
    """The bytes of one member."""

    def __init__(self) -> None:
        self.stream = io.BytesIO()

    def write(self, s: bytes | bytearray) -> int:
        return self.stream.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self.stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def flush(self) -> None:
        """Nothing waits."""

    def size(self) -> int:
        return len(self.stream.getbuffer())


class _Taken(WriterFactory):
    """A writer for each member that py7zr takes out, by name, the last one last."""

    def __init__(self) -> None:
        self.writers: dict[str, _Writer] = {}

    def create(self, filename: str) -> Py7zIO:
        self.writers[filename] = _Writer()
        return self.writers[filename]

    def drop_last(self) -> None:
        """Forget the member that was being written."""
        if self.writers:
            self.writers.popitem()
