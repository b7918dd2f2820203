"""Old office formats are read where LibreOffice is, in a cage of its own."""

from __future__ import annotations

import shutil
import struct
from functools import partial
from pathlib import Path

import pytest

from archive.config import ReadingSection
from archive.errors import ReadingFailed
from archive.vocabulary import REASONS
from indexer.cage import Cage, CageLimits, CageTask
from indexer.office import PARTS, office_program, open_office
from indexer.office_child import _started
from indexer.parsers.compound import packed
from indexer.parsers.limits import Limits
from indexer.parsers.office import FORMATS
from indexer.parsers.registry import READERS, kind_of, read
from tests.api_house import opened_house
from tests.small_files import office, package
from tests.test_file_passwords import locked_docx, locked_odt

_OFFICE = "http://openoffice.org/2000/"
CONTENT = (
    f'<office:document-content xmlns:office="{_OFFICE}office" xmlns:text="{_OFFICE}text" '
    'office:class="text" office:version="1.0"><office:body>'
    "<text:p>INVOICE</text:p><text:p>Invoice number: 88214</text:p><text:p>Total: 100.00</text:p>"
    "</office:body></office:document-content>"
)
TYPE = "application/vnd.sun.xml.writer"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">'
    f'<manifest:file-entry manifest:media-type="{TYPE}" manifest:full-path="/"/>'
    '<manifest:file-entry manifest:media-type="text/xml" manifest:full-path="content.xml"/>'
    "</manifest:manifest>"
)


def old_text():
    """A text as OpenOffice 1 wrote it."""
    members = {"mimetype": TYPE, "content.xml": CONTENT, "META-INF/manifest.xml": MANIFEST}
    return package(members, stored=["mimetype"])


def has_part(wanted):
    program = office_program(ReadingSection())
    return program is not None and (program.parent / PARTS[wanted][1]).exists()


needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is missing")


@needs_office
def test_a_text_of_openoffice_1_is_read_and_understood(tmp_path):
    with opened_house(f"sqlite:///{tmp_path / 'crossfile.sqlite'}", tmp_path) as house:
        (house.tree / "old.sxw").write_bytes(old_text())
        house.read()
        told = house.by("ada").get(f"documents/{house.document('filing/old.sxw')}").json()
    assert (told["status"], told["kind"], told["number"]) == ("searchable", "invoice", "88214")
    assert told["media_type"] == TYPE


@needs_office
def test_what_libreoffice_makes_nothing_of_fails_by_itself(tmp_path):
    broken = tmp_path / "broken.vsd"
    broken.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    cage = open_office(ReadingSection())
    with cage:
        request = {"media_type": "application/vnd.visio"}
        answer = cage.submit(CageTask(request, broken)).result()
    assert "LibreOffice" in answer.header["failed"][1] and not answer.body


@needs_office
def test_what_libreoffice_can_not_open_says_so_and_is_missing_only_where_it_is(tmp_path):
    with opened_house(f"sqlite:///{tmp_path / 'crossfile.sqlite'}", tmp_path) as house:
        (house.tree / "broken.vsd").write_bytes(packed({"VisioDocument": bytes(5_000)}))
        house.read()
        told = house.by("ada").get(f"documents/{house.document('filing/broken.vsd')}").json()
    if has_part("odg"):
        assert (told["status"], told["reason_code"]) == ("unreadable", "damaged")
        assert "LibreOffice" in told["reason"] and "needs" not in told["reason"]
    else:
        assert "needs LibreOffice Draw installed" in told["reason"]


def lotus(*cells):
    """A sheet as Lotus 1-2-3 release 2 wrote it: records of type, size and data (WK1)."""

    def record(kind, data=b""):
        return struct.pack("<HH", kind, len(data)) + data

    out = record(0, b"\x06\x04")
    for row, text in enumerate(cells):
        out += record(15, struct.pack("<BHH", 0xFF, 0, row) + b"'" + text.encode() + b"\0")
    return out + record(1)


@needs_office
def test_a_lotus_sheet_is_read_and_understood_or_says_which_part_is_missing(tmp_path):
    cells = ("INVOICE", "Invoice number: 88215", "Total: 100.00")
    with opened_house(f"sqlite:///{tmp_path / 'crossfile.sqlite'}", tmp_path) as house:
        (house.tree / "old.wk1").write_bytes(lotus(*cells))
        house.read()
        told = house.by("ada").get(f"documents/{house.document('filing/old.wk1')}").json()
    if has_part("ods"):
        assert (told["status"], told["kind"], told["number"]) == ("searchable", "invoice", "88215")
    else:
        assert told["reason_code"] == "unknown-format"
        assert "Reading this old format needs LibreOffice Calc installed." in told["reason"]


