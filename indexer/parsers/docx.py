"""Word: every part that carries text, in reading order, a page for each explicit break.

Body with tables, text boxes, content controls, field results, equations, tracked insertions;
headers before the first page, footers after it; notes, comments, diagrams and charts after the
last. What was deleted, or moved elsewhere, is not text. `mc:Fallback` repeats `mc:Choice`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import chain

from lxml import etree

from archive.errors import ReadingFailed
from indexer.parsers.embedded import add_embedded
from indexer.parsers.html import html_text
from indexer.parsers.ooxml import MATH, OfficePackage, chart_text, drawing_text
from indexer.parsers.source import Contents, Pages, Source, say_broken

_MAIN = (
    "wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml",
    "ms-word.document.macroEnabled.main+xml", "ms-word.template.macroEnabledTemplate.main+xml",
)  # fmt: skip
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: What tells the parts of an equation apart where they are written in one line.
_EQUATIONS = {"den": "/", "sub": "_", "sup": "^"}
_OFF = ("0", "false", "off")
_NEW_PAGE = "\f"  # XML can't contain it, so no text can


def read(file: Source) -> Contents:
    package = OfficePackage(file.data, file.limits)
    main = package.parts(*_MAIN)
    if not main:
        raise ReadingFailed("damaged", "The Word package has no main document.")
    body = _part_text(package.root(main[0])).split(_NEW_PAGE)
    body[0] = _joined([*_texts(package, "wordprocessingml.header+xml"), body[0]])
    body[0] = _joined([body[0], *_texts(package, "wordprocessingml.footer+xml")])
    body[-1] = _joined([
        body[-1],
        *_texts(package, "ml.footnotes+xml", "ml.endnotes+xml", "ml.comments+xml"),
        *_drawings(package),
        *_inserted_pages(package),
    ])  # fmt: skip
    pages = Pages(file.limits)
    for text in body:
        if not pages.add(text.strip("\n")):
            break
    contents = pages.contents()
    contents.title, contents.properties = package.properties()
    add_embedded(contents, package.package, file.limits)
    say_broken(contents, package.broken)
    return contents


def _texts(package: OfficePackage, *content_types: str) -> list[str]:
    """Texts of the parts of these types, equal ones once (a header for each section)."""
    found: dict[str, None] = {}
    for root in package.roots(*content_types):
        text = _part_text(root).replace(_NEW_PAGE, "\n").strip("\n")
        if text.strip():
            found[text] = None
    return list(found)


def _inserted_pages(package: OfficePackage) -> list[str]:
    """HTML that was inserted whole (`w:altChunk`), which Word shows as text."""
    parts = package.parts("text/html", "application/xhtml+xml")
    return [html_text(data) for data in map(package.read_or_none, parts) if data is not None]


def _drawings(package: OfficePackage) -> list[str]:
    roots = package.roots("drawingml.diagramData+xml", "drawingml.chart+xml")
    return [text for root in roots for text in (*drawing_text(root), *chart_text(root)) if text]


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text.strip())


class _Words:
    """Tags of the WordprocessingML namespace of one part, transitional or strict."""

    def __init__(self, root: etree._Element) -> None:
        namespace = root.tag[1:].partition("}")[0] if root.tag[0] == "{" else ""
        self.prefix = w = f"{{{namespace}}}"
        self.paragraph, self.table, self.row, self.cell = w + "p", w + "tbl", w + "tr", w + "tc"
        self.section, self.kind, self.value = w + "sectPr", w + "type", w + "val"
        self.text, self.line_break = w + "t", w + "br"
        self.break_before = w + "pageBreakBefore"
        self.gone = (w + "del", w + "moveFrom", _FALLBACK)
        self.boxes = w + "txbxContent"
        self.field, self.field_kind = w + "fldChar", w + "fldCharType"
        self.same = {w + "tab": "\t", w + "cr": "\n", w + "noBreakHyphen": "\u2011",
                     w + "softHyphen": "\xad", w + "ptab": "\t"}  # fmt: skip
        self.same |= {space + name: mark for space in MATH for name, mark in _EQUATIONS.items()}
        self.texts = (self.text, *(space + "t" for space in MATH))
        self.inline = (*self.texts, self.line_break, self.paragraph, self.section,
                       self.break_before, *self.same)  # fmt: skip


def _part_text(root: etree._Element) -> str:
    words = _Words(root)
    for element in list(root.iter(*words.gone)):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for box in list(root.iter(words.boxes)):  # what follows it begins a line of its own
        box.addnext(etree.Element(words.prefix + "cr"))
    for field in list(root.iter(words.field)):
        if (said := _chosen(field, words)) and not _shows_text(field, words):
            text = etree.Element(words.text)
            text.text = said
            field.addnext(text)
    out = io.StringIO()
    _blocks(root, words, out)
    return out.getvalue()


def _blocks(parent: etree._Element, words: _Words, out: io.StringIO) -> None:
    """Paragraphs and tables below `parent`, through controls, insertions and other wrappers."""
    for element in parent:
        if element.tag == words.paragraph:
            _paragraph(element, words, out)
        elif element.tag == words.table:
            _table(element, words, out)
        elif element.tag != words.section and len(element):
            _blocks(element, words, out)


def _paragraph(paragraph: etree._Element, words: _Words, out: io.StringIO) -> None:
    """Runs of one paragraph; paragraphs of its text boxes begin lines of their own."""
    after = "\n"
    tabs = paragraph.find(f"{words.prefix}pPr/{words.prefix}tabs")
    if tabs is not None:  # stops are defined with the same word as tabulators are written
        tabs.clear()
    for element in paragraph.iter(*words.inline):
        tag = element.tag
        if tag in words.texts:
            out.write(element.text or "")
        elif tag == words.line_break:
            out.write(_NEW_PAGE if element.get(words.kind) == "page" else "\n")
        elif tag == words.section:
            after = _section_end(element, words)
        elif tag == words.break_before:
            if element.get(words.value) not in _OFF:
                out.write(_NEW_PAGE)
        elif tag == words.paragraph:
            if element is not paragraph:
                out.write("\n")
        else:
            out.write(words.same[tag])
    out.write(after)


def _chosen(field: etree._Element, words: _Words) -> str:
    """What a drop-down list or a check box of a form says, which Word shows without a text
    (ECMA-376-1, 17.16.7 and 17.16.9)."""
    w = words.prefix
    choices = field.find(f"{w}ffData/{w}ddList")
    if choices is not None:
        entries = [entry.get(words.value) or "" for entry in choices.findall(w + "listEntry")]
        number = _said(choices, w + "result", words) or _said(choices, w + "default", words) or "0"
        return entries[int(number)] if number.isdecimal() and int(number) < len(entries) else ""
    box = field.find(f"{w}ffData/{w}checkBox")
    if box is None:
        return ""
    state = _said(box, w + "checked", words) or _said(box, w + "default", words) or "0"
    return "\u2610" if state in _OFF else "\u2612"


def _shows_text(field: etree._Element, words: _Words) -> bool:
    """Does text stand between a field's beginning and its end, in the runs of its paragraph?"""
    run = field.getparent()
    behind = () if run is None else (inside for other in run.itersiblings() for inside in other)
    for element in chain(field.itersiblings(), behind):
        if element.tag == words.text:
            return True
        if element.tag == words.field and element.get(words.field_kind) == "end":
            return False
    return False


def _said(parent: etree._Element, tag: str, words: _Words) -> str | None:
    """The value of an element below; of one that has none, that it is there."""
    element = parent.find(tag)
    return None if element is None else element.get(words.value) or "1"


def _section_end(section: etree._Element, words: _Words) -> str:
    kind = section.find(words.kind)
    continues = kind is not None and kind.get(words.value) in ("continuous", "nextColumn")
    return "\n" if continues else _NEW_PAGE


def _table(table: etree._Element, words: _Words, out: io.StringIO) -> None:
    """A line for each row, cells parted by tabulators; nested tables inside their cell."""
    for row in _within(table, words.row, words.table):
        cells = []
        for cell in _within(row, words.cell, words.table):
            inside = io.StringIO()
            _blocks(cell, words, inside)
            cells.append(inside.getvalue().strip("\n"))
        out.write("\t".join(cells) + "\n")


def _within(parent: etree._Element, wanted: str, barrier: str) -> Iterable[etree._Element]:
    """Elements `wanted` below `parent`, through wrappers, not through another `barrier`."""
    for element in parent:
        if element.tag == wanted:
            yield element
        elif element.tag != barrier and len(element):
            yield from _within(element, wanted, barrier)
