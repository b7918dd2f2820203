"""Signed files (.p7m): what is signed is the one child, named as the file without its ending."""

from __future__ import annotations

from pathlib import PurePosixPath

from archive.errors import ReadingFailed
from archive.reading import Child
from indexer.parsers.pkcs7 import signed_content
from indexer.parsers.source import Contents, Pages, Source


def read(file: Source) -> Contents:
    """The page has the child's name; a signature that stands by itself carries no text."""
    if file.depth >= file.limits.max_depth:
        raise ReadingFailed("too-large", f"Nested deeper than {file.limits.max_depth} containers.")
    content = signed_content(file.data)
    pages = Pages(file.limits)
    if content is None:
        pages.add("")
        return pages.contents()
    path = PurePosixPath(file.name)
    name = path.stem if path.suffix.lower() == ".p7m" else path.name
    pages.add(name or "content")
    contents = pages.contents()
    contents.children = (Child(1, name or "content", content),)
    return contents
