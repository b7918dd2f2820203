"""Archives in several files: each says that it is a part, and which others it needs.

By its bytes where they say it (RAR: technote.txt of unrar, and RARLAB's note on RAR 5; ZIP:
APPNOTE.TXT 4.3.16, 8.5.5); of other parts only the names do, and those count where nothing is read.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from archive.errors import ReadingFailed
from indexer.parsers.binary_fields import Fields

_RAR_5, _RAR_4 = b"Rar!\x1a\x07\x01\x00", b"Rar!\x1a\x07\x00"
_SPANNED, _END_OF_ZIP = b"PK\x07\x08", b"PK\x05\x06"
_IS_VOLUME, _IS_LATER, _IS_FIRST, _HAS_NEXT = 1, 2, 0x100, 1  # of RAR 5, RAR 4 or both
_MAIN_4, _END_4, _MAIN_5, _END_5 = 0x73, 0x7B, 1, 5  # kinds of blocks
_COMMENT: Final = 0xFFFF  # bytes behind the end of a ZIP, at most
_MOST_NAMED: Final = 10
_MOST_DISKS: Final = 1_000  # what says more says nothing: those with ZIP64 have all bits set
#: `x.part2.rar`, `x.7z.002`; `x.r00` behind `x.rar`; `x.z01` before `x.zip`.
_COUNTED: Final = re.compile(
    r"(?P<stem>.+\.part)(?P<number>\d{1,4})(?P<end>\.rar)"
    r"|(?P<stem3>.+\.(?:7z|zip|rar|tar|gz|tgz|bz2|xz)\.)(?P<number3>\d{3})",
    re.IGNORECASE,
)
_LETTERED: Final = re.compile(r"(?P<stem>.+\.)(?P<letter>[rz])(?P<number>\d\d)", re.IGNORECASE)


def refuse_part(data: bytes, name: str) -> None:
    """Raise ReadingFailed for a RAR that is one part of several.

    What unpacks it would give the first bytes of a member as if they were all.
    """
    if _is_rar_part(data):
        raise _failure(_others(name))


def instead_of(failure: ReadingFailed, data: bytes, name: str) -> ReadingFailed:
    """Why a file can't be read, told better where it is one part of several."""
    if failure.code not in ("damaged", "unknown-format"):
        return failure
    is_named = _COUNTED.fullmatch(name) or _LETTERED.fullmatch(name)
    before = _disk(data)
    if is_named or before or data.startswith(_SPANNED):
        return _failure(_others(name, before))
    return failure


def _failure(others: list[str]) -> ReadingFailed:
    return ReadingFailed(
        "unknown-format",
        "This is one part of an archive in several files; unpack it with the others and file what "
        f"comes out ({', '.join(others)}).",
    )


def _others(name: str, parts_before: int = 0) -> list[str]:
    """Names of the other parts as far as they can be known, `…` where there may be more."""
    stem, dot, ending = name.rpartition(".")
    if found := _COUNTED.fullmatch(name):
        text = found["number"] or found["number3"]
        first, start, end = [], found["stem"] or found["stem3"], found["end"] or ""
        numbers = range(1, max(int(text), 2) + 1)
        last = ["…"]
    elif found := _LETTERED.fullmatch(name):
        text, start, end = found["number"], found["stem"] + found["letter"], ""
        is_rar = found["letter"] in "rR"
        first = [f"{found['stem']}rar"] if is_rar else []
        numbers = range(0 if is_rar else 1, int(text) + 1)
        last = ["…"] if is_rar else ["…", f"{found['stem']}zip"]
    elif ending.lower() == "zip":
        text, first, start, end = "00", [], f"{stem}.z", ""
        numbers, last = range(1, parts_before + 1), [] if parts_before else ["…"]
    else:
        return [f"{stem or name}{dot}r00", "…"] if ending.lower() == "rar" else ["…"]
    names = [*first, *(f"{start}{number:0{len(text)}}{end}" for number in numbers)]
    names = [one for one in names if one != name]
    if len(names) > _MOST_NAMED and "…" not in last:
        last = ["…", *last]
    return [*names[:_MOST_NAMED], *last]


def _disk(data: bytes) -> int:
    """How many parts stand before the last one of a ZIP; 0 for any other file."""
    at = data.rfind(_END_OF_ZIP, max(0, len(data) - 22 - _COMMENT))
    if at < 0 or at + 22 > len(data):
        return 0
    disk, first, here, of_all = struct.unpack_from("<HHHH", data, at + 4)
    return disk if first <= disk < _MOST_DISKS and here <= of_all else 0


def _is_rar_part(data: bytes) -> bool:
    """Whether it is a volume, and not the only one."""
    try:
        if data.startswith(_RAR_4):
            kind, flags = struct.unpack_from("<BH", data, 9)
            return kind == _MAIN_4 and bool(flags & _IS_VOLUME) and not _is_alone_4(data, flags)
        if data.startswith(_RAR_5):
            return _is_rar_5_part(data)
    except (struct.error, ValueError):
        pass
    return False


def _is_alone_4(data: bytes, flags: int) -> bool:
    """The end block stands behind all: checksum, kind, flags, size, perhaps ten bytes more."""
    for at in range(max(0, len(data) - 20), len(data) - 6):
        kind, end_flags, size = struct.unpack_from("<BHH", data, at + 2)
        if kind == _END_4 and at + size == len(data):
            return bool(flags & _IS_FIRST) and not end_flags & _HAS_NEXT
    return False


def _is_rar_5_part(data: bytes) -> bool:
    fields = Fields(data, len(_RAR_5) + 4)  # behind the checksum
    fields.number()
    kind, block = fields.number(), fields.number()
    if block & 1:  # it has an extra area, and says its size
        fields.number()
    flags = fields.number()
    if kind != _MAIN_5 or not flags & _IS_VOLUME:
        return False
    is_end = data[-4] == 3 and data[-3] == _END_5
    return bool(flags & _IS_LATER) or not is_end or bool(data[-1] & _HAS_NEXT)
