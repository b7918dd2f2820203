"""Old office formats are read where LibreOffice is, in a cage of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archive.config import ReadingSection
from indexer.cage import Cage, CageLimits, CageTask
from indexer.office import open_office
from indexer.parsers.limits import Limits
from indexer.parsers.registry import kind_of
from tests.api_house import opened_house
from tests.small_files import package

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
    assert "LibreOffice" in answer.header["failed"] and not answer.body


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
