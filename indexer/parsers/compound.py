"""Compound files (MS-CFB): written, so that a part of one becomes a file of its own."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Streams by name, and storages, which hold the same again.
Storage: TypeAlias = "Mapping[str, bytes | Storage]"

_SECTOR, _SMALL, _CUTOFF = 4096, 64, 4096  # version 4: its first table reaches to 446 MiB
_END, _FREE, _TABLE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
_IN_HEADER = 109  # sectors of the allocation table that the header itself lists
_STORAGE, _STREAM, _ROOT, _BLACK = 1, 2, 5, 1


def packed(root: Storage) -> bytes:
    """A compound file of these streams and storages. Raises ValueError beyond 446 MiB."""
    return _Writer().written(root)


class _Writer:
    def __init__(self) -> None:
        self._sectors: list[bytes] = []  # data of each chain, already whole sectors
        self._next: list[int] = []  # the allocation table
        self._small = bytearray()
        self._small_next: list[int] = []
        self._entries: list[bytes] = []

    def written(self, root: Storage) -> bytes:
        self._entries.append(b"")
        child = self._storage(root)
        small_size = len(self._small)
        start = self._chain(bytes(self._small))
        self._entries[0] = _entry("Root Entry", _ROOT, child=child, start=start, size=small_size)
        directory = b"".join(self._entries)
        unused = -len(directory) % _SECTOR // 128
        directory += _entry("", 0) * unused
        directory_at = self._chain(directory)
        table = b"".join(struct.pack("<I", link) for link in self._small_next)
        small_at = self._chain(_filled(table))
        return self._with_table(directory_at, len(directory) // _SECTOR, small_at, len(table))

    def _with_table(self, directory: int, size: int, small: int, small_size: int) -> bytes:
        """Header, all sectors, and the table that chains them, itself included."""
        used, per_sector = len(self._next), _SECTOR // 4
        count = -(-used // (per_sector - 1)) or 1
        if count > _IN_HEADER:
            raise ValueError("the compound file grows too large")
        links = self._next + [_TABLE] * count
        table = _filled(b"".join(struct.pack("<I", link) for link in links))
        places = [*range(used, used + count)] + [_FREE] * (_IN_HEADER - count)
        small_sectors = -(-small_size // _SECTOR)
        header = SIGNATURE + bytes(16) + struct.pack(
            "<5H6x9I", 0x3E, 4, 0xFFFE, 12, 6, size, count, directory, 0, _CUTOFF, small,
            small_sectors, _END, 0,
        )  # fmt: skip
        header += struct.pack(f"<{_IN_HEADER}I", *places)
        return header.ljust(_SECTOR, b"\0") + b"".join(self._sectors) + table

    def _storage(self, held: Storage) -> int:
        """Entries for all that is held; the number of the one at the top of their tree."""
        numbers = {}
        for name in sorted(held, key=_order):
            numbers[name] = len(self._entries)
            self._entries.append(b"")
        tree = _tree(list(numbers.values()))
        for name, number in numbers.items():
            left, right, _ = tree[number]
            inside = held[name]
            if isinstance(inside, bytes):
                start = self._stream(inside)
                made = _entry(name, _STREAM, left=left, right=right, start=start, size=len(inside))
            else:
                child = self._storage(inside)
                made = _entry(name, _STORAGE, left=left, right=right, child=child)
            self._entries[number] = made
        return next((number for number, (_, _, is_top) in tree.items() if is_top), _NONE)

    def _stream(self, data: bytes) -> int:
        if len(data) >= _CUTOFF:
            return self._chain(data)
        if not data:
            return _END
        start, count = len(self._small_next), -(-len(data) // _SMALL)
        self._small_next += [*range(start + 1, start + count), _END]
        self._small += data.ljust(count * _SMALL, b"\0")
        return start

    def _chain(self, data: bytes) -> int:
        if not data:
            return _END
        start, count = len(self._next), -(-len(data) // _SECTOR)
        self._next += [*range(start + 1, start + count), _END]
        self._sectors.append(data.ljust(count * _SECTOR, b"\0"))
        return start


def _order(name: str) -> tuple[int, str]:
    """Names are in order of length, then of capital letters (MS-CFB 2.6.4)."""
    return len(name.encode("utf-16-le")), name.upper()


def _tree(numbers: Sequence[int]) -> dict[int, tuple[int, int, bool]]:
    """For each number its left and right neighbour in a balanced tree, and whether it is on top."""
    found: dict[int, tuple[int, int, bool]] = {}

    def place(first: int, end: int, *, is_top: bool) -> int:
        if first >= end:
            return _NONE
        middle = (first + end) // 2
        left = place(first, middle, is_top=False)
        found[numbers[middle]] = (left, place(middle + 1, end, is_top=False), is_top)
        return numbers[middle]

    place(0, len(numbers), is_top=True)
    return found


def _entry(
    name: str, kind: int, *, left: int = _NONE, right: int = _NONE, child: int = _NONE,
    start: int = 0, size: int = 0,
) -> bytes:  # fmt: skip
    encoded = name.encode("utf-16-le")[:62]
    length = len(encoded) + 2 if name else 0
    return encoded.ljust(64, b"\0") + struct.pack(
        "<HBB3I16xI16xIQ", length, kind, _BLACK, left, right, child, 0, start, size
    )


def _filled(table: bytes) -> bytes:
    return table + b"\xff" * (-len(table) % _SECTOR)
