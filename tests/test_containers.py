"""Containers: what can be taken out is taken out, and what can't is named."""

from __future__ import annotations

import io
import shutil
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import py7zr
import pytest

from archive.reading import Reading
from indexer.cage import Cage, CageTask
from indexer.parsers.limits import MIB, Limits
from indexer.reading_child import reading_from_wire
from tests.small_files import docx, odf, package, reading, saying

SMALL = Limits(max_inflated=20 * MIB)


def children(found: Reading) -> list[tuple[int, str]]:
    return [(child.position, child.name) for child in found.children]


def tar(**members: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def locked(data: bytes, member: str) -> bytes:
    """A ZIP with this member marked as encrypted, in both of its headers (APPNOTE.TXT 4.4.4)."""
    flawed = bytearray(data)
    local = data.index(member.encode()) - 30
    central = data.rindex(member.encode()) - 46
    flawed[local + 6] |= 1
    flawed[central + 8] |= 1
    return bytes(flawed)


def test_an_encrypted_member_costs_itself_only() -> None:
    data = package({"a.txt": "one", "secret.txt": "two", "b.txt": "three"})
    found = reading(locked(data, "secret.txt"), "x.zip")
    assert children(found) == [(1, "a.txt"), (3, "b.txt")]
    assert (found.reason_code, found.reason) == (
        "locked-in-part", "Left out: secret.txt (needs a password)."
    )  # fmt: skip
    assert found.pages[0].text == "a.txt\nsecret.txt\nb.txt"


def test_a_broken_member_costs_itself_only() -> None:
    data = package({"a.txt": "one", "b.txt": "two", "c.txt": "three"}, stored=["b.txt"])
    found = reading(data.replace(b"two", b"twx"), "x.zip")
    assert children(found) == [(1, "a.txt"), (3, "c.txt")]
    assert (found.reason_code, found.reason) == ("truncated", "Left out: b.txt (damaged).")


@pytest.mark.parametrize("make", [lambda members: package(members), lambda members: tar(**members)])
def test_what_is_over_the_limit_of_all_members_costs_itself_only(make) -> None:  # type: ignore[no-untyped-def]
    members = {"a": b"x" * 9 * MIB, "b": b"y" * 9 * MIB, "c": b"z" * 9 * MIB, "d": b"small"}
    found = reading(make(members), "x", SMALL)
    assert children(found) == [(1, "a"), (2, "b"), (4, "d")]
    assert (found.reason_code, found.reason) == ("truncated", "Left out: c (too large).")


def test_of_many_members_left_out_the_first_are_named() -> None:
    data = package(
        {f"{i:02}.txt": "x" for i in range(15)}, stored=[f"{i:02}.txt" for i in range(14)]
    )
    for number in range(14):
        data = locked(data, f"{number:02}.txt")
    found = reading(data, "x.zip")
    assert children(found) == [(15, "14.txt")]
    assert found.reason is not None
    assert found.reason.endswith("09.txt (needs a password), and 4 more.")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (locked(package({"a.txt": "one"}), "a.txt"), "encrypted"),
        (package({"a.txt": "one"}, stored=["a.txt"]).replace(b"one", b"onx"), "damaged"),
        (package({"zeros": bytes(15 * MIB)}), "too-large"),
        (saying(package({"a.txt": "x" * 1_000}), "a.txt", 10), "damaged"),
    ],
)
def test_where_nothing_can_be_taken_out_the_file_says_why(data: bytes, code: str) -> None:
    assert reading(data, "x.zip", SMALL).reason_code == code


def test_a_tar_that_is_cut_off_gives_what_comes_before() -> None:
    found = reading(tar(a=b"one", b=b"x" * 5_000)[:4_000], "x.tar")
    assert children(found) == [(1, "a")]
    assert found.reason_code == "truncated"
    assert found.reason is not None and "damaged" in found.reason


@pytest.mark.parametrize("make", [lambda members: package(members), lambda members: tar(**members)])
def test_what_systems_leave_behind_in_folders_is_no_document(make) -> None:  # type: ignore[no-untyped-def]
    left = ("__MACOSX/._a.txt", ".DS_Store", "b/.DS_Store", "b/Thumbs.db", "~$a.docx", "._a.txt")
    found = reading(make({**dict.fromkeys(left, b"\0\5\x16\7"), "b/a.txt": b"text"}), "x")
    assert children(found) == [(7, "b/a.txt")]
    assert (found.pages[0].text, found.reason_code) == ("b/a.txt", None)


