"""Files that are small until somebody opens them, made without ever holding what they claim."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

BLOCK = 16 << 20  # bytes that one repeated piece of a deflate stream stands for
_ZIP64 = 0xFFFFFFFF  # "see the extra field" (APPNOTE.TXT 4.5.3)


@dataclass(frozen=True, slots=True)
class Deflated:
    """What a member holds: packed bytes, and the size that is told of them."""

    packed: bytes
    size: int


def stored(data: bytes) -> Deflated:
    """Honest content."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Deflated(packer.compress(data) + packer.flush(), len(data))


def repeated(piece: bytes, size: int, *, before: bytes = b"", says: int | None = None) -> Deflated:
    """`before`, then `piece` over and over until `size` bytes: one block, packed once."""
    block = piece * (BLOCK // len(piece))
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    first = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    count = size // len(block)
    end = packer.flush()
    return Deflated(first + again * count + end, count * len(block) if says is None else says)


def zipped(path: Path, members: Mapping[str, Deflated]) -> Path:
    """A ZIP64 of these. The sums of huge members are zero: nobody gets that far."""
    directory = []
    with path.open("wb") as out:
        for name, content in members.items():
            at = out.tell()
            packed, raw = content.packed, name.encode()
            is_huge = content.size > BLOCK or len(packed) > 1 << 20
            sum_of = 0 if is_huge else zlib.crc32(zlib.decompress(packed, -zlib.MAX_WBITS))
            extra = struct.pack("<HHQQ", 1, 16, content.size, len(packed))
            fields = struct.pack("<HHHHHIIIH", 45, 0, 8, 0, 33, sum_of, _ZIP64, _ZIP64, len(raw))
            out.write(b"PK\3\4" + fields + struct.pack("<H", 20) + raw + extra + packed)
            extra = struct.pack("<HHQQQ", 1, 24, content.size, len(packed), at)
            rest = struct.pack("<HHHHII", len(extra), 0, 0, 0, 0, _ZIP64)
            directory.append(b"PK\1\2" + struct.pack("<H", 45) + fields + rest + raw + extra)
        _end(out.tell(), out.write, b"".join(directory), len(members))
    return path


def empty_members(path: Path, count: int) -> Path:
    """A ZIP of so many members that hold nothing."""
    fields = struct.pack("<HHHHHIII", 45, 0, 0, 0, 33, 0, 0, 0) + struct.pack("<H", 7)
    with path.open("wb") as out:
        out.write(b"".join(b"PK\3\4" + fields + b"\0\0" + name for name in _names(count)))
        head = b"PK\1\2" + struct.pack("<H", 45) + fields + bytes(12)
        entries = (head + struct.pack("<I", i * 37) + name for i, name in enumerate(_names(count)))
        _end(out.tell(), out.write, b"".join(entries), count)
    return path


def _names(count: int) -> Iterator[bytes]:
    return (b"%07d" % i for i in range(count))


def _end(at: int, write: Callable[[bytes], int], directory: bytes, count: int) -> None:
    """The directory and the two ends that a ZIP64 has (APPNOTE.TXT 4.3.14 to 4.3.16)."""
    size = len(directory)
    write(directory)
    write(b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, at))
    write(b"PK\6\7" + struct.pack("<IQI", 0, at + size, 1))
    few = min(count, 0xFFFF)
    write(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, few, few, min(size, _ZIP64), _ZIP64, 0))


def gzipped(path: Path, content: Deflated) -> Path:
    """A GZ whose own sum is never reached."""
    path.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\3" + content.packed + bytes(8))
    return path


def png(path: Path, side: int, pixels: Deflated) -> Path:
    """A picture of `side` by `side` pixels, black or white (PNG, second edition, 11.2)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data)
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = b"\x78\xda" + pixels.packed + struct.pack(">I", 1)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )
    return path
