"""A standard that is cited without a year means all its editions; with a year that one alone."""

from __future__ import annotations

from itertools import permutations

import pytest

from archive import exports
from archive.attention import Wish, list_attention
from archive.config import Config
from archive.rulings import set_facts
from tests.register_house import RegisterHouse

OLD = "ISO 9001:2008\n\nSpecification of quality management.\nWhere ISO 9001 is cited, this is.\n"
NEW = OLD.replace(":2008", ":2015")
ANY = "INVOICE\nInvoice no: 7001\nMade to ISO 9001.\n"
DATED = "INVOICE\nInvoice no: 7002\nMade to ISO 9001:2008.\n"
FILES = {"old.txt": OLD, "new.txt": NEW, "any.txt": ANY, "dated.txt": DATED}


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = RegisterHouse(database_url, tmp_path, clock)
    yield made
    made.close()


def every(house):
    with house.database.read() as session:
        return list(exports.references(session, house.viewer()))


def cited(house):
    """By file and number as cited: status, and where it leads."""
    return {
        (line["source_path"].removeprefix("filing/"), line["identifier"]): (
            line["status"],
            line["target"],
        )
        for line in every(house)
        if line["scheme"] == "standard"
    }


def put(house, *names):
    return {name: house.put(name, FILES[name]) for name in names}


def test_without_a_year_the_only_edition_that_is_there_is_meant(house):
    put(house, "any.txt", "dated.txt")
    assert [status for status, _ in cited(house).values()] == ["waiting", "waiting"]
    put(house, "new.txt")
    told = cited(house)
    assert told["any.txt", "ISO 9001"] == ("resolved", "D-000003")
    assert told["dated.txt", "ISO 9001:2008"] == ("waiting", None)


@pytest.mark.parametrize("order", [*permutations(FILES)][::4])
def test_of_several_editions_none_is_chosen_and_with_a_year_that_one_is(
    sqlite_url, tmp_path, clock, order
):
    house = RegisterHouse(sqlite_url, tmp_path, clock)
    put(house, *order)
    number = {name: f"D-{place:06d}" for place, name in enumerate(order, 1)}
    assert cited(house) == {
        ("any.txt", "ISO 9001"): ("ambiguous", None),
        ("dated.txt", "ISO 9001:2008"): ("resolved", number["old.txt"]),
    }
    with house.database.read() as session:
        wish = Wish(kind="ambiguous")
        (line,) = list_attention(session, house.viewer(), Config(), wish, house.clock())["items"]
    assert [one["target"] for one in line["candidates"]] == [number["new.txt"], number["old.txt"]]


def test_a_standard_that_is_filed_without_a_year_is_no_edition(house):
    house.put("whole.txt", OLD.replace(":2008", ""))
    put(house, "any.txt", "dated.txt")
    assert cited(house) == {
        ("any.txt", "ISO 9001"): ("resolved", "D-000001"),
        ("dated.txt", "ISO 9001:2008"): ("waiting", None),
    }


def test_a_number_that_a_person_says_is_an_edition_as_well(house):
    house.put("x.txt", "SPECIFICATION\n\nOf quality management.\n")
    put(house, "any.txt")

    def say(number):
        house.clock.step()
        with house.database.write() as session:
            set_facts(
                session, house.viewer(), 1, {"number": number}, house.clock(), schemes=house.schemes
            )

    say("ISO 9001:2015")
    assert cited(house)["any.txt", "ISO 9001"] == ("resolved", "D-000001")
    say(None)
    assert cited(house)["any.txt", "ISO 9001"] == ("waiting", None)


def test_years_of_statutes_are_no_editions(house):
    house.put("law.txt", "SFS 2010:1767\n\nLag om ersättning.\n")
    house.put("bill.txt", "INVOICE\nInvoice no: 7003\nSpec no: 2010\n")
    assert "resolved" not in [line["status"] for line in every(house)]