def test_names_in_utf_8_are_read_as_such_although_the_zip_does_not_say_so() -> None:
    data = package({"F_rslag.txt": "text", "f_rslag.txt": "text"})
    data = data.replace(b"F_rslag.t", "Förslag.".encode()).replace(b"f_rsl", b"f\x94rsl")
    assert children(reading(data, "x.zip")) == [(1, "Förslag.xt"), (2, "förslag.txt")]


@pytest.mark.parametrize("behind", [b"", bytes(10_240)])
def test_a_tar_with_a_damaged_header_says_that_what_comes_behind_is_lost(behind: bytes) -> None:
    data = bytearray(tar(a=b"one", b=b"two", c=b"three"))
    data[1024 + 100 : 1024 + 108] = b"damaged!"
    found = reading(bytes(data) + behind, "x.tar")
    assert (children(found), found.reason_code) == ([(1, "a")], "truncated")
    assert found.reason == "The archive is damaged: nothing can be read behind its member a."
    assert reading(tar(a=b"one") + behind, "x.tar").reason_code is None


@pytest.mark.parametrize("first", ["a.txt", "contract.odt"])
def test_an_archive_of_opendocument_files_is_an_archive(first: str) -> None:
    members = {"a.txt": b"text", "contract.odt": odf("text", "<text:p>Avtal</text:p>")}
    data = package({first: members[first], **members}, stored=list(members))
    found = reading(data, "x.zip")
    assert (found.reader, found.reason_code) == ("zip", None)
    assert {child.name: child.data for child in found.children} == members


