"""XLSX, XLSB and XLS by calamine: a page for each sheet, a line for each row that has cells."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable

import python_calamine

from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.parsers import print_headers, xls_remarks
from indexer.parsers.embedded import add_embedded
from indexer.parsers.ole_properties import ole_properties
from indexer.parsers.ooxml import OfficePackage, drawing_text
from indexer.parsers.rows import line_of
from indexer.parsers.source import Contents, Pages, Source, say_broken

_MAX_CELLS = 20_000_000  # of one sheet, empty ones between the used ones included
_SHEETS = ("ml.worksheet+xml", "ml.chartsheet+xml")
_REMARKS = "comments and shapes"


def read(file: Source) -> Contents:
    package = OfficePackage(file.data, file.limits) if file.data.startswith(b"PK") else None
    book = _book(file, package)
    pages = Pages(file.limits)
    broken: dict[str, str] = {}
    for name in book.sheet_names:
        try:
            text = "\n".join(_lines(book.get_sheet_by_name(name)))
        except python_calamine.WorksheetNotFound:  # chart sheets have no cells
            text = ""
        except (python_calamine.CalamineError, OSError) as error:
            broken[name], text = f"The sheet {name} can't be read: {error}", ""
        if not pages.add(text, label=name):
            break
    if broken and not any(page.text for page in pages.pages):
        raise ReadingFailed("damaged", next(iter(broken.values())))
    beside = xls_remarks.remarks(file.data) if package is None else _remarks(package)
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


def _book(file: Source, package: OfficePackage | None) -> python_calamine.CalamineWorkbook:
    if package is not None:
        package.package.check_inflated()  # calamine inflates whatever there is
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


def _lines(sheet: python_calamine.CalamineSheet) -> Iterable[str]:
    if sheet.height * sheet.width > _MAX_CELLS:
        raise ReadingFailed("too-large", f"A sheet has more than {_MAX_CELLS:,} cells.")
    for row in sheet.to_python():
        if line := line_of([_shown(cell) for cell in row]):
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


def _remarks(package: OfficePackage) -> Iterable[str]:
    """Comments, text boxes, chart titles, what is printed above and below: no cells."""
    for root in package.roots("spreadsheetml.comments+xml", "threadedcomments+xml"):
        for entry in root.iter("{*}comment", "{*}threadedComment"):
            yield "".join(text.text or "" for text in entry.iter("{*}t", "{*}text"))
    for root in package.roots("drawing+xml", "drawingml.chart+xml"):
        yield from filter(None, drawing_text(root))
    yield from dict.fromkeys(
        text for part in package.parts(*_SHEETS) for text in _printed(package, part)
    )


def _printed(package: OfficePackage, part: str) -> list[str]:
    """A sheet that is too large to be looked at twice shows its cells all the same."""
    try:
        return print_headers.in_sheet(package.package.read(part))
    except ReadingFailed:
        return []
