"""Tables as XLSX and back (ISO/IEC 29500-1, SpreadsheetML): one sheet, texts as texts.

A text is no formula there, whatever it begins with, and is no number: 004411 keeps its zeros.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from xml.etree.ElementTree import ParseError
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import python_calamine

from archive.errors import UsageError
from archive.number_formats import NumberFormat
from archive.workbook_formats import places_in_first

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Of a workbook that is read: unpacked, and of a sheet, empty cells between the used ones too.
MOST_BYTES: Final = 256 << 20
MOST_CELLS: Final = 5_000_000
CHUNK: Final = 1 << 16

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # Style 1: a text, also what is typed into the cell afterwards (49 is the number format `@`).
    # Style 2: bold, for the heads.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font>'
    "</fonts>"
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf xfId="0"/><xf numFmtId="49" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" xfId="0" applyFont="1" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}  # fmt: skip
_TEXT, _BOLD = 1, 2
#: What XML can't hold is written as its code (ST_Xstring), and so is what looks like such a code.
_CODED: Final = re.compile("[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")
_PLACE: Final = re.compile(r"(?P<column>[A-Za-z]{1,7})(?P<row>\d{1,10})")
_NO_CHARACTER: Final = re.compile("[\ufffe\uffff]")  # in no text and no XML


def to_workbook(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet of that name; the same table gives the same bytes. Whole numbers are numbers."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for path, text in _PARTS.items():
            package.writestr(_info(path), _HEAD + text)
        package.writestr(_info("xl/workbook.xml"), _HEAD + _book(name))
        with package.open(_info("xl/worksheets/sheet1.xml"), "w") as sheet:
            for text in _sheet(heads, rows):
                sheet.write(text.encode())
    return made.getvalue()


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _book(name: str) -> str:
    title = re.sub(r"[][:*?/\\]", " ", name)[:31]  # what a sheet may be called
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(title)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><sheetData>"
    )
    yield _row(1, heads, _BOLD)
    for number, row in enumerate(rows, 2):
        yield _row(number, row, _TEXT)
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Sequence[object], style: int) -> str:
    told = (_cell(f"{_column(place)}{number}", one, style) for place, one in enumerate(cells, 1))
    return f'<row r="{number}">{"".join(told)}</row>'


def _cell(place: str, value: object, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    text = _CODED.sub(lambda match: f"_x{ord(match[0]):04X}_", str(value))
    text = escape(_NO_CHARACTER.sub("\ufffd", text))
    kept = f'<is><t xml:space="preserve">{text}</t></is>'
    return f'<c r="{place}" t="inlineStr" s="{style}">{kept}</c>'


def _column(place: int) -> str:
    """A, B, … Z, AA: the letters of the 1-based column."""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_workbook(data: bytes) -> bool:
    """Does this begin as a workbook does?"""
    return data.startswith(b"PK\x03\x04")


def read_rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet as texts, each with its 1-based number there.

    Days are ISO, whole numbers have no fraction, codes are as shown (00123). Raises
    `UsageError` where it is no workbook, or one that is too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _require_extent(package)
            places = places_in_first(package)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        ParseError,
        python_calamine.CalamineError,
        python_calamine.PasswordError,
        NotImplementedError,  # a way of packing that nobody uses
        RuntimeError,  # a locked member
        ValueError,  # a name that is no UTF-8
        OSError,
    ) as error:
        raise UsageError("This is no workbook that can be read: %(error)s.", error=error) from error
    for number, row in enumerate(rows):
        yield number + 1, [_shown(cell, places.get((number, i))) for i, cell in enumerate(row)]


def _require_extent(package: zipfile.ZipFile) -> None:
    """Raise `UsageError` for what would be too large.

    calamine makes room for every cell up to the last one used, and ends the process where there is
    none. So each sheet is looked through first, as it is unpacked: what it says of itself may lie.
    """
    names = {info.filename.casefold() for info in package.infolist()}
    if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
        raise UsageError("This is no workbook that can be read: it is no XLSX file.")
    left = MOST_BYTES
    for info in package.infolist():
        extent = _Extent()
        with package.open(info) as stream:
            while chunk := stream.read(CHUNK):
                left -= len(chunk)
                if info.filename.casefold().endswith(".xml"):
                    extent.feed(chunk)
                if left < 0 or extent.cells > MOST_CELLS:
                    raise UsageError("The workbook is too large; take its rows in parts.")


class _Extent:
    """How far the cells of a sheet reach, while its XML is fed."""

    def __init__(self) -> None:
        self._rows = self._columns = 0
        self._row = self._column = 0  # the last one; who says none comes next to it
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self.feed = self._parser.Parse

    @property
    def cells(self) -> int:
        """So many cells are made room for."""
        return self._rows * self._columns

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind, said = name.rpartition(":")[2], attributes.get("r", "")
        if kind == "row":
            self._row = int(said) if said.isdecimal() else self._row + 1
            self._column = 0
        elif kind == "c":
            cell = _PLACE.fullmatch(said)
            self._column = _number(cell["column"]) if cell else self._column + 1
            self._row = int(cell["row"]) if cell else self._row
        self._rows = max(self._rows, self._row)
        self._columns = max(self._columns, self._column)


def _number(letters: str) -> int:
    """1 for A, 27 for AA."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _shown(cell: object, how: NumberFormat | None = None) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if how is not None and isinstance(cell, int | float) and (shown := how.shown(cell)):
        return shown
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)  # calamine has read the codes
