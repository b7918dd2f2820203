"""XML: the texts of its elements, one a line; the bytes themselves for what knows their meaning."""

from __future__ import annotations

from indexer.parsers.safe_xml import parse_xml
from indexer.parsers.source import Contents, Pages, Source


def read(file: Source) -> Contents:
    root = parse_xml(file.data)
    pages = Pages(file.limits)
    pages.add("\n".join(text for piece in root.itertext() if (text := str(piece).strip())))
    contents = pages.contents()
    contents.data = file.data
    return contents
