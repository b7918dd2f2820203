"""Other readers of Office files, RTF and HTML, each a function from bytes to text.

They are asked only which words a file holds. Each leaves out what is no text of the file: deleted
revisions, building blocks, scripts. Where no library reads a part at all (notes and text boxes of
DOCX, comments of slides, all of ODT), a bare walk over the texts of its XML is the witness.
"""

from __future__ import annotations

import datetime
import html.parser
import io
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import bs4
import docx
import docx.opc.exceptions
import openpyxl  # type: ignore[import-untyped]
import openpyxl.utils.exceptions  # type: ignore[import-untyped]
import pptx
import pptx.exc
from lxml import etree
from striprtf.striprtf import rtf_to_text

Witness = Callable[[bytes], str]
_UNSEEN = ("script", "style", "template", "noscript")  # what a browser does not show
_GONE = frozenset(("del", "moveFrom", "Fallback", "tracked-changes"))
_ABOUT = "{http://purl.org/dc/elements/1.1/}"
_BEYOND_ASCII = re.compile(rb"\\'|\\u-?\d|[\x80-\xff]")


#: What witnesses raise on files that they can't read.
_BREAKS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError,
    SyntaxError, TypeError, ValueError, etree.Error, subprocess.SubprocessError,
    zipfile.BadZipFile, docx.opc.exceptions.OpcError, pptx.exc.PythonPptxError,
    openpyxl.utils.exceptions.InvalidFileException,
)  # fmt: skip


def asked(witness: Witness, data: bytes) -> str:
    """What a witness says; nothing where it breaks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return witness(data)
        except _BREAKS:
            return ""


def _docx(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    around = [part for s in document.sections for part in (s.header, s.footer)]
    found: list[str] = []
    for held in (document, *around):
        found += (paragraph.text for paragraph in held.paragraphs)
        found += (cell.text for table in held.tables for row in table.rows for cell in row.cells)
    return "\n".join(found)


def _pptx(data: bytes) -> str:
    found: list[str] = []
    for slide in pptx.Presentation(io.BytesIO(data)).slides:
        found += _shapes(slide.shapes)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame:
            found.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(found)


def _shapes(shapes: Any) -> Iterator[str]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        if shape.has_text_frame:
            yield shape.text_frame.text
        if getattr(shape, "has_table", False) and shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)


def _openpyxl(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return "\n".join(
        text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        for text in (_value(cell.value), cell.comment.text if cell.comment else "")
    )


def _value(value: object) -> str:
    """A cell's value is compared, not how it is shown: 42.0 is 42, midnight is no time."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def _in_parts(wanted: str, paragraph: str, texts: frozenset[str]) -> Witness:
    """A walk over the parts whose names match: the texts of each paragraph, joined."""
    names = re.compile(wanted)

    def read(data: bytes) -> str:
        found = []
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in filter(names.fullmatch, package.namelist()):
                parser = etree.XMLParser(resolve_entities=False, no_network=True)
                root = etree.fromstring(package.read(name), parser)
                for element in root.iter(f"{{*}}{paragraph}"):
                    inside = _texts(element, texts, paragraph)
                    found.append("".join(inside))
        return "\n".join(found)

    return read


def _texts(parent: etree._Element, wanted: frozenset[str], paragraph: str) -> Iterator[str]:
    """Texts below a paragraph, not those of a paragraph within it or of what was deleted."""
    for element in parent:
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == paragraph or name in _GONE:
            continue
        yield element.text or "" if name in wanted else " " if name in ("tab", "br", "cr") else ""
        yield from _texts(element, wanted, paragraph)


def _odf(data: bytes) -> str:
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in ("content.xml", "styles.xml"):
            root = etree.fromstring(package.read(name))
            for element in list(root.iter("{*}tracked-changes")):
                element.clear()
            for element in root.iter("{*}p", "{*}h"):
                found.append("".join(_spaced(element)))
    return "\n".join(found)


def _spaced(paragraph: etree._Element) -> Iterator[str]:
    """A tabulator or a line end is an element without text; a note begins words of its own."""
    yield paragraph.text or ""
    for element in paragraph:
        if element.tag.startswith(_ABOUT):  # who wrote a comment, and when
            yield element.tail or ""
            continue
        apart = etree.QName(element).localname not in ("span", "a", "bookmark", "soft-page-break")
        yield " " if apart else ""
        yield from _spaced(element)
        yield (" " if apart else "") + (element.tail or "")


def _striprtf(data: bytes) -> str:
    text = rtf_to_text(data.decode("latin-1"), errors="ignore")  # type: ignore[no-untyped-call]
    return str(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unrtf(data: bytes) -> str:
    """Only of files in ASCII: it breaks words at all other letters. The author stands on top."""
    if shutil.which("unrtf") is None or _BEYOND_ASCII.search(data):
        return ""
    command = ["unrtf", "--quiet", "--nopict", "--text"]
    done = subprocess.run(command, input=data, capture_output=True, timeout=20, check=False)
    body = done.stdout.decode("utf-8", "replace").partition("\n-----------------\n")[2]
    return re.sub("###.*", "", body)  # its own remarks


def _soup(data: bytes) -> str:
    soup = bs4.BeautifulSoup(data, "html.parser")
    for element in soup(_UNSEEN):
        element.decompose()
    return soup.get_text(" ") if soup.find("td") else soup.get_text()


class _Listener(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self.found.append("" if tag in ("a", "b", "i", "em", "span", "font", "strong") else " ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in ("p", "td", "th", "li", "div", "tr"):
            self.found.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)


def _listener(data: bytes) -> str:
    listener = _Listener()
    listener.feed(str(bs4.UnicodeDammit(data).unicode_markup or ""))
    return "".join(listener.found)


_WORD_PARTS = r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
_SLIDE_PARTS = r"ppt/(?:slides|notesSlides|diagrams)/[^/]+\.xml"

WITNESSES: Final[Mapping[str, Mapping[str, Witness]]] = {
    "docx": {"python-docx": _docx, "walk": _in_parts(_WORD_PARTS, "p", frozenset("t"))},
    "pptx": {"python-pptx": _pptx, "walk": _in_parts(_SLIDE_PARTS, "p", frozenset("t"))},
    "odt": {"walk": _odf},
    "xlsx": {"openpyxl": _openpyxl},
    "rtf": {"striprtf": _striprtf, "unrtf": _unrtf},
    "html": {"beautifulsoup4": _soup, "html.parser": _listener},
}
