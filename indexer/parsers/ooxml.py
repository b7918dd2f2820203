"""What DOCX, XLSX, PPTX share: parts by content type, relations, properties (ECMA-376-2)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import etree

from archive.errors import ReadingFailed
from indexer.parsers.clean import clean_text
from indexer.parsers.limits import Limits
from indexer.parsers.safe_xml import local_name, parse_xml
from indexer.parsers.zips import Package

#: The namespaces of equations, transitional and strict.
MATH = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://purl.oclc.org/ooxml/officeDocument/math}",
)
_PROPERTIES = {"creator": "author", "created": "created", "modified": "modified",
               "subject": "subject", "keywords": "keywords", "lastModifiedBy": "modified-by",
               "revision": "revision"}  # fmt: skip


class OfficePackage:
    """An Office file opened: its parts by what they are."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.package = Package(data, limits)
        self._types = _content_types(self.package)
        self.broken: dict[str, None] = {}  # parts that could not be read, each once

    def parts(self, *endings: str) -> list[str]:
        """Names of the parts whose content type ends with one of `endings`; in their order, then
        in natural order of the names."""
        present = [(n, kind) for n, kind in self._types.items() if n in self.package.infos]
        return [
            name
            for ending in endings
            for name in sorted(
                (name for name, kind in present if kind.endswith(ending)), key=_natural
            )
        ]

    def root(self, part: str) -> etree._Element:
        """The root element of a part."""
        return parse_xml(self.package.read(part))

    def roots(self, *endings: str) -> Iterator[etree._Element]:
        """Root elements of these parts; a damaged part must not hide the others."""
        for part in self.parts(*endings):
            root = self.root_or_none(part)
            if root is not None:
                yield root

    def root_or_none(self, part: str) -> etree._Element | None:
        """The root element of a part, None where it is damaged or lacks."""
        data = self.read_or_none(part)
        try:
            return None if data is None else parse_xml(data)
        except ReadingFailed as failure:
            self._note(part, failure)
            return None

    def read_or_none(self, part: str) -> bytes | None:
        """The bytes of a part, None where it is damaged or lacks."""
        if part not in self.package.infos:
            return None
        try:
            return self.package.read(part)
        except ReadingFailed as failure:
            self._note(part, failure)
            return None

    def _note(self, part: str, failure: ReadingFailed) -> None:
        """Remember a damaged part; raise what is worse."""
        if failure.code != "damaged":
            raise failure
        self.broken[part] = None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id to (last word of its type, part that it leads to), inside the package."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", name + ".rels")
        root = self.root_or_none(rels)
        found = {}
        for relation in () if root is None else root:
            if not isinstance(relation.tag, str) or relation.get("TargetMode") == "External":
                continue
            target = relation.get("Target") or ""
            path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            kind = (relation.get("Type") or "").rpartition("/")[2]
            found[relation.get("Id") or ""] = (kind, path)
        return found

    def properties(self) -> tuple[str | None, tuple[tuple[str, str], ...]]:
        """Title, and author, times and so on, from the core properties."""
        title, found = None, []
        for part in self.parts("core-properties+xml")[:1]:
            root = self.root_or_none(part)
            for element in () if root is None else root:
                text = clean_text(element.text or "").strip()
                name = local_name(element)
                if name == "title" and text:
                    title = text
                elif name in _PROPERTIES and text:
                    found.append((_PROPERTIES[name], text))
        return title, tuple(found)


def _natural(name: str) -> tuple[int, str]:
    return len(name), name


def _content_types(package: Package) -> dict[str, str]:
    root = parse_xml(package.read("[Content_Types].xml"))
    by_extension: dict[str, str] = {}
    types: dict[str, str] = {}
    for entry in root:
        kind = entry.get("ContentType") or ""
        if local_name(entry) == "Default":
            by_extension[(entry.get("Extension") or "").lower()] = kind
        elif local_name(entry) == "Override":
            types[(entry.get("PartName") or "").lstrip("/")] = kind
    for name in package.infos:
        kind = by_extension.get(name.rpartition(".")[2].lower(), "")
        if name not in types and kind:
            types[name] = kind
    return types


def drawing_text(root: etree._Element) -> Iterator[str]:
    """The paragraphs of DrawingML: slides, shapes, diagrams, charts."""
    namespace = next(
        (
            uri
            for uri in _namespaces(root)
            if uri.endswith(("/drawingml/2006/main", "/drawingml/main"))
        ),
        "http://schemas.openxmlformats.org/drawingml/2006/main",
    )
    text, line_break, paragraph = (f"{{{namespace}}}{name}" for name in ("t", "br", "p"))
    equations = tuple(space + "t" for space in MATH)
    for element in root.iter(paragraph):
        yield "".join(
            "\n" if run.tag == line_break else run.text or ""
            for run in element.iter(text, line_break, *equations)
        )


def chart_text(root: etree._Element) -> Iterator[str]:
    """The names of a chart's series and categories, which stand in a workbook beside it, once."""
    if local_name(root) == "chartSpace":
        names = root.iterfind(".//{*}strCache//{*}v")
        more = root.iterfind(".//{*}multiLvlStrCache//{*}v")
        yield from dict.fromkeys(name.text for name in (*names, *more) if name.text)


def _namespaces(root: etree._Element) -> Iterator[str]:
    yield from root.nsmap.values()
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag[0] == "{":
            yield element.tag[1:].partition("}")[0]
