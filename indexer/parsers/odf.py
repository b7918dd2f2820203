"""OpenDocument text, sheets, slides and drawings (ODF 1.3): content, then headers and footers."""

from __future__ import annotations

from contextlib import suppress

from lxml import etree

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers.clean import clean_text
from indexer.parsers.embedded import add_embedded
from indexer.parsers.rows import line_of
from indexer.parsers.safe_xml import local_name, parse_xml
from indexer.parsers.source import Contents, Pages, Source
from indexer.parsers.zips import Package

_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _DRAW, _STYLE = (
    f"{_NS}{name}:1.0}}" for name in ("text", "table", "drawing", "style")
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
    if "META-INF/manifest.xml" in package.infos and (
        b"encryption-data" in package.read("META-INF/manifest.xml")
    ):
        raise ReadingFailed("encrypted", REASONS["encrypted"])
    root = parse_xml(package.read("content.xml"))
    pages = Pages(file.limits)
    parts = _parts(root)
    around = _headers_and_footers(package)
    for i, (label, part) in enumerate(parts):
        lines: list[str] = []
        _walk(part, lines)
        if i == 0 and around:
            lines.append(around)
        if i == len(parts) - 1:
            lines += _objects(package)
        if not pages.add("\n".join(lines), label=label):
            break
    contents = pages.contents()
    contents.title, contents.properties = _properties(package)
    add_embedded(contents, package, file.limits)
    return contents


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
    return "\n".join(filter(None, lines))


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


def _objects(package: Package) -> list[str]:
    """Charts, sheets and texts inside the document: packages of their own, each in a folder."""
    lines: list[str] = []
    for info in package.members:
        if info.filename.endswith("/content.xml"):
            with suppress(ReadingFailed):  # one that is broken hides nothing else
                _walk(parse_xml(package.read(info)), lines)
    return lines


def _headers_and_footers(package: Package) -> str:
    if "styles.xml" not in package.infos:
        return ""
    lines: list[str] = []
    for element in parse_xml(package.read("styles.xml")).iter(
        _STYLE + "header", _STYLE + "footer", _STYLE + "header-left", _STYLE + "footer-left",
        _STYLE + "header-first", _STYLE + "footer-first",
    ):  # fmt: skip
        _walk(element, lines)
    return "\n".join(dict.fromkeys(filter(str.strip, lines)))


def _properties(package: Package) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    if "meta.xml" not in package.infos:
        return None, ()
    title, found = None, {}
    for element in parse_xml(package.read("meta.xml")).iter():
        name, text = local_name(element), clean_text(element.text or "").strip()
        if name == "title" and text:
            title = text
        elif name in _PROPERTIES and text:
            found[_PROPERTIES[name]] = text
    return title, tuple(found.items())