def test_without_libreoffice_there_is_no_cage_for_it():
    assert open_office(ReadingSection(libreoffice="/nowhere/soffice")) is None


def test_a_child_with_scratch_writes_there_only_and_leaves_nothing(tmp_path):
    limits = CageLimits(has_scratch=True, memory_bytes=1 << 30)
    with Cage("tests.caged:handle", {}, 1, limits) as cage:

        def ask(**request):
            return cage.submit(CageTask(request)).result().header

        scratch = ask(do="echo")["env"]["HOME"]
        assert ask(do="write_path", path=f"{scratch}/x") == {}
        assert ask(do="read_path", path=f"{scratch}/x") == {"read": "x"}
        assert ask(do="write_path", path=str(tmp_path / "x")) == {"error": "PermissionError"}
        assert ask(do="open_socket") == {"error": "PermissionError"}
    with pytest.raises(FileNotFoundError):
        Path(scratch).stat()


def test_the_bytes_tell_the_format():
    assert kind_of(old_text(), "anything", Limits()) == "sxw"


@pytest.mark.parametrize(("data", "kind"), [
    (lotus("x"), "lotus"),
    (b"\0\0\x1a\0\x02\x10\x04\0" + bytes(80), "lotus"),
    (b"\0\0\2\0\x20\x51" + bytes(80), "quattro"),
    (b"\0\0\2\0\x02\x10" + bytes(80), "quattro"),
    (packed({"NativeContent_MAIN": b"x"}), "quattro"),
    (b"\xff\0\2\0\4\4\5\x54" + bytes(80), "works-sheet"),
    (b"\1\xfe\x32\0" + bytes(34) + struct.pack("<I", 0x110) + bytes(300), "works"),
    (b"\0\0\2\0\5\4" + bytes(80), "lotus"),
    (packed({"MatOST": b"x", "MM": b"x"}), "works"),
    (packed({"CONTENTS": b"CHNKWKS", "SPELLING": b"x"}), "works"),
    (b"\x31\xbe\0\0\0\xab" + bytes(80), "write"),
    (b"\x09\x04\x06\0\0\0\x10\0" + bytes(80), "xls-old"),
    (b"\xdb\xa5\x2d\0" + bytes(80), "doc"),
    (office({"/visio/document.xml": "application/vnd.ms-visio.drawing.main+xml"}, {}), "vsdx"),
])  # fmt: skip
def test_old_sheets_and_texts_say_what_would_read_them(data, kind, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert kind_of(data, "anything", Limits()) == kind
    found = read(data, "anything", Limits())
    assert found.reason_code == "unknown-format"
    assert "installed" in found.reason


@pytest.mark.parametrize("data", [
    b"\0\0\2\0\0\0\0\0\0\0\0\0\x40\0\x40\0\x18\0" + bytes(600),
    b"\0\0\2\0\1\0\x20\x20\0\0\4\0\4\0" + bytes(600),
    b"\1\xfe" + bytes(600),
    b"\1\xfe" + b"\xff\0\xee\1" * 200,
], ids=["a TGA picture", "a Windows cursor", "nothing", "numbers"])  # fmt: skip
def test_two_bytes_that_many_files_begin_with_make_no_old_format(data):
    assert kind_of(data, "anything", Limits()) == "unknown"


@needs_office
@pytest.mark.parametrize("make", [partial(locked_odt, is_old=True), locked_docx])
def test_what_libreoffice_would_need_a_password_for_is_encrypted_and_not_damaged(make, tmp_path):
    (tmp_path / "locked").write_bytes(make())
    with open_office(ReadingSection()) as cage:
        request = {"media_type": "application/vnd.ms-works"}
        answer = cage.submit(CageTask(request, tmp_path / "locked")).result()
    assert answer.header["failed"] == ["encrypted", REASONS["encrypted"]]


@pytest.mark.parametrize("library", [None, "libmergedlo.so"])
def test_that_libreoffice_does_not_start_is_no_fault_of_the_file(library, tmp_path):
    if library:
        (tmp_path / library).write_bytes(b"no library")
    with pytest.raises(ReadingFailed) as failed:
        _started(str(tmp_path), tmp_path / "profile")
    assert failed.value.code == "reader-failed"


def test_each_format_of_libreoffice_has_a_reader_that_says_so():
    assert set(FORMATS) <= {reader.media_type for reader in READERS.values()}
