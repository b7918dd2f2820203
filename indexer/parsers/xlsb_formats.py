"""Which cells of an XLSB show their numbers as codes (MS-XLSB, 2.1.4: records in parts)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from archive.errors import ReadingFailed
from archive.number_formats import NumberFormat, Places, number_format
from indexer.parsers.binary_fields import Fields
from indexer.parsers.ooxml import OfficePackage

_BOOK, _STYLES = "sheet.binary.macroEnabled.main", "ms-excel.styles"
_SHEET, _ROW, _FORMAT, _XF, _BEGIN_XFS, _END_XFS = 156, 0, 44, 47, 617, 618
_CELLS = frozenset((2, 5, 9))  # a short number, a number, a formula of one
_BROKEN = (struct.error, ValueError)


def places_by_sheet(package: OfficePackage) -> dict[str, Places]:
    """Name of a sheet to its cells; empty where no format shows codes, or the file is broken.

    A sheet that is too large to be looked at twice shows its cells all the same.
    """
    found: dict[str, Places] = {}
    try:
        formats = _formats(package)
        for name, part in _sheets(package).items() if formats else ():
            found[name] = dict(_places(package.package.read(part), formats))
    except (ReadingFailed, *_BROKEN):
        pass
    return found


def _formats(package: OfficePackage) -> dict[int, NumberFormat]:
    """Index of a cell's style to its format."""
    codes: dict[int, NumberFormat] = {}
    styles: list[int] = []
    is_of_cells = False
    for part in package.parts(_STYLES)[:1]:
        for kind, record in _records(package.package.read(part)):
            if kind in (_BEGIN_XFS, _END_XFS):
                is_of_cells = kind == _BEGIN_XFS
            elif kind == _XF and is_of_cells:
                styles.append(struct.unpack_from("<H", record, 2)[0])
            elif kind == _FORMAT and (found := number_format(_text(record, 2)[0])):
                codes[struct.unpack_from("<H", record)[0]] = found
    return {i: codes[number] for i, number in enumerate(styles) if number in codes}


def _sheets(package: OfficePackage) -> dict[str, str]:
    """Name of a sheet to its part."""
    found = {}
    for part in package.parts(_BOOK)[:1]:
        relations = package.relations(part)
        for kind, record in _records(package.package.read(part)):
            if kind == _SHEET:
                relation, at = _text(record, 8)
                if relation in relations:
                    found[_text(record, at)[0]] = relations[relation][1]
    return found


def _places(
    part: bytes, formats: Mapping[int, NumberFormat]
) -> Iterator[tuple[tuple[int, int], NumberFormat]]:
    row = 0
    for kind, record in _records(part):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", record)
        elif kind in _CELLS:
            column, style = struct.unpack_from("<II", record)
            if (how := formats.get(style & 0xFFFFFF)) is not None:
                yield (row, column), how


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    fields = Fields(part)
    while fields.at < len(part):
        kind = fields.number()
        yield kind, fields.take(fields.number())


def _text(record: bytes, at: int) -> tuple[str, int]:
    """A text behind its length, and where it ends; empty where there is none."""
    (count,) = struct.unpack_from("<I", record, at)
    end = at + 4 + (2 * count if count != 0xFFFFFFFF else 0)
    return record[at + 4 : end].decode("utf-16-le"), end
