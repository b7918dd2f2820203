"""XML without its weapons: no entities, no external subset, no network, no huge trees."""

from __future__ import annotations

import re

from lxml import etree

from archive.errors import ReadingFailed

#: An internal subset is where entities are declared; business files have none.
_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY")
_HEAD = 1 << 16  # bytes in which a DOCTYPE can still stand before the root


def parse_xml(data: bytes, *, recover: bool = False) -> etree._Element:
    """The root element. Raises ReadingFailed: `refused` for a DTD of its own, else `damaged`."""
    if _SUBSET.search(data[:_HEAD]):
        raise _refused()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadingFailed("damaged", f"The XML is not well formed: {error}") from error
    if root is None:
        raise ReadingFailed("damaged", "The XML has no root element.")
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and list(subset.iterentities()):  # type: ignore[union-attr]
        raise _refused()
    return root


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _refused() -> ReadingFailed:
    return ReadingFailed(
        "refused", "The XML declares a document type of its own, by which entities attack readers."
    )
