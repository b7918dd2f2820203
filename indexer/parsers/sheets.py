"""XLSX, XLSB and XLS by calamine: a page for each sheet, a line for each row that has cells."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable
from dataclasses import replace

import python_calamine

from archive.errors import ReadingFailed
from archive.number_formats import (
    NumberFormat,
    Places,
    cell_formats,
    has_number_formats,
    places_in_sheet,
)
from archive.vocabulary import REASONS
from indexer.parsers import far_cells, print_headers, xls_formats, xls_remarks, xlsb_formats
from indexer.parsers.embedded import add_embedded
from indexer.parsers.ole_properties import ole_properties
from indexer.parsers.ooxml import OfficePackage, drawing_text
from indexer.parsers.rows import line_of
from indexer.parsers.source import Contents, Pages, Source, say_broken

_SHEETS = ("ml.worksheet+xml", "ml.chartsheet+xml")
_REMARKS = "comments and shapes"


def read(file: Source) -> Contents:
    file, package = _package(file)
    book = _book(file, package)
    pages = Pages(file.limits)
    sheets = _Sheets(package) if package is not None else None
    if package is None:
        binary = xls_formats.places_by_sheet(file.data)
    else:
        binary = xlsb_formats.places_by_sheet(package)
    broken: dict[str, str] = {}
    for name in book.sheet_names:
        try:
            places = binary.get(name) or (sheets.places(name) if sheets is not None else {})
            text = "\n".join(_lines(book.get_sheet_by_name(name), places))
        except python_calamine.WorksheetNotFound:  # chart sheets have no cells
            text = ""
        except (python_calamine.CalamineError, OSError) as error:
            broken[name], text = f"The sheet {name} can't be read: {error}", ""
        if not pages.add(text, label=name):
            break
    if broken and not any(page.text for page in pages.pages):
        raise ReadingFailed("damaged", next(iter(broken.values())))
    if package is None or sheets is None:
        beside = xls_remarks.remarks(file.data)
    else:
        beside = [*_remarks(package), *sheets.printed()]
    if remarks := "\n".join(beside):
        pages.add(remarks, label=_REMARKS)
    contents = pages.contents()
    if package is not None:
        contents.title, contents.properties = package.properties()
        add_embedded(contents, package.package, file.limits)
    else:
        contents.title, contents.properties = ole_properties(file.data)
    say_broken(contents, [*broken, *(package.broken if package else ())])
    return contents


def _package(file: Source) -> tuple[Source, OfficePackage | None]:
    """The file with its cells near each other, and opened where it is a package."""
    if not file.data.startswith(b"PK"):
        return file, None
    package = OfficePackage(file.data, file.limits)
    package.package.check_inflated()  # calamine inflates whatever there is
    near = far_cells.together(file.data, file.limits)
    if near is None:
        return file, package
    return replace(file, data=near), OfficePackage(near, file.limits)


def _book(file: Source, package: OfficePackage | None) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
    except python_calamine.PasswordError as error:
        raise ReadingFailed("encrypted", REASONS["encrypted"]) from error
    except python_calamine.CalamineError as error:
        _refuse_hostile(package)
        raise ReadingFailed("damaged", f"The workbook can't be opened: {error}") from error


def _refuse_hostile(package: OfficePackage | None) -> None:
    """Say `refused` rather than `damaged` of a workbook whose parts declare entities."""
    if package is not None:
        for _ in package.roots("ml+xml", "main+xml", "Strings+xml"):
            pass


def _lines(sheet: python_calamine.CalamineSheet, places: Places) -> Iterable[str]:
    if sheet.height * sheet.width > far_cells.MAX_CELLS:
        raise far_cells.too_many_cells()
    top, left = sheet.start or (0, 0)
    rows = sheet.to_python()
    for (row, column), how in places.items():
        if top <= row < top + len(rows) and left <= column < left + sheet.width:
            cell = rows[row - top][column - left]
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                rows[row - top][column - left] = how.shown(cell) or cell
    empty = [""] * sheet.width
    for cells in rows:
        if cells == empty:  # quicker than to look at each: a sheet may have a million of them
            continue
        if line := line_of([_shown(cell) for cell in cells]):
            yield line


def _shown(cell: object) -> str:
    """A cell as a reader would write it: whole numbers without a fraction, dates in ISO form."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    return str(cell)


class _Sheets:
    """The parts of the sheets, each read once: how numbers are shown, what is printed."""

    def __init__(self, package: OfficePackage) -> None:
        self._package = package
        self._formats = _formats(package)
        self._parts = _parts_by_name(package) if self._formats else {}
        self._printed: dict[str, list[str]] = {}

    def places(self, name: str) -> Places:
        """The cells of this sheet whose numbers are shown as codes."""
        part = self._parts.get(name)
        return {} if part is None else places_in_sheet(self._read(part), self._formats)

    def printed(self) -> Iterable[str]:
        """What is printed above and below the sheets, each text once."""
        for part in self._package.parts(*_SHEETS):
            if part not in self._printed:
                self._read(part)
        return dict.fromkeys(
            text for part in self._package.parts(*_SHEETS) for text in self._printed[part]
        )

    def _read(self, part: str) -> bytes:
        """A sheet that is too large to be looked at twice shows its cells all the same."""
        try:
            xml = self._package.package.read(part)
        except ReadingFailed:
            xml = b""
        self._printed[part] = print_headers.in_sheet(xml)
        return xml


def _formats(package: OfficePackage) -> dict[int, NumberFormat]:
    for part in package.parts("spreadsheetml.styles+xml"):
        if has_number_formats(package.read_or_none(part) or b""):
            styles = package.root_or_none(part)
            return {} if styles is None else cell_formats(styles)
    return {}


def _parts_by_name(package: OfficePackage) -> dict[str, str]:
    """Name of a sheet to its part."""
    found = {}
    for part in package.parts("main+xml")[:1]:
        relations = package.relations(part)
        root = package.root_or_none(part)
        for sheet in () if root is None else root.iterfind("{*}sheets/{*}sheet"):
            ids = [str(value) for name, value in sheet.items() if str(name).endswith("}id")]
            if ids and ids[0] in relations:
                found[sheet.get("name") or ""] = relations[ids[0]][1]
    return found


def _remarks(package: OfficePackage) -> Iterable[str]:
    """Comments, text boxes, chart titles: no cells."""
    for root in package.roots("spreadsheetml.comments+xml", "threadedcomments+xml"):
        for entry in root.iter("{*}comment", "{*}threadedComment"):
            yield "".join(text.text or "" for text in entry.iter("{*}t", "{*}text"))
    for root in package.roots("drawing+xml", "drawingml.chart+xml"):
        yield from filter(None, drawing_text(root))
