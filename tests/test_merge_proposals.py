"""Parties that may be one are proposed with what speaks for it, answered once, and taken back."""

from __future__ import annotations

import pytest

from archive import merge_answers, merge_proposals
from archive.access import operator
from archive.attention import Wish, list_attention, set_aside
from archive.config import Config
from archive.errors import NotAllowed, NotFound
from archive.register_fields import register_of
from archive.registers import list_entries
from tests.register_house import RegisterHouse, invoice

NUMBER = "556036-0793"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path / "data", clock)
    yield house
    house.close()


def lines(house, viewer=None):
    """Lines of the attention list: party, other, reasons."""
    house.look_for_names()
    with house.database.write() as session:
        merge_proposals.review(session, house.clock())
    with house.database.read() as session:
        viewer = viewer or operator(session)
        found = list_attention(session, viewer, Config(), Wish(kind="merge"), house.clock())
        assert found["total"] == len(found["items"])
        return [line["merge"] for line in found["items"]]


def proposed(house, viewer=None):
    return [
        (one["party"], one["other"], [reason["id"] for reason in one["because"]])
        for one in lines(house, viewer)
    ]


def answer(house, said, viewer=None, proposal=None):
    proposal = proposal or lines(house)[0]["id"]
    house.clock.step()
    with house.database.write() as session:
        merge_answers.answer(
            session, viewer or operator(session), proposal, said, house.clock(),
            schemes=house.schemes,
        )  # fmt: skip
    return proposal


def take_back(house, proposal):
    house.clock.step()
    with house.database.write() as session:
        merge_answers.take_back(
            session, operator(session), proposal, house.clock(), schemes=house.schemes
        )


def names(house):
    with house.database.read() as session:
        found = list_entries(session, operator(session), register_of("party")).items
        return [(one.name, one.values.get("other_names", "")) for one in found]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"name": "Nordpump AB"}, {"name": "Nordpumps AB"}, ["one-letter"]),
        ({"name": "Nordpump AB"}, {"name": "Nordpmup AB"}, ["one-letter"]),
        ({"name": "Nordpump AB"}, {"name": "Nordpump"}, ["other-form"]),
        ({"name": "Nordpump AB"}, {"name": "Nordpump Aktiebolag"}, ["same-name"]),
        ({"name": "NPF"}, {"name": "Nordiska Pump Fabriken AB"}, ["initials"]),
        (
            {"name": "Nordpump AB", "organisation_number": NUMBER},
            {"name": "Söderpump AB", "vat": "SE556036079301"},
            ["same-number"],
        ),
        ({"name": "Nordpump AB"}, {"name": "Nordpump GmbH"}, None),
        ({"name": "Nordpump AB"}, {"name": "Söderpump AB"}, None),
        ({"name": "Pump 3 AB"}, {"name": "Pump 4 AB"}, None),
        ({"name": "ABC AB"}, {"name": "ABD AB"}, None),
        (
            {"name": "Nordpump AB", "organisation_number": "556036-0794"},
            {"name": "Söderpump AB", "organisation_number": "556036-0794"},
            None,
        ),
    ],
)
def test_two_entries_are_proposed_with_what_speaks_for_it(house, one, other, reasons):
    house.register("party", **one)
    house.register("party", **other)
    expected = [(one["name"], other["name"], reasons)] if reasons else []
    assert proposed(house) == expected


def test_names_of_documents_are_proposed_to_registered_parties_only(house):
    invoice(house, "a.txt", "Nordpump")
    invoice(house, "b.txt", "Nordpumps AB")
    invoice(house, "c.txt", "Nordpump Aktiebolag")
    invoice(house, "d.txt", "Söderpump AB", NUMBER)
    invoice(house, "e.txt", "Södepump AB")
    assert proposed(house) == []
    house.register("party", name="Nordpump AB", organisation_number=NUMBER)
    assert sorted(proposed(house)) == [
        ("Nordpump AB", "Nordpump", ["other-form"]),
        ("Nordpump AB", "Nordpumps AB", ["one-letter"]),
        ("Nordpump AB", "Söderpump AB", ["same-number"]),
    ]


