"""XML without its weapons: no entities, no external subset, no network, no huge trees."""

from __future__ import annotations

import re
from contextlib import suppress

from lxml import etree

from archive.errors import ReadingFailed

#: An internal subset is where entities are declared; business files have none.
_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY")
_HEAD = 1 << 16  # bytes in which a DOCTYPE can still stand before the root
_LONGEST = 10_000_000  # bytes of one text (libxml2: XML_MAX_TEXT_LENGTH)
_DEEPEST = 256  # elements in elements (libxml2: xmlParserMaxDepth)
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY")
#: Encodings in which a document type can't hide from the pattern above.
_PLAIN = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml[^>]*\bencoding\s*=\s*[\"'](?:utf-8|us-ascii|iso-8859-\d+"
    rb"|windows-125\d)[\"'][^>]*>|\?xml(?![^>]*encoding)[^>]*>|[A-Za-z_])",
    re.IGNORECASE,
)


#: A head that says UTF-8, or says nothing and so means it (XML 1.0, 4.3.3).
_UTF_8 = re.compile(
    rb"<\?xml(?:[^>]*\bencoding\s*=\s*[\"']utf-?8[\"']|(?![^>]*encoding))[^>]*>|<[A-Za-z_!]",
    re.IGNORECASE,
)


def parse_xml(data: bytes) -> etree._Element:
    """The root element. Raises ReadingFailed: `refused` for a DTD of its own, else `damaged`."""
    if _SUBSET.search(data[:_HEAD]):
        raise _refused()
    try:
        root = root_of(data, remove_comments=True)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadingFailed("damaged", f"The XML is not well formed: {error}") from error
    if root is None:
        raise ReadingFailed("damaged", "The XML has no root element.")
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and list(subset.iterentities()):  # type: ignore[attr-defined]
        raise _refused()
    return root


def root_of(data: bytes, *, remove_comments: bool = False) -> etree._Element:
    """The root element, parsed within libxml2's limits, but for the length of a text.

    E-invoices hold whole files in one element, and libxml2 takes no text beyond 10 MB unless it
    gives up its other limits with that. It is let where no document type can declare entities, and
    the depth is ours to limit then. Raises XMLSyntaxError or ValueError.

    A blank before the head, and cp1252 that says UTF-8, are read as they are meant.
    """

    def parsed(*, is_huge: bool) -> etree._Element:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=is_huge,
            remove_comments=remove_comments, remove_pis=True,
        )  # fmt: skip
        return etree.fromstring(data, parser)

    try:
        return parsed(is_huge=False)
    except etree.XMLSyntaxError:
        if (meant := _meant(data)) is not None:
            return root_of(meant, remove_comments=remove_comments)
        if len(data) <= _LONGEST or _DOCTYPE.search(data) or not _PLAIN.match(data):
            raise
    root = parsed(is_huge=True)
    _check_depth(root)
    return root


def _meant(data: bytes) -> bytes | None:
    """Without a blank before the head; as UTF-8 what says that it is, and is cp1252."""
    if data[:1].isspace():
        return data.lstrip()
    if not _UTF_8.match(data):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        with suppress(UnicodeDecodeError):
            return data.decode("cp1252").encode()
    return None


def _check_depth(root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise ValueError(f"Elements are nested deeper than {_DEEPEST}.")


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _refused() -> ReadingFailed:
    return ReadingFailed(
        "refused", "The XML declares a document type of its own, by which entities attack readers."
    )