def test_an_opendocument_without_its_type_that_holds_a_word_file_is_no_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(odf("text", "<text:p>Avtal</text:p>"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "mimetype"}
    data = package(
        {**parts, "META-INF/manifest.xml": "<m/>", "Object 1": docx("")}, stored=["Object 1"]
    )
    assert reading(data, "x.odt").reader == "odt"


def seven_zip(members: dict[str, bytes], **how: Any) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", **how) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return out.getvalue()


def test_members_of_a_7z_archive_are_children_in_their_order() -> None:
    found = reading(seven_zip({"b/å.txt": b"two", "empty": b"", "a.txt": b"one"}), "x.7z")
    assert found.reader == "7z"
    assert [(c.position, c.name, c.data) for c in found.children] == [
        (1, "b/å.txt", b"two"), (2, "empty", b""), (3, "a.txt", b"one")
    ]  # fmt: skip


@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_7z_archive_with_a_password_says_so(is_hidden: bool) -> None:
    data = seven_zip({"a": b"one"}, password="secret", header_encryption=is_hidden)
    assert reading(data, "x.7z").reason_code == "encrypted"


def test_what_stands_behind_a_huge_member_of_a_7z_archive_is_left_out_with_it() -> None:
    data = seven_zip({"a": b"one", "zeros": bytes(2 * MIB), "b": b"two"})
    found = reading(data, "x", Limits(max_inflated=MIB))
    assert children(found) == [(1, "a")]
    assert found.reason == "Left out: zeros (too large), b (too large)."


def test_a_broken_member_of_a_7z_archive_costs_what_is_packed_behind_it() -> None:
    copied = [{"id": py7zr.FILTER_COPY}]
    data = seven_zip({"a": b"one", "b": b"twotwo", "c": b"three"}, filters=copied)
    found = reading(data.replace(b"twotwo", b"twxtwo"), "x.7z")
    assert children(found) == [(1, "a")]
    assert found.reason == "Left out: b (damaged), c (damaged)."
    appended = io.BytesIO(data)
    with py7zr.SevenZipFile(appended, "a") as archive:  # into a folder of its own
        archive.writestr(b"four", "d")
    found = reading(appended.getvalue().replace(b"twotwo", b"twxtwo"), "x.7z")
    assert children(found) == [(1, "a"), (4, "d")]


def test_a_7z_archive_that_is_cut_off_is_damaged() -> None:
    assert reading(seven_zip({"a": b"one"})[:-10], "x.7z").reason_code == "damaged"


def rar(members: dict[str, bytes], *, flags: int = 0x8000) -> bytes:
    """RAR 4, stored (technote.txt of unrar): blocks of CRC, type, flags, size, fields, data."""

    def block(kind: int, flags: int, fields: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, data in members.items():
        fields = struct.pack(
            "<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data), 0x58A80000, 20, 0x30,
            len(name), 0o100644,
        )  # fmt: skip
        out += block(0x74, flags, fields + name.encode()) + data
    return out + block(0x7B, 0x4000, b"")


def test_members_of_a_rar_archive_are_children_where_bsdtar_is_there() -> None:
    found = reading(rar({"a.txt": b"one", "b/c.txt": b"two"}), "x.rar")
    if shutil.which("bsdtar") is None:
        assert found.reason_code == "unknown-format"
        assert found.reason is not None and "bsdtar" in found.reason
        return
    assert [(c.position, c.name, c.data) for c in found.children] == [
        (1, "a.txt", b"one"), (2, "b/c.txt", b"two")
    ]  # fmt: skip


@pytest.mark.skipif(shutil.which("bsdtar") is None, reason="bsdtar is not installed")
def test_rar_archives_have_the_limits_of_the_others() -> None:
    data = rar({"a": b"one", "big": bytes(21 * MIB), "b": b"two"})
    found = reading(data, "x.rar", SMALL)
    assert children(found) == [(1, "a")]
    assert found.reason == "Left out: big (too large)."
    locked_up = rar({"a": b"one"}, flags=0x8004).replace(b"one", b"?!*")
    assert reading(locked_up, "x.rar").reason_code == "encrypted"
    cut = rar({"a": b"one", "b": b"x" * 5_000})[:-2_000]
    assert reading(cut, "x.rar").reason_code in ("damaged", "truncated")
    assert reading(b"Rar!\x1a\x07\x00" + bytes(100), "x.rar").reason_code == "damaged"


@pytest.mark.parametrize(
    "data", [seven_zip({"a.txt": b"one"}), rar({"a.txt": b"one"})], ids=["7z", "rar"]
)
def test_7z_and_rar_are_read_inside_the_cage(tmp_path: Path, data: bytes) -> None:
    if data.startswith(b"Rar!") and shutil.which("bsdtar") is None:
        pytest.skip("bsdtar is not installed")
    (tmp_path / "file").write_bytes(data)
    with Cage("indexer.reading_child:handle", {"limits": {}}, 1) as cage:
        task = CageTask({"what": "read", "name": "file"}, tmp_path / "file")
        answer = cage.submit(task).result()
    found = reading_from_wire(answer.header["reading"], answer.body)
    assert [(c.name, c.data) for c in found.children] == [("a.txt", b"one")], found.reason


FEW = Limits(max_members=3)
FIVE = {f"{number}.txt": b"text %d" % number for number in range(5)}


def zip64(members: dict[str, bytes]) -> bytes:
    """The same package with the end records that more than 65,535 members need."""
    data = package(members)
    end = data.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", data, end + 10)
    large = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    place = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    last = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:end] + large + place + last


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (package, "2 more members are not filed: at most 3 are."),
        (zip64, "2 more members are not filed: at most 3 are."),
        (lambda members: seven_zip(members), "2 more members are not filed: at most 3 are."),
        (lambda members: tar(**members), "Further members are not filed: at most 3 are."),
    ],
    ids=["zip", "zip64", "7z", "tar"],
)
def test_of_too_many_members_the_first_are_filed_and_the_rest_is_told(make: Any, told: str) -> None:
    found = reading(make(FIVE), "x.zip", FEW)
    assert [child.name for child in found.children] == ["0.txt", "1.txt", "2.txt"]
    assert [child.data for child in found.children] == [b"text 0", b"text 1", b"text 2"]
    assert (found.reason_code, found.reason) == ("truncated", told)
    whole = reading(make(FIVE), "x.zip", Limits(max_members=5))
    assert (len(whole.children), whole.reason_code) == (5, None)


def test_of_too_many_messages_the_first_are_filed_and_the_rest_is_told() -> None:
    message = b"From a@example.com Tue Mar  5 10:00:00 2024\nSubject: %d\n\nText.\n\n"
    found = reading(b"".join(message % number for number in range(5)), "x.mbox", FEW)
    assert len(found.children) == 3
    assert found.reason == "2 more members are not filed: at most 3 are."
