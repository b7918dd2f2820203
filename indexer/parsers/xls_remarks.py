"""What an XLS says beside its cells: comments, text boxes, print headers (MS-XLS, BIFF8)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile  # type: ignore[import-untyped]

from indexer.parsers.print_headers import printed_text

_HEADER, _FOOTER, _TEXT, _CONTINUE = 0x14, 0x15, 0x1B6, 0x3C
_COUNT_AT = 10  # in _TEXT: how many characters the records behind it hold
_WIDE = 1
BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error)


def remarks(data: bytes) -> list[str]:
    """Each text once, in the order of the sheets; none of what is older than Excel 97."""
    try:
        return list(dict.fromkeys(filter(None, _texts(workbook_stream(data)))))
    except BROKEN:
        return []


def workbook_stream(data: bytes) -> bytes:
    """The records of a workbook. Raises one of BROKEN."""
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        stream: bytes = ole.openstream("Workbook").read() if ole.exists("Workbook") else b""
    return stream


def _texts(stream: bytes) -> Iterator[str]:
    wanted, text = 0, ""
    for kind, record in records(stream):
        if wanted and kind == _CONTINUE:
            more = characters(record, 0, wanted)
            wanted, text = wanted - len(more), text + more
            if wanted:
                continue
        if text:
            yield text.replace("\r", "\n").strip()
        wanted, text = 0, ""
        if kind == _TEXT and len(record) >= _COUNT_AT + 2:
            (wanted,) = struct.unpack_from("<H", record, _COUNT_AT)
        elif kind in (_HEADER, _FOOTER) and len(record) > 3:
            (count,) = struct.unpack_from("<H", record)
            yield printed_text(characters(record, 2, count))


def records(stream: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record from there on."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def characters(record: bytes, at: int, count: int) -> str:
    """Up to `count` characters behind the byte that says how wide they are."""
    if at >= len(record):
        return ""
    if record[at] & _WIDE:
        return record[at + 1 : at + 1 + 2 * count].decode("utf-16-le", "ignore")
    return record[at + 1 : at + 1 + count].decode("latin-1")
