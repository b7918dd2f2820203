"""Programs that are not installed and would read files of the archive are named, with how many."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from api.service import open_services
from api.standing import standing_of
from archive.access import operator
from archive.config import load_config
from archive.status import count_unread
from indexer.parsers.optional import PROGRAMS, missing_programs
from indexer.parsers.registry import READERS
from tests.place import Place
from tests.small_files import reading

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
OLD_WORD = OLE + "WordDocument".encode("utf-16-le") + bytes(100)
WORDPERFECT = b"\xffWPC" + bytes(100)


@pytest.fixture
def place(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    found = Place(tmp_path, capsys)
    found.write("a.doc", OLD_WORD)
    found.write("b.doc", OLD_WORD + b"2")
    found.write("c.wpd", WORDPERFECT)
    found.write("d.txt", "Fine\n")
    found.ingest()
    return found


def test_the_status_names_what_would_read_more(place):
    wanted = json.loads(place.run("status", "--json")[1])["programs_wanted"]
    assert wanted == [
        {"programs": ["catdoc", "antiword"], "package": "catdoc", "files": 2},
        {"programs": ["wpd2text"], "package": "libwpd-tools", "files": 1},
        {"programs": ["soffice"], "package": "libreoffice", "files": 3},
    ]
    said = place.run("status")[2]
    assert "catdoc or antiword would read 2 more files" in said


def test_only_what_the_viewer_may_read_is_counted_and_only_for_administrators(place):
    with open_services(load_config(place.config)) as services, services.database.read() as session:
        everything = operator(session)
        blind = replace(everything, reads=frozenset())
        word = {"reason_code": "unknown-format", "media_types": ("application/msword",)}
        assert count_unread(session, everything, **word) == 2
        assert count_unread(session, blind, **word) == 0
        assert standing_of(session, blind, services)["programs_wanted"] == []
        staff = replace(everything, role="staff")
        assert "programs_wanted" not in standing_of(session, staff, services)


def test_what_is_installed_is_not_named():
    def find(name):
        return f"/usr/bin/{name}" if name == "antiword" else None

    assert ("catdoc", "antiword") not in [one.names for one in missing_programs(find)]
    assert ("wpd2text",) in [one.names for one in missing_programs(find)]


def test_each_program_is_one_that_a_reader_uses_for_a_format_of_the_table():
    known = {reader.media_type for reader in READERS.values()}
    assert all(set(program.media_types) <= known for program in PROGRAMS)


def test_wordperfect_says_which_program_would_read_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    found = reading(WORDPERFECT, "x.wpd")
    assert (found.reader, found.reason_code) == ("wordperfect", "unknown-format")
    assert found.reason is not None and "wpd2text" in found.reason
