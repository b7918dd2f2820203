"""ZIP, TAR, GZ, BZ2, XZ: each member is a child; the page lists their names."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol

from archive.errors import ReadingFailed
from archive.reading import Child
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import MIB, Limits
from indexer.parsers.source import Contents, Pages, Source
from indexer.parsers.zips import Package


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


_ENDINGS = {".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}


def read(file: Source) -> Contents:
    limits = file.limits
    if file.depth >= limits.max_depth:
        raise ReadingFailed("too-large", f"Nested deeper than {limits.max_depth} containers.")
    children = []
    for position, (name, data) in enumerate(_members(file), start=1):
        if position > limits.max_members:
            raise ReadingFailed("too-large", f"More than {limits.max_members:,} members.")
        children.append(Child(position, clean_text(name).replace("\n", " "), data))
    pages = Pages(limits)
    pages.add("\n".join(child.name for child in children))
    contents = pages.contents()
    contents.children = tuple(children)
    return contents


def _members(file: Source) -> Iterator[tuple[str, bytes]]:
    head = file.data[:6]
    if head.startswith(b"PK"):
        package = Package(file.data, file.limits)
        for info in package.members:
            yield info.filename, package.read(info)
    elif head.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(file.data)) as stream:
            yield _single(file, stream)
    elif head.startswith(b"BZh"):
        with bz2.BZ2File(io.BytesIO(file.data)) as stream:
            yield _single(file, stream)
    elif head.startswith(b"\xfd7zXZ"):
        with lzma.LZMAFile(io.BytesIO(file.data)) as stream:
            yield _single(file, stream)
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


def _tar(file: Source) -> Iterator[tuple[str, bytes]]:
    room = file.limits.max_inflated
    try:
        with tarfile.open(fileobj=io.BytesIO(file.data), mode="r:") as archive:
            for member in archive:
                if not member.isfile():
                    continue
                stream = archive.extractfile(member)
                if stream is None:
                    continue
                data = _limited(stream, file.limits, room)
                room -= len(data)
                yield member.name, data
    except tarfile.TarError as error:
        raise ReadingFailed("damaged", f"The archive is damaged: {error}") from error


def _limited(stream: _Stream, limits: Limits, room: int) -> bytes:
    data = stream.read(room + 1)
    if len(data) > room:
        size = limits.max_inflated // MIB
        raise ReadingFailed("too-large", f"The members hold more than {size} MiB together.")
    return data
