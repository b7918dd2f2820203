"""OpenDocument text, sheets, slides and drawings (ODF 1.3): content, then headers and footers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers.clean import clean_text
from indexer.parsers.embedded import add_embedded
from indexer.parsers.rows import line_of
from indexer.parsers.safe_xml import local_name, parse_xml
from indexer.parsers.source import Contents, Pages, Source, say_broken
from indexer.parsers.zips import Package

_Read = TypeVar("_Read")
_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _DRAW, _STYLE, _OFFICE = (
    f"{_NS}{name}:1.0}}" for name in ("text", "table", "drawing", "style", "office")
)
_MOST_REPEATED = 256  # columns that one cell stands for; all behind the used ones are one cell
_PARAGRAPHS = (_TEXT + "p", _TEXT + "h")
_ROW, _CELL, _COVERED = _TABLE + "table-row", _TABLE + "table-cell", _TABLE + "covered-table-cell"
#: Deleted text that change tracking keeps, and declarations.
_UNSEEN = frozenset((_TEXT + "tracked-changes", _TEXT + "sequence-decls", _TEXT + "variable-decls"))
_PROPERTIES = {"creator": "author", "initial-creator": "author", "creation-date": "created",
               "date": "modified", "subject": "subject", "keyword": "keywords"}  # fmt: skip


def read(file: Source) -> Contents:
    package = Package(file.data, file.limits)
    beside = _Beside(package)
    if b"encryption-data" in (beside.read("META-INF/manifest.xml") or b""):
        raise ReadingFailed("encrypted", REASONS["encrypted"])
    root = parse_xml(package.read("content.xml"))
    pages = Pages(file.limits)
    parts = _parts(root)
    around = _headers_and_footers(beside)
    for i, (label, part) in enumerate(parts):
        lines: list[str] = []
        _walk(part, lines)
        if i == 0 and around:
            lines.append(around)
        if i == len(parts) - 1:
            lines += _objects(beside)
        if not pages.add("\n".join(lines), label=label):
            break
    contents = pages.contents()
    contents.title, contents.properties = _properties(beside)
    add_embedded(contents, package, file.limits)
    say_broken(contents, beside.broken)
    return contents


class _Beside:
    """The parts beside the content. One that is damaged hides nothing else, and is named."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.broken: dict[str, None] = {}

    def read(self, part: str) -> bytes | None:
        return self._tried(part, lambda: self.package.read(part))

    def root(self, part: str) -> etree._Element | None:
        return self._tried(part, lambda: parse_xml(self.package.read(part)))

    def _tried(self, part: str, read_it: Callable[[], _Read]) -> _Read | None:
        if part not in self.package.infos:
            return None
        try:
            return read_it()
        except ReadingFailed as failure:
            if failure.code != "damaged":
                raise
            self.broken[part] = None
            return None


def _parts(root: etree._Element) -> list[tuple[str, etree._Element]]:
    """Slides or sheets with their names; a text is one part."""
    body = root.find("{*}body")
    inside = next(iter(body), None) if body is not None else None
    if inside is None:
        raise ReadingFailed("damaged", "The document has no body.")
    pages = inside.findall(_DRAW + "page")
    if pages:
        return [(f"Slide {i}", page) for i, page in enumerate(pages, start=1)]
    if local_name(inside) == "spreadsheet":
        tables = inside.findall(_TABLE + "table")
        return [(table.get(_TABLE + "name") or "", table) for table in tables] or [("", inside)]
    return [("", inside)]


def _walk(parent: etree._Element, lines: list[str]) -> None:
    """Paragraphs as lines, rows of tables as lines with tabulators."""
    for element in parent:
        tag = element.tag
        if tag in _PARAGRAPHS:
            lines.append(_paragraph(element))
        elif tag == _ROW:
            if row := line_of(_cells(element)):
                lines.append(row)
        elif tag not in _UNSEEN:
            _walk(element, lines)


def _cells(row: etree._Element) -> list[str]:
    """The texts of a row's cells; one that stands for several alike as often as that."""
    found: list[str] = []
    for cell in row:
        if cell.tag in (_CELL, _COVERED):
            repeated = cell.get(_TABLE + "number-columns-repeated", "1")
            times = int(repeated) if repeated.isdecimal() else 1
            found += [_cell(cell)] * min(times, _MOST_REPEATED)
    return found


def _cell(cell: etree._Element) -> str:
    lines: list[str] = []
    _walk(cell, lines)
    return "\n".join(filter(None, lines)) or _value(cell)


def _value(cell: etree._Element) -> str:
    """Of a cell without a text, as programs that are no Office write it."""
    values = (cell.get(f"{_OFFICE}{name}value") for name in ("", "date-", "time-", "string-"))
    said = next(filter(None, values), None)
    return said or (cell.get(f"{_OFFICE}boolean-value") or "").upper()


def _paragraph(paragraph: etree._Element) -> str:
    """Text of one paragraph; notes, comments and text boxes inside it get lines of their own."""
    out = [paragraph.text or ""]
    for element in paragraph:
        name = local_name(element)
        if name == "s":
            out.append(" " * min(int(element.get(_TEXT + "c") or 1), 200))
        elif name == "tab":
            out.append("\t")
        elif name == "line-break":
            out.append("\n")
        elif element.tag in _PARAGRAPHS or name in ("note", "annotation", "frame", "custom-shape"):
            lines: list[str] = []
            _walk(element, lines)
            out.append("\n" + "\n".join(lines) + "\n" if any(lines) else "")
        elif element.tag not in _UNSEEN:
            out.append(_paragraph(element))
        out.append(element.tail or "")
    return "".join(out)


def _objects(beside: _Beside) -> list[str]:
    """Charts, sheets and texts inside the document: packages of their own, each in a folder."""
    lines: list[str] = []
    for part in beside.package.infos:
        if part.endswith("/content.xml") and (root := beside.root(part)) is not None:
            _walk(root, lines)
    return lines


def _headers_and_footers(beside: _Beside) -> str:
    root = beside.root("styles.xml")
    if root is None:
        return ""
    lines: list[str] = []
    for element in root.iter(
        _STYLE + "header", _STYLE + "footer", _STYLE + "header-left", _STYLE + "footer-left",
        _STYLE + "header-first", _STYLE + "footer-first",
    ):  # fmt: skip
        _walk(element, lines)
    return "\n".join(dict.fromkeys(filter(str.strip, lines)))


def _properties(beside: _Beside) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    root = beside.root("meta.xml")
    if root is None:
        return None, ()
    title, found = None, {}
    for element in root.iter():
        name, text = local_name(element), clean_text(element.text or "").strip()
        if name == "title" and text:
            title = text
        elif name in _PROPERTIES and text:
            found[_PROPERTIES[name]] = text
    return title, tuple(found.items())
