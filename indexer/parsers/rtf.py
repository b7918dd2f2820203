"""RTF by striprtf."""

from __future__ import annotations

from striprtf.striprtf import rtf_to_text

from indexer.parsers.source import Contents, Pages, Source


def read(file: Source) -> Contents:
    """The whole file is one page; characters are those that its code pages say."""
    pages = Pages(file.limits)
    # Surrogate pairs come out as two escapes; UTF-16 joins them.
    text = str(rtf_to_text(file.data.decode("latin-1"), errors="ignore"))  # type: ignore[no-untyped-call]
    pages.add(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return pages.contents()
