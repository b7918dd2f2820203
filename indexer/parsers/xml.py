"""XML: the texts of its elements, one a line; the bytes themselves for what knows their meaning.

Of an element without a text of its own the attributes are its text; beside a text they only say
in which unit or list it stands. A file that an element holds as base64 is no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from indexer.parsers.safe_xml import parse_xml
from indexer.parsers.source import Contents, Pages, Source

#: Attributes for programs: where the schema is, which language or spacing holds.
_FOR_PROGRAMS = (
    "{http://www.w3.org/2001/XMLSchema-instance}",
    "{http://www.w3.org/XML/1998/namespace}",
)
_SHORT = 1_000  # characters; no file is kept in less, and long codes are text
_BASE64 = re.compile(
    r"[A-Za-z0-9+/\r\n]+={0,2}"
)  # no spaces: words have some (RFC 4648, section 4)


def read(file: Source) -> Contents:
    root = parse_xml(file.data)
    pages = Pages(file.limits)
    pages.add("\n".join(_texts(root)))
    contents = pages.contents()
    contents.data = file.data
    return contents


def _texts(root: etree._Element) -> Iterator[str]:
    for event, element in etree.iterwalk(root, events=("start", "end")):
        text = (element.text if event == "start" else element.tail) or ""
        if text := text.strip():
            if len(text) < _SHORT or not _BASE64.fullmatch(text):
                yield text
        elif event == "start" and (said := "\t".join(_attributes(element))):
            yield said


def _attributes(element: etree._Element) -> Iterator[str]:
    for name, value in element.items():
        text = str(value).strip()
        if not str(name).startswith(_FOR_PROGRAMS) and any(map(str.isalnum, text)):
            yield text
