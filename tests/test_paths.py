"""A path as people write it leads to what lies there, or lay there last."""

from __future__ import annotations

import io
import unicodedata
from functools import partial

import pytest

from archive.arrivals import Arrival, ChildPlace
from archive.paths import load_places, versions_at
from tests.small_archive import SmallArchive

NFC = partial(unicodedata.normalize, "NFC")
NFD = partial(unicodedata.normalize, "NFD")


@pytest.fixture
def archive(database_url, tmp_path, clock):
    archive = SmallArchive(database_url, tmp_path, clock)
    yield archive
    archive.close()


def file(archive, path):
    return archive.file(path, path.encode())


def inside(archive, parent, *names):
    """Files of these names inside another, in this order; a number for each."""
    arrivals = [
        Arrival(
            archive.vault.put(io.BytesIO(f"{parent} {number}".encode()), max_bytes=100),
            "general",
            ChildPlace(parent, number, name),
        )
        for number, name in enumerate(names, 1)
    ]
    return [one.version_id for one in archive.intake.receive(arrivals)]


def at(archive, path):
    with archive.database.read() as session:
        return versions_at(session, path)


@pytest.mark.parametrize("stored", [NFC, NFD])
@pytest.mark.parametrize("typed", [NFC, NFD])
def test_a_path_leads_to_a_file_in_whichever_form_its_name_is(archive, stored, typed):
    version = file(archive, stored("färg/målning.zip"))
    (child,) = inside(archive, version, stored("kåge.txt"))
    assert at(archive, typed("filing/färg/målning.zip")) == [version]
    assert at(archive, typed("filing/färg/målning.zip!/kåge.txt")) == [child]


def test_what_is_inside_may_be_named_in_another_form_than_what_holds_it(archive):
    version = file(archive, NFD("målning.zip"))
    (child,) = inside(archive, version, NFC("kåge.txt"))
    assert at(archive, NFC("filing/målning.zip!/kåge.txt")) == [child]


def test_of_two_names_that_look_alike_the_one_that_was_typed_comes_first(archive):
    composed, decomposed = (file(archive, form("målning.txt")) for form in (NFC, NFD))
    assert at(archive, NFC("filing/målning.txt")) == [composed, decomposed]
    assert at(archive, NFD("filing/målning.txt")) == [decomposed, composed]


def test_a_name_in_both_forms_at_once_is_found_as_it_is(archive):
    mixed = NFD("färg/") + NFC("målning.txt")
    version = file(archive, mixed)
    assert at(archive, f"filing/{mixed}") == [version]
    assert at(archive, NFC("filing/färg/målning.txt")) == []


def test_a_folder_whose_name_ends_in_a_mark_of_exclamation_is_a_folder(archive):
    version = file(archive, "VIKTIGT!/f.txt")
    holder = file(archive, "VIKTIGT!/Nu!/a.zip")
    inner, deep = inside(archive, holder, "b.zip", "Obs!/c.txt")
    (deepest,) = inside(archive, inner, "d.txt")
    assert at(archive, "filing/VIKTIGT!/f.txt") == [version]
    assert at(archive, "filing/VIKTIGT!/Nu!/a.zip") == [holder]
    assert at(archive, "filing/VIKTIGT!/Nu!/a.zip!/b.zip") == [inner]
    assert at(archive, "filing/VIKTIGT!/Nu!/a.zip!/Obs!/c.txt") == [deep]
    assert at(archive, "filing/VIKTIGT!/Nu!/a.zip!/b.zip!/d.txt") == [deepest]
    assert at(archive, "filing/VIKTIGT!/Nu!/b.zip!/d.txt") == []
    assert at(archive, "VIKTIGT!/f.txt") == at(archive, "!/") == at(archive, "") == []


def test_a_file_in_a_folder_comes_before_what_is_inside_a_file_named_so(archive):
    folder = file(archive, "a!/b.txt")
    (child,) = inside(archive, file(archive, "a"), "b.txt")
    assert at(archive, "filing/a!/b.txt") == [folder, child]


def test_of_files_of_one_name_inside_another_the_position_says_which(archive):
    first, second = inside(archive, file(archive, "mail.eml"), "a.txt", "a.txt")
    assert sorted(at(archive, "filing/mail.eml!/a.txt")) == [first, second]
    assert at(archive, "filing/mail.eml!/a.txt#2") == [second]
    with archive.database.read() as session:
        shown = load_places(session, [first]).shown(first)[0]
    assert at(archive, shown) == [first]


@pytest.mark.parametrize("position", ["²", "1" + "0" * 30, "٢", "-1", "", "3"])
def test_a_position_that_is_none_leads_nowhere(archive, position):
    inside(archive, file(archive, "mail.eml"), "a.txt", "a.txt")
    assert at(archive, f"filing/mail.eml!/a.txt#{position}") == []


def test_a_path_of_very_many_marks_is_answered(archive):
    assert at(archive, "filing/a" + "!/a" * 20_000) == []


def test_what_is_inside_lies_where_the_file_of_the_tree_does(archive):
    holder = file(archive, "VIKTIGT!/a.zip")
    (inner,) = inside(archive, holder, "b!/c.zip")
    (deep,) = inside(archive, inner, "d.txt")
    with archive.database.read() as session:
        places = load_places(session, [holder, inner, deep])
        assert [places.files(one) for one in (holder, inner, deep)] == [
            ["filing/VIKTIGT!/a.zip"]
        ] * 3
