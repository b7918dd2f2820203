"""Archives in several files: each part is kept and says which others it needs."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
import zlib

import pytest

from tests.small_files import reading
from tests.test_containers import rar, seven_zip

SAID = (
    "This is one part of an archive in several files; unpack it with the others and file what "
    "comes out"
)
NOISE = bytes(range(256)) * 8
RAR_5 = b"Rar!\x1a\x07\x01\x00"


def rar_4(main: int, end: int, name: str = "a.txt") -> bytes:
    """A RAR of these flags in its first and in its last block."""
    data = bytearray(rar({name: b"one"}))
    struct.pack_into("<H", data, 10, main)
    struct.pack_into("<H", data, len(data) - 4, 0x4000 | end)
    for start, stop in ((7, 20), (len(data) - 7, len(data))):
        struct.pack_into("<H", data, start, zlib.crc32(data[start + 2 : stop]) & 0xFFFF)
    return bytes(data)


def rar_5(main: int, end: int) -> bytes:
    number = b"\x01" if main & 2 else b""
    head = bytes([1, 0, main]) + number
    return RAR_5 + bytes(4) + bytes([len(head)]) + head + bytes(40) + bytes([3, 5, 4, end])


def split_zip() -> tuple[bytes, bytes]:
    """The first and the last file of a ZIP in two."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", b"one" * 500)
    whole = b"PK\x07\x08" + out.getvalue()
    last = bytearray(whole[700:])
    struct.pack_into("<HH", last, len(last) - 22 + 4, 1, 1)
    return whole[:700], bytes(last)


@pytest.mark.parametrize(
    ("data", "name", "others"),
    [
        (rar_4(0x111, 1), "old.part1.rar", "old.part2.rar, …"),
        (rar_4(0x011, 1), "old.part03.rar", "old.part01.rar, old.part02.rar, …"),
        (rar_4(0x101, 1), "b.rar", "b.r00, …"),
        (rar_4(0x001, 0), "b.r01", "b.rar, b.r00, …"),
        (rar_5(1, 1), "a.part1.rar", "a.part2.rar, …"),
        (rar_5(3, 0), "a.part2.rar", "a.part1.rar, …"),
        (seven_zip({"a.txt": b"one" * 99})[:-20], "Årsbok.7z.001", "Årsbok.7z.002, …"),
        (NOISE, "Årsbok.7z.003", "Årsbok.7z.001, Årsbok.7z.002, …"),
        (split_zip()[0], "x.z01", "…, x.zip"),
        (NOISE, "x.Z02", "x.Z01, …, x.zip"),
        (split_zip()[1], "x.zip", "x.z01"),
        (b"\x1f\x8b\x08\0" + bytes(40), "x.tar.gz.001", "x.tar.gz.002, …"),
        (NOISE, "x.zip.0012", None),
        (NOISE, "x.001", None),
    ],
)
def test_one_part_of_several_says_so_and_which_others_it_needs(
    data: bytes, name: str, others: str | None
) -> None:
    found = reading(data, name)
    assert found.reason_code == "unknown-format"
    assert (found.reason == f"{SAID} ({others}).") is (others is not None), found.reason


def test_of_many_parts_the_first_are_named() -> None:
    reason = reading(NOISE, "x.7z.040").reason or ""
    assert reason.count("x.7z.") == 10 and reason.endswith("x.7z.010, …).")


@pytest.mark.skipif(shutil.which("bsdtar") is None, reason="bsdtar is not installed")
def test_the_only_part_of_an_archive_is_read_and_so_is_a_whole_file_of_such_a_name() -> None:
    assert [one.name for one in reading(rar_4(0x101, 0), "x.part1.rar").children] == ["a.txt"]
    assert reading(b"A text of its own.\n", "x.7z.001").pages[0].text == "A text of its own.\n"
