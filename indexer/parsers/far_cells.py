"""Sheets whose cells lie far apart, with the empty rows and columns between them taken out.

calamine lays out the whole grid between the first and the last cell: a single one in the last place
of a sheet, XFD1048576, would take 17 billion. Only where a sheet goes that far are its cells given
new places, in the same order; each is still read by calamine.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from archive.errors import ReadingFailed
from indexer.parsers.binary_fields import Fields
from indexer.parsers.limits import Limits
from indexer.parsers.ooxml import OfficePackage

MAX_CELLS: Final = 20_000_000  # of one sheet, empty ones between the used ones included
#: Beyond row 999, and beyond column S: a sheet that has not both has no more than MAX_CELLS.
_FAR_DOWN: Final = re.compile(rb" r=[\"'][A-Z]{0,3}\d{4}")
_FAR_RIGHT: Final = re.compile(rb" r=[\"'](?:[T-Z]|[A-Z]{2,3})\d")
_PLACE: Final = re.compile(
    rb"(<(?:\w+:)?(?:row|c)\b(?:[^<>]*?\s)?r\s*=\s*[\"'])([A-Z]{0,3})(\d{1,7})\b"
)
#: The same quickly: a text that looks like a place only makes the sheet look larger.
_COLUMN: Final = re.compile(rb" r=[\"']([A-Z]{1,3})\d")
_ROW: Final = re.compile(rb" r=[\"'](\d{1,7})[\"']")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s/>]")
_XML, _BINARY = "ml.worksheet+xml", "ms-excel.worksheet"
#: Records of an XLSB (MS-XLSB, 2.4): BrtRowHdr and BrtWsDim, and the cells, whose column is first.
_ROW_HEAD, _EDGES, _CELLS = 0, 148, frozenset((*range(1, 12), 62))
_BROKEN = (struct.error, ValueError)


def together(data: bytes, limits: Limits) -> bytes | None:
    """The XLSX or XLSB with cells that lie too far apart moved together; None where none do.

    Columns stay columns, unless even the used rows and columns make too large a grid: then the
    cells of each row stand side by side. Raises ReadingFailed `too-large` where that is too large.
    """
    office = OfficePackage(data, limits)
    moved = {part: _in_xml(office.read_or_none(part) or b"") for part in office.parts(_XML)}
    moved |= {part: _in_binary(office.read_or_none(part) or b"") for part in office.parts(_BINARY)}
    near = {part: content for part, content in moved.items() if content is not None}
    return _with_parts(data, limits, near) if near else None


def too_many_cells() -> ReadingFailed:
    return ReadingFailed("too-large", f"A sheet has more than {MAX_CELLS:,} cells.")


def _with_parts(data: bytes, limits: Limits, parts: Mapping[str, bytes]) -> bytes:
    """The package with other bytes in these parts; what is damaged in it is not taken along."""
    old = OfficePackage(data, limits)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.package.infos:
            content = parts.get(name) or old.read_or_none(name)
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def _in_xml(xml: bytes) -> bytes | None:
    if not (_FAR_DOWN.search(xml) and _FAR_RIGHT.search(xml)):
        return None
    rows = [int(row) for row in _ROW.findall(xml)]
    columns = [_number(letters) for letters in set(_COLUMN.findall(xml))]
    if _grid(rows, columns) <= MAX_CELLS:
        return None
    found = _PLACE.findall(xml)
    cells = [(int(row), _number(letters)) for _, letters, row in found if letters]
    if len(cells) != len(_CELL.findall(xml)):  # some cells say no place: it follows from others
        raise too_many_cells()
    nearer = _Nearer(cells)

    def moved(at: re.Match[bytes]) -> bytes:
        row = int(at[3])
        if not at[2]:
            return at[1] + b"%d" % nearer.rows.get(row, row)
        row, column = nearer.place(row, _number(at[2]))
        return at[1] + _letters(column) + b"%d" % row

    return _PLACE.sub(moved, xml)


def _in_binary(part: bytes) -> bytes | None:
    """By what the sheet says of its edges: to look at each record takes longer than reading it."""
    try:
        edges = next((part[at : at + 16] for kind, at in _records(part) if kind == _EDGES), b"")
        top, bottom, left, right = struct.unpack("<4I", edges)
        if _grid((top, bottom), (left, right)) <= MAX_CELLS:
            return None
        cells = list(_binary_cells(part))
    except _BROKEN:
        return None
    nearer = _Nearer((row, column) for row, column, _, _ in cells)
    moved = bytearray(part)
    for row, column, row_at, column_at in cells:
        new_row, new_column = nearer.place(row, column)
        struct.pack_into("<I", moved, row_at, new_row)
        struct.pack_into("<I", moved, column_at, new_column)
    return bytes(moved)


def _binary_cells(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Row and column of each cell, and the offsets at which they stand."""
    row = row_at = 0
    for kind, at in _records(part):
        if kind == _ROW_HEAD:
            (row,), row_at = struct.unpack_from("<I", part, at), at
        elif kind in _CELLS:
            yield row, *struct.unpack_from("<I", part, at), row_at, at


def _records(part: bytes) -> Iterator[tuple[int, int]]:
    """Kind of each record, and where its content begins."""
    fields = Fields(part)
    while fields.at < len(part):
        kind, size = fields.number(), fields.number()
        yield kind, fields.at
        fields.at += size


class _Nearer:
    """New rows and columns of cells, both from 1 on, in the old order."""

    def __init__(self, cells: Iterable[tuple[int, int]]) -> None:
        by_row: dict[int, set[int]] = defaultdict(set)
        for row, column in cells:
            by_row[row].add(column)
        self.rows = _ranks(by_row)
        self._columns = _ranks(set().union(*by_row.values()))
        self._of_row: dict[int, dict[int, int]] = {}
        if len(self.rows) * len(self._columns) > MAX_CELLS:
            if len(self.rows) * max(map(len, by_row.values())) > MAX_CELLS:
                raise too_many_cells()
            self._of_row = {row: _ranks(columns) for row, columns in by_row.items()}

    def place(self, row: int, column: int) -> tuple[int, int]:
        return self.rows[row], self._of_row.get(row, self._columns)[column]


def _ranks(numbers: Iterable[int]) -> dict[int, int]:
    return {number: rank for rank, number in enumerate(sorted(numbers), start=1)}


def _grid(rows: Collection[int], columns: Collection[int]) -> int:
    """Cells between the first and the last ones."""
    if not rows or not columns:
        return 0
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)


@lru_cache(maxsize=1 << 14)
def _number(letters: bytes) -> int:
    """A is 1, XFD 16,384."""
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found


@lru_cache(maxsize=1 << 14)
def _letters(number: int) -> bytes:
    found = b""
    while number:
        number, place = divmod(number - 1, 26)
        found = bytes([65 + place]) + found
    return found
