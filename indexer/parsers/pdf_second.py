"""The second reader for PDF, pypdf: for files that PDFium refuses to open.

It reads some files with an empty user password and some with a broken cross-reference table.
Its pages have no boxes. Fields, notes and scans are left to PDFium; where there are any, the reason
says so.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from archive.errors import ReadingFailed
from archive.reading import Child, PageText
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import Limits
from indexer.parsers.pdf_extras import is_edocument
from indexer.parsers.source import Contents, Pages, Source, say_left_out, say_missing

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
    from pypdf.generic import EmbeddedFile

_Found = TypeVar("_Found")
_FEW: Final = 20  # characters; a page with fewer and with a picture is taken for a scan
_LEFT: Final = "Only text and attached files were read, neither fields nor notes nor scans."
_SILENT: Final = ("/Link", "/Popup")


def read(file: Source, first: ReadingFailed) -> Contents:
    """Read with pypdf, or raise what the first reader said."""
    import pypdf

    def opened() -> tuple[PdfReader, Pages]:
        reader = pypdf.PdfReader(io.BytesIO(file.data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise first
        pages = Pages(file.limits)
        for page in reader.pages:
            if not pages.add(page.extract_text()):
                break
        return reader, pages

    found = _tried(opened)
    if found is None or not found[1].pages:
        raise first
    reader, pages = found
    contents = pages.contents()
    contents.data, contents.children, left_out = _attachments(reader, file.limits)
    say_left_out(contents, left_out)
    both = zip(reader.pages, pages.pages, strict=False)
    if any(_tried(partial(_has_more, *pair)) for pair in both):
        say_missing(contents, _LEFT)
    return contents


def _tried(look: Callable[[], _Found]) -> _Found | None:
    """What is found; None where pypdf stumbles over what is broken."""
    from pypdf.errors import PyPdfError

    try:
        return look()
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
        return None


def _has_more(page: PageObject, read: PageText) -> bool:
    """Is there a field or a note on the page, or hardly more than a picture?"""
    kinds = [note.get_object().get("/Subtype") for note in page.annotations or ()]
    has_picture = "/XObject" in page.get("/Resources", {})
    return any(kind not in _SILENT for kind in kinds) or (
        len(read.text.strip()) < _FEW and has_picture
    )


def _attachments(reader: PdfReader, limits: Limits) -> tuple[bytes | None, tuple[Child, ...], int]:
    """The XML of the e-document inside, all other attached files, how many are left out."""
    edocument: bytes | None = None
    children: list[Child] = []
    room, left_out = limits.max_inflated, 0
    listed = _tried(lambda: list(reader.attachment_list)) or []
    for position, attached in enumerate(listed, start=1):
        found = _tried(partial(_file, attached)) if position <= limits.max_members else None
        if found is None or len(found[1]) > room:
            left_out += 1
            continue
        name, data = found
        room -= len(data)
        if edocument is None and is_edocument(name, data):
            edocument = data
        elif data:
            children.append(Child(len(children) + 1, name or f"attachment-{position}", data))
    return edocument, tuple(children), left_out


def _file(attached: EmbeddedFile) -> tuple[str, bytes]:
    return clean_text(attached.alternative_name or attached.name).strip(), attached.content
