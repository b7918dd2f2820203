"""Which cells of an XLS show their numbers as codes (MS-XLS, BIFF8)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from archive.number_formats import NumberFormat, Places, number_format
from indexer.parsers.xls_remarks import BROKEN, characters, records, workbook_stream

_FORMAT, _XF, _SHEET, _BEGIN, _END = 0x41E, 0xE0, 0x85, 0x809, 0x0A
_CELLS = frozenset((0x06, 0x203, 0x27E))  # a formula, a number, a short number
_ROW_OF_CELLS = 0xBD  # several short numbers


def places_by_sheet(data: bytes) -> dict[str, Places]:
    """Name of a sheet to its cells; empty where no format shows codes, or the file is broken."""
    try:
        stream = workbook_stream(data)
        formats, sheets = _formats_and_sheets(stream)
        if not formats:
            return {}
        return {name: dict(_places(stream, at, formats)) for name, at in sheets.items()}
    except BROKEN:
        return {}


def _formats_and_sheets(stream: bytes) -> tuple[dict[int, NumberFormat], dict[str, int]]:
    """Index of a cell's style to its format, and where each sheet begins."""
    codes: dict[int, NumberFormat] = {}
    styles: list[int] = []
    sheets: dict[str, int] = {}
    for kind, record in records(stream):
        if kind == _END:
            break
        if kind == _FORMAT:
            number, count = struct.unpack_from("<HH", record)
            if found := number_format(characters(record, 4, count)):
                codes[number] = found
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", record, 2)[0])
        elif kind == _SHEET:
            sheets[characters(record, 7, record[6])] = struct.unpack_from("<I", record)[0]
    return {i: codes[number] for i, number in enumerate(styles) if number in codes}, sheets


def _places(
    stream: bytes, at: int, formats: Mapping[int, NumberFormat]
) -> Iterator[tuple[tuple[int, int], NumberFormat]]:
    depth = 0  # a chart in a sheet begins and ends, too
    for kind, record in records(stream, at):
        depth += (kind == _BEGIN) - (kind == _END)
        if not depth:
            return
        if kind in _CELLS:
            row, column, style = struct.unpack_from("<HHH", record)
            if style in formats:
                yield (row, column), formats[style]
        elif kind == _ROW_OF_CELLS:
            row, first = struct.unpack_from("<HH", record)
            for column, place in enumerate(range(4, len(record) - 6, 6), start=first):
                (style,) = struct.unpack_from("<H", record, place)
                if style in formats:
                    yield (row, column), formats[style]
