"""The second reader for PDF, pypdf: for files that PDFium refuses to open.

It reads some files with an empty user password and some with a broken cross-reference table.
Its pages have no boxes.
"""

from __future__ import annotations

import io

from archive.errors import ReadingFailed
from indexer.parsers.source import Contents, Pages, Source


def read(file: Source, first: ReadingFailed) -> Contents:
    """Read with pypdf, or raise what the first reader said."""
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(file.data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise first
        pages = Pages(file.limits)
        for page in reader.pages:
            if not pages.add(page.extract_text()):
                break
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RuntimeError) as error:
        raise first from error
    if not pages.pages:
        raise first
    return pages.contents()
