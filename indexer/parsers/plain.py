"""Text that is text: TXT, MD, CSV, TSV, JSON, YAML and whatever else has no other reader."""

from __future__ import annotations

import codecs

from indexer.parsers.source import Contents, Pages, Source

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096  # bytes


def read(file: Source) -> Contents:
    """The whole file is one page."""
    pages = Pages(file.limits)
    pages.add(decode(file.data))
    return pages.contents()


def decode(data: bytes) -> str:
    """Text by its mark, else UTF-8, else cp1252; guessing further calls Swedish cp1250."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if wide := wide_encoding(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of the beginning is NUL."""
    sample = data[:_SAMPLE]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[::2].count(0) / len(sample), sample[1::2].count(0) / len(sample)
    if odd > 0.35 and even < 0.05:
        return "utf-16-le"
    if even > 0.35 and odd < 0.05:
        return "utf-16-be"
    return None
