"""E-documents: invoices, orders and their kin as XML, read by tables of paths, a file a format."""

from __future__ import annotations

from typing import Final

from indexer.extract.edocuments.cii import CII
from indexer.extract.edocuments.fatturapa import FATTURAPA
from indexer.extract.edocuments.model import EDocument, Format
from indexer.extract.edocuments.reader import KeyOf, read, read_several
from indexer.extract.edocuments.svefaktura import SVEFAKTURA
from indexer.extract.edocuments.tree import (
    Element,
    Tree,
    beside,
    candidates,
    local_name,
    namespace,
    parse,
)
from indexer.extract.edocuments.ubl import UBL

__all__ = ["EDocument", "KeyOf", "read_edocument", "render"]

FORMATS: Final = (UBL, CII, SVEFAKTURA, FATTURAPA)


def read_edocument(data: bytes, key_of: KeyOf) -> EDocument | None:
    """What an e-document says, or nothing if these bytes are none.

    Known formats: UBL 2, UN/CEFACT CII with ZUGFeRD 1 and Order-X, Svefaktura 1.0, FatturaPA; bare
    or in an envelope. Nothing is raised: XML that is broken, or has a DOCTYPE, is no e-document.
    """
    root = parse(data)
    for element in candidates(root) if root is not None else ():
        shape = _format(element)
        if shape is not None:
            all_here = [(one, found) for one in beside(element) if (found := _format(one))]
            if len(all_here) > 1:
                return read_several(Tree(element.getroottree().getroot()), all_here)
            return read(Tree(element), shape, key_of)
    return None


def render(edocument: EDocument) -> list[str]:
    """Page texts that a person can read; an e-document is one page."""
    parts = ("\n".join((heading, *lines)).strip() for heading, lines in edocument.blocks)
    return ["\n\n".join(part for part in parts if part)]


def _format(element: Element) -> Format | None:
    """The format whose root this is: by its name, and by its namespace where it has one.

    Without a namespace the number must stand where the format has it: `Invoice` is a common word.
    """
    name, where = local_name(element), namespace(element)
    for shape in FORMATS:
        ours = any(mark in where for mark in shape.namespaces)
        if ours and (name in shape.kinds or (shape.other_kinds and f":{name}-" in where)):
            return shape
        if not where and name in shape.kinds:
            tree = Tree(element)
            if tree.first(shape.number) is not None and any(
                tree.first(path) is not None for fact, path in shape.facts if fact == "date"
            ):
                return shape
    return None
