"""Plain data about what comes in at the one door: places, arrivals, what became of them."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Final

from archive.vault import StoredBlob

LIKE_A_BYTE: Final = re.compile(rb"\\(?=x[0-9a-f]{2})")
UPLOAD = "upload"  # the root of what was uploaded; no configured root may bear this name


def upload_root(collection: str) -> str:
    """The root of a collection's uploads, shown as `upload`.

    Each collection has its own: that a path is taken in one tells nothing to those who see others.
    """
    return f"{UPLOAD}:{collection}"


def shown_root(root: str | None) -> str:
    """A root as people know it. No configured one has a colon."""
    return (root or "").partition(":")[0]


@dataclass(frozen=True, slots=True)
class TreePlace:
    """A path below a root. `raw` holds the name's bytes where they are no UTF-8."""

    root: str
    path: str
    raw: bytes | None = None
    mtime_ns: int = 0
    inode: int = 0


@dataclass(frozen=True, slots=True)
class ChildPlace:
    """A position inside a version: an attachment, a member of a container, pages of a bundle."""

    parent_version_id: int
    position: int
    name: str
    pages: tuple[int, int] | None = None  # of a bundle: the first and the last, see archive.parts


@dataclass(frozen=True, slots=True)
class Arrival:
    """Bytes that are durable in the vault, and where they were seen."""

    blob: StoredBlob
    collection: str
    place: TreePlace | ChildPlace
    in_flood: bool = False  # one of very many of its folder: read after what is not


class Outcome(enum.Enum):
    """What an arrival meant."""

    KNOWN = "known"  # nothing new: the same bytes at the same place
    SIGHTED = "sighted"  # known bytes at one more place
    VERSION = "version"  # new bytes for a known document
    DOCUMENT = "document"  # a new document


@dataclass(frozen=True, slots=True)
class Received:
    """The acknowledgement: durable, and in the database."""

    document_id: int
    version_id: int
    version: int
    outcome: Outcome


def path_text(name: bytes) -> tuple[str, bytes | None]:
    r"""A path as text, and its bytes where the text can't say them. No two paths have one text.

    >>> path_text(b"a/b.pdf")
    ('a/b.pdf', None)
    >>> path_text(b"f\xf6rslag.pdf")[0]
    'f\\xf6rslag.pdf'
    >>> path_text(rb"f\xf6rslag.pdf")[0]  # that is what it is called
    'f\\x5cxf6rslag.pdf'
    """
    told = LIKE_A_BYTE.sub(rb"\\x5c", name) if b"\\" in name else name
    text = told.replace(b"\x00", rb"\x00").decode("utf-8", errors="backslashreplace")
    return text, (None if text.encode() == name else name)


def file_name(place: TreePlace | ChildPlace) -> str:
    """The last part of a path, or the name inside the parent."""
    return place.name if isinstance(place, ChildPlace) else place.path.rpartition("/")[2]
