"""Looking things up in an e-document by local names, quickly, and saying where they stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from lxml import etree

from indexer.parsers.safe_xml import root_of

Element = etree._Element

#: Envelopes (SFTI ObjectEnvelope, UN/CEFACT StandardBusinessDocument) hold the document this deep.
ENVELOPE_DEPTH = 4


def parse(data: bytes) -> Element | None:
    """The root of well-formed XML without a document type, else nothing.

    No DTD, no entities, no network: none of the formats needs them, and a DOCTYPE serves nothing
    but attacks here.
    """
    try:
        root = root_of(data)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def local_name(element: Element) -> str:
    """The name without its namespace; of comments and the like the empty string."""
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=4_096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


@lru_cache(maxsize=1_024)
def _steps(path: str) -> tuple[tuple[str, ...], ...]:
    """The names that each step of a path takes."""
    return tuple(tuple(step.split("|")) for step in path.split("/"))


def namespace(element: Element) -> str:
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def text_of(element: Element) -> str:
    """An element's own text in one line."""
    text = element.text
    return " ".join(text.split()) if text else ""


def candidates(root: Element) -> Iterator[Element]:
    """The root, then what an envelope may hold, outer before inner."""
    level = [root]
    for _ in range(ENVELOPE_DEPTH):
        yield from level
        level = [child for element in level[:8] for child in islice(element, 64) if len(child)]


def beside(element: Element) -> Iterator[Element]:
    """All elements that lie as deep in the file as this one, itself among them, in their order."""
    root, depth = element.getroottree().getroot(), sum(1 for _ in element.iterancestors())
    level: Iterable[Element] = (root,)
    for _ in range(depth):
        level = chain.from_iterable(level)
    yield from level


class Tree:
    """Children by local name, remembered, so that sixty look-ups walk the document once."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._children: dict[Element, dict[str, list[Element]]] = {}

    def children(self, element: Element) -> dict[str, list[Element]]:
        found = self._children.get(element)
        if found is None:
            found = self._children[element] = {}
            for child in element:
                found.setdefault(local_name(child), []).append(child)
        return found

    def find(self, path: str, start: Element | None = None) -> list[Element]:
        """All elements at a path (see model), in document order."""
        level = [self.root if start is None else start]
        for names in _steps(path):
            level = [
                child
                for element in level
                for name in names
                for child in self.children(element).get(name, ())
            ]
        return level

    def first(self, path: str, start: Element | None = None) -> Element | None:
        """The first element at a path that has text."""
        return next((found for found in self.find(path, start) if text_of(found)), None)

    def where(self, element: Element) -> str:
        """An XPath in the document's own prefixes: `/Invoice/cac:InvoiceLine[2]/cbc:ID`."""
        steps: list[str] = []
        current: Element | None = element
        while current is not None:
            parent = current.getparent()
            name = local_name(current)
            prefix = f"{current.prefix}:" if current.prefix else ""
            same = self.children(parent).get(name, ()) if parent is not None else ()
            position = f"[{same.index(current) + 1}]" if len(same) > 1 else ""
            steps.append(f"{prefix}{name}{position}")
            current = parent
        return "/" + "/".join(reversed(steps))
