"""ZIP, 7z, RAR, TAR, GZ, BZ2, XZ: each member is a child; the page lists their names.

A member that can't be taken out costs itself only. Where none can, that is why the file can't be
read; else it is `truncated`, and the reason names those left out. Of more members than the limit
allows the first are taken, and the reason says how many more there are. What systems leave behind
in folders is no document.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

from archive.errors import ReadingFailed
from archive.reading import Child
from indexer.parsers import rar, volumes
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import Limits
from indexer.parsers.source import Contents, Pages, Source, left_out
from indexer.parsers.zips import Package, member_name, too_large


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


_Member = TypeVar("_Member")
#: What macOS, Windows and Office leave behind in folders; the filing tree ignores the same.
_LEAVINGS = (".ds_store", "thumbs.db", "desktop.ini", "._*", "~$*", ".~lock.*#")
_MAC_FOLDER = "__MACOSX"
_ENDINGS = {".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}


def read(file: Source) -> Contents:
    limits = file.limits
    if file.depth >= limits.max_depth:
        raise ReadingFailed("too-large", f"Nested deeper than {limits.max_depth} containers.")
    taken = _Taken()
    members = _members(file, taken)
    try:
        for position, (name, found) in enumerate(members, start=1):
            if position > limits.max_members:
                taken.further = taken.further or -1
                break
            if _is_leaving(name):
                continue
            taken.add(position, clean_text(name).replace("\n", " "), found)
    except ReadingFailed as failure:
        if failure.code != "damaged" or not taken.children:
            raise
        taken.broken = failure.reason
    if taken.left_out and not taken.children:
        raise taken.left_out[0][1]
    pages = Pages(limits)
    pages.add("\n".join(taken.names))
    contents = pages.contents()
    contents.children = tuple(taken.children)
    if reason := taken.reason(limits.max_members):
        contents.reason_code, contents.reason = taken.code, reason
    return contents


def _is_leaving(name: str) -> bool:
    """Is the member nothing that a person put there, by what a system or an Office calls it?"""
    path = PurePosixPath(name)
    is_named_so = any(fnmatchcase(path.name.lower(), pattern) for pattern in _LEAVINGS)
    return is_named_so or _MAC_FOLDER in path.parts


@dataclass(slots=True)
class _Taken:
    """What was taken out of a container, and what was not."""

    names: list[str] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    left_out: list[tuple[str, ReadingFailed]] = field(default_factory=list)
    broken: str = ""  # why the container ends before its end
    further: int = 0  # members behind the last that may be taken; -1: some, they are not counted

    def add(self, position: int, name: str, found: bytes | ReadingFailed) -> None:
        self.names.append(name)
        if isinstance(found, ReadingFailed):
            self.left_out.append((name, found))
        else:
            self.children.append(Child(position, name, found))

    def say_further(self, count: int) -> None:
        """So many members stand behind the last that may be taken."""
        self.further = count

    @property
    def code(self) -> str:
        """What is missing: something that needs a password, or anything else."""
        is_locked = any(why.code == "encrypted" for _, why in self.left_out)
        return "locked-in-part" if is_locked else "truncated"

    def reason(self, most: int) -> str:
        """Sentences for people; empty where everything was taken out."""
        told = left_out([(name, why.code) for name, why in self.left_out])
        further = more_members(self.further, most)
        return " ".join(filter(None, (told, self.broken, further)))


def more_members(count: int, most: int) -> str:
    """How many members are not filed, for people; -1: some."""
    if not count:
        return ""
    which = f"{count:,} more" if count > 0 else "Further"
    return f"{which} members are not filed: at most {most:,} are."


def _members(file: Source, taken: _Taken) -> Iterator[tuple[str, bytes | ReadingFailed]]:
    head = file.data[:6]
    if head.startswith(b"PK"):
        package = Package(file.data, file.limits, in_part=True)
        taken.further = package.left_out
        for info in package.members:
            yield member_name(info), _tried(package.read, info)
    elif head.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(file.data)) as stream:
            yield _single(file, stream)
    elif head.startswith(b"BZh"):
        with bz2.BZ2File(io.BytesIO(file.data)) as stream:
            yield _single(file, stream)
    elif head.startswith(b"\xfd7zXZ"):
        with lzma.LZMAFile(io.BytesIO(file.data)) as stream:
            yield _single(file, stream)
    elif head.startswith(b"7z"):
        from indexer.parsers import seven_zip  # ten packages, for the few files that need them

        yield from seven_zip.members(file.data, file.limits, say_further=taken.say_further)
    elif head.startswith(b"Rar!"):
        volumes.refuse_part(file.data, file.name)
        yield from rar.members(file.data, file.limits)
    else:
        yield from _tar(file)


def _single(file: Source, stream: _Stream) -> tuple[str, bytes]:
    """The one file in a compressed file, under its name without the last ending."""
    try:
        data = _limited(stream, file.limits, file.limits.max_inflated)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise ReadingFailed("damaged", f"The compressed file is damaged: {error}") from error
    path = PurePosixPath(file.name)
    return (path.stem + _ENDINGS.get(path.suffix.lower(), "")) or "content", data


def _tried(read_member: Callable[[_Member], bytes], member: _Member) -> bytes | ReadingFailed:
    try:
        return read_member(member)
    except ReadingFailed as failure:
        return failure


def _tar(file: Source) -> Iterator[tuple[str, bytes | ReadingFailed]]:
    room = file.limits.max_inflated
    last = ""
    try:
        with tarfile.open(fileobj=io.BytesIO(file.data), mode="r:") as archive:
            for member in archive:
                last = member.name
                if not member.isfile():
                    continue
                if member.size > room:
                    yield member.name, too_large(file.limits)
                    continue
                stream = archive.extractfile(member)
                if stream is None:
                    continue
                room -= member.size
                yield member.name, stream.read()
    except tarfile.TarError as error:
        raise ReadingFailed("damaged", f"The archive is damaged: {error}") from error
    if file.data[archive.offset :].strip(b"\0"):  # a damaged header ends it, too
        what = f"nothing can be read behind its member {clean_text(last)}."
        raise ReadingFailed("damaged", f"The archive is damaged: {what}")


def _limited(stream: _Stream, limits: Limits, room: int) -> bytes:
    data = stream.read(room + 1)
    if len(data) > room:
        raise too_large(limits)
    return data