def test_what_is_proposed_does_not_depend_on_the_order_of_arrival(house):
    house.register("party", name="Nordpump AB", organisation_number=NUMBER)
    assert proposed(house) == []
    invoice(house, "d.txt", "Söderpump AB", NUMBER)
    assert proposed(house) == [("Nordpump AB", "Söderpump AB", ["same-number"])]


def test_a_question_goes_when_what_spoke_for_it_is_gone_and_comes_back_with_it(house):
    version = invoice(house, "a.txt", "Nordpump")
    entry = house.register("party", name="Nordpump AB")
    assert len(proposed(house)) == 1
    entry = house.edit(entry, name="Vattenpump AB")
    assert version and proposed(house) == []
    house.edit(entry, name="Nordpump AB")
    assert len(proposed(house)) == 1


def test_the_same_merges_two_entries_and_is_taken_back(house):
    house.register("party", name="Nordpump AB")
    house.register("party", name="Nordpumps AB")
    before = names(house)
    proposal = answer(house, "same")
    assert names(house) == [("Nordpump AB", "")]
    assert proposed(house) == []
    take_back(house, proposal)
    assert names(house) == before
    assert proposed(house) == [("Nordpump AB", "Nordpumps AB", ["one-letter"])]


def test_the_same_makes_a_name_of_documents_one_of_the_partys_and_is_taken_back(house):
    invoice(house, "a.txt", "Nordpump")
    house.register("party", name="Nordpump AB", other_names=["NP"])
    proposal = answer(house, "same")
    assert names(house) == [("Nordpump AB", "NP;Nordpump")]
    assert proposed(house) == []
    take_back(house, proposal)
    assert names(house) == [("Nordpump AB", "NP")]
    assert len(proposed(house)) == 1


def test_not_the_same_is_never_asked_again(house):
    invoice(house, "a.txt", "Nordpumps AB")
    entry = house.register("party", name="Nordpump AB")
    other = house.register("party", name="Nordpumpar AB", other_names=["Nordpomp AB"])
    while lines(house):
        answer(house, "other")
    invoice(house, "b.txt", "Nordpumps Aktiebolag")
    house.edit(entry, organisation_number=NUMBER)
    house.edit(other, organisation_number=NUMBER)
    assert proposed(house) == []


def test_a_question_is_only_for_who_sees_both_sides(house):
    invoice(house, "a.txt", "Nordpumps AB", collection="secret")
    house.register("party", name="Nordpump AB")
    house.register("party", "secret", name="Nordpomp AB")
    general, secret = house.viewer("general"), house.viewer("secret")
    assert len(proposed(house)) == 2
    assert proposed(house, general) == []
    assert proposed(house, secret) == []
    every = [line["id"] for line in lines(house)]
    for proposal in every:
        with pytest.raises(NotFound):
            answer(house, "same", general, proposal)
        with pytest.raises(NotFound), house.database.write() as session:
            set_aside(session, general, f"merge:{proposal}", house.clock(), reason="no")


def test_who_may_only_read_is_asked_nothing_and_answers_nothing(house):
    house.register("party", name="Nordpump AB")
    house.register("party", name="Nordpumps AB")
    proposal = lines(house)[0]["id"]
    with pytest.raises(NotAllowed):
        answer(house, "same", house.viewer("general", role="staff"), proposal)


def test_a_question_is_set_aside_like_any_other(house):
    house.register("party", name="Nordpump AB")
    house.register("party", name="Nordpumps AB")
    proposal = lines(house)[0]["id"]
    with house.database.write() as session:
        set_aside(session, operator(session), f"merge:{proposal}", house.clock(), reason="later")
    assert proposed(house) == []
