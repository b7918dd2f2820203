"""Registered names in texts: found when a version comes, and afterwards in all that is there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.models import Job, Mention, Reference
from archive.naming import Dictionary
from archive.reading import Name, PageText
from indexer.extract.names import NameFinder, find_names
from tests.register_house import RegisterHouse

NAMES = (
    Name("product", "AV200", "AV-200", 1, "AV|200", 1),
    Name("product", "AURORA", "Aurora", 2, "AURORA", 1),
    Name("product", "ARC", "Arc", 3, "ARC", 1),
    Name("party", "NORDPUMP", "Nord Pump AB", 4, "NORD|PUMP|AB", 1),
    Name("party", "NORD", "Nord", 5, "NORD", 2),
)


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("the AV-200, AV200 and AV 200", ["AV-200", "AV200", "AV 200"]),
        ("AV\u2011200 or AV–200", ["AV\u2011200", "AV–200"]),
        ("AV-\n200 over the line", ["AV-\n200"]),
        ("AV-200-pumpar, AV-200s hölje, AV-200/AV-200", ["AV-200"] * 4),
        ("AV-2001 SAV-200 AV-200-B AV-200.5 X-AV-200 12AV-200", []),
        ("en kostnad av 200 kr", []),
        ("Aurora, AURORA, Aurora's, aurora borealis", ["Aurora", "AURORA", "Aurora"]),
        ("an arc, ARC, Arc", ["Arc"]),
        ("nord pump ab and Nord  Pump\nAB", ["nord pump ab", "Nord  Pump\nAB"]),
        ("Auroran and Nord Pumpar", []),
        ("", []),
    ],
)
def test_a_name_is_found_as_people_write_it_and_not_in_a_longer_word(text, quotes):
    finder = NameFinder(NAMES)
    found = [mention for name, mention in finder.find(PageText(3, text)) if name.collection_id == 1]
    assert [mention.evidence.quote for mention in found] == quotes
    for mention in found:
        evidence = mention.evidence
        assert evidence.page == 3 and text[evidence.start : evidence.end] == evidence.quote


def test_a_longer_name_hides_a_shorter_one_of_its_own_collection_only():
    found = find_names([PageText(1, "Nord Pump AB")], NAMES)
    assert [name.entry_id for name, _ in found] == [4, 5]
    nearer = (*NAMES, Name("party", "NORDPUMP2", "Nord Pump", 6, "NORD|PUMP", 1))
    assert [n.entry_id for n, _ in find_names([PageText(1, "Nord Pump AB")], nearer)] == [4, 5]


def test_names_stand_in_what_comes_after_they_are_registered(house):
    house.register("product", code="AV-200", name="Aurora", other_names=["Norrsken"])
    house.put("a.txt", "Minutes of Aurora. The AV 200 and Norrsken are one.")
    house.put("b.txt", "Something else.")
    assert house.references() == [("a.txt", "cites", "product", "AV-200", "resolved")]
    with house.database.read() as session:
        places = session.scalars(select(Mention).order_by(Mention.start)).all()
        assert [place.quote for place in places] == ["Aurora", "AV 200", "Norrsken"]


def test_names_are_looked_for_in_all_that_is_there_when_they_are_registered(house):
    house.put("a.txt", "Protokoll om ÅNGTURBIN Svala.")
    house.put("b.txt", "Something else.")
    house.put("c.txt", "Svala, hidden", "secret")
    house.register("product", code="X9", name="Ångturbin Svala", other_names=["Svala"])
    assert house.references() == []
    house.look_for_names()
    assert [line[0] for line in house.references()] == ["a.txt", "c.txt"]
    assert [line[0] for line in house.references(house.viewer("general"))] == ["a.txt"]
    with house.database.read() as session:
        assert not session.scalars(select(Job).where(Job.kind == "name")).all()


def test_of_many_new_names_the_archive_is_read_once_as_a_whole(house):
    house.put("a.txt", "Alpha7 and Beta30 and Gamma99")
    for number in range(30):
        house.register("product", code=f"Beta{number + 1}", name=f"Pump number {number + 1}")
    house.look_for_names()
    assert [line[3] for line in house.references()] == ["Beta30"]


def test_a_renamed_entry_is_linked_by_its_new_name_and_no_more_by_its_old(house):
    house.put("a.txt", "All about Aurora.")
    house.put("b.txt", "All about Polaris.")
    made = house.register("product", code="X9", name="Aurora")
    house.look_for_names()
    known = house.clock()
    house.edit(made, name="Polaris")
    house.look_for_names()
    assert [line[0] for line in house.references()] == ["b.txt"]
    assert [line[0] for line in house.references(as_of=known)] == ["a.txt"]


def test_looking_again_changes_nothing(house):
    house.register("product", code="AV-200", name="Aurora")
    text = "The AV-200 is called Aurora."
    version = house.put("products/Aurora/misc/a.txt", text)

    def rows():
        with house.database.read() as session:
            references = session.scalars(select(Reference).order_by(Reference.id)).all()
            return [(r.id, r.relation, r.recorded_at, r.retracted_at) for r in references]

    before = rows()
    house.reread(version, text)
    house.register("product", code="ZZ-9", name="Aurora Two")
    house.look_for_names()
    assert rows() == before and [row[1] for row in before] == ["cites", "about"]


def test_a_name_that_the_viewer_may_not_see_is_no_reference_for_them(house):
    house.register("product", "secret", code="X9", name="Aurora Borealis")
    house.register("product", code="Y7", name="Aurora")
    house.put("a.txt", "Aurora Borealis is not for everybody.")
    assert [line[3] for line in house.references(house.viewer("general"))] == ["Y7"]
    assert {line[3] for line in house.references()} == {"X9", "Y7"}


def test_a_name_of_two_entries_is_ambiguous_and_of_many_is_a_common_word(house):
    house.register("product", code="X1", name="Aurora")
    house.register("product", code="X2", name="Aurora")
    house.put("a.txt", "Aurora")
    assert [line[3:] for line in house.references()] == [(None, "ambiguous")]
    for number in range(3, 7):
        house.register("product", code=f"X{number}", name="Aurora")
    house.look_for_names()
    assert house.references() == []


def test_a_milestones_name_counts_only_where_its_product_is_spoken_of(house):
    house.register("product", code="AV-200", name="Aurora")
    house.register("milestone", code="MS-1", name="Pilot run", product="AV-200")
    house.register("milestone", code="MS-2", name="Launch", product="AV-200")
    house.register("milestone", code="MS-3", name="Board review")
    house.put("a.txt", "The pilot run of Aurora comes before its Launch.")
    house.put("b.txt", "The pilot run of something else. Board review in May.")
    assert {line[0] + " " + line[3] for line in house.references()} == {
        "a.txt AV-200",
        "a.txt MS-1",
        "b.txt MS-3",
    }


def test_a_number_that_a_label_tells_is_not_said_twice(house):
    house.register("product", code="AV-200", name="Aurora")
    house.put("a.txt", "Invoice\nArt.nr: AV-200\nmore on AV-200")
    assert len(house.references()) == 1


def test_short_codes_and_bare_figures_are_not_looked_for_in_texts(house):
    for code in ("A4", "1001", "AB"):
        house.register("product", code=code, name=f"The product {code}x")
    house.put("a.txt", "A4 sheet, 1001 pieces, Nord AB")
    assert house.references() == []


def test_an_empty_dictionary_finds_nothing():
    assert NameFinder(Dictionary(0, (), {}).names).find(PageText(1, "Aurora")) == []


@pytest.mark.parametrize(
    ("registered", "written"),
    [
        ("Norrgjuteri AB", "NORRGJUTERI AKTIEBOLAG (publ)"),
        ("Norrgjuteri AB", "AB Norrgjuteri"),
        ("Norrgjuteri Aktiebolag", "Norrgjuteri AB"),
        ("Tidewater Valves Ltd", "Tidewater Valves Limited"),
        ("Tidewater Valves Limited", "TIDEWATER VALVES LTD."),
        ("Café Vik AB", "Café Vik Aktiebolag"),
        ("Kühn Metall GmbH", "Kühn Metall Gesellschaft mit beschränkter Haftung"),
        ("Moulin SARL", "Moulin S.A.R.L."),
        ("Vind A/S", "Vind AS"),
        ("Vik Energi ek. för.", "Vik Energi ekonomisk förening"),
        ("IT AB", "IT Aktiebolag"),
    ],
)
def test_a_party_is_found_however_its_company_form_is_written(house, registered, written):
    house.put("before.txt", f"Brev till {written} om annat.")
    house.register("party", name=registered)
    house.look_for_names()
    house.put("after.txt", f"Brev till {written} igen.")
    found = [(line[0], line[3], line[4]) for line in house.references()]
    assert found == [("after.txt", registered, "resolved"), ("before.txt", registered, "resolved")]


@pytest.mark.parametrize(
    ("registered", "written"),
    [
        ("Norrgjuteri AB", "Norrgjuteri GmbH"),
        ("Norrgjuteri AB", "Norrgjuteri"),
        ("Wind A/S", "Wind as a source"),
        ("Tidewater Valves Ltd", "Tidewater Valves Inc."),
    ],
)
def test_a_party_of_another_form_or_of_none_is_not_meant(house, registered, written):
    house.register("party", name=registered)
    house.put("a.txt", f"Brev: {written} om annat.")
    house.look_for_names()
    assert house.references() == []
