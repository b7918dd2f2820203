"""In search the spellings of one party are one value of the facet, and one filter."""

from __future__ import annotations

import pytest

from indexer.search import facets
from indexer.search.seam import KnownParty
from tests.search_world import ENGINES, World, doc


@pytest.fixture(params=ENGINES)
def world(request, tmp_path, lemma_tables):
    world = World(tmp_path / "index", request.param, lemma_tables)
    world.fill(
        1,
        "general",
        [
            doc(1, "pumps", parties=("Nordpump AB", "Vik kommun")),
            doc(2, "pumps", parties=("NORDPUMP AKTIEBOLAG",)),
            doc(3, "pumps", parties=("Nordpump AB", "Nordiska Pumpfabriken")),
            doc(4, "pumps", parties=("Nordpump GmbH",)),
        ],
    )
    world.fill(2, "board", [doc(5, "pumps", parties=("Nordpump Aktiebolag (publ)", "Nord"))])
    yield world
    world.close()


def parties(world, **asked):
    facet = world.search("pumps", facets=("party",), **asked).facets["party"]
    return {one.value: one.count for one in facet}


def test_spellings_of_a_company_form_are_one_value(world):
    assert parties(world) == {
        "Nordpump AB": 4, "Vik kommun": 1, "Nordiska Pumpfabriken": 1, "Nordpump GmbH": 1,
        "Nord": 1,
    }  # fmt: skip
    found = sorted(world.found('pumps party:"Nordpump AB"'))
    assert found == ["D-000001", "D-000002", "D-000003", "D-000005"]


def test_a_value_is_called_as_it_is_written_most_in_what_one_may_read(world):
    assert parties(world, among=(2,)) == {"Nordpump Aktiebolag (publ)": 1, "Nord": 1}


def test_a_document_that_spells_a_party_in_two_ways_counts_once(world):
    world.fill(3, "both", [doc(6, "pumps", parties=("Vik AB", "VIK Aktiebolag"))])
    assert parties(world, among=(3,)) == {"Vik AB": 1}


def test_names_of_a_registered_party_are_one_value_and_a_document_counts_once(world):
    world.known = [
        KnownParty("Nordpump AB", ("nordiska pumpfabriken|", "nord|", "nordpump|ab")),
    ]
    assert parties(world) == {"Nordpump AB": 4, "Vik kommun": 1, "Nordpump GmbH": 1}
    found = sorted(world.found('pumps party:"Nordiska Pumpfabriken"'))
    assert found == ["D-000001", "D-000002", "D-000003", "D-000005"]


def test_a_party_is_still_found_by_a_part_of_its_name(world):
    assert sorted(world.found("pumps party:nordpump")) == [
        "D-000001", "D-000002", "D-000003", "D-000004", "D-000005",
    ]  # fmt: skip


@pytest.fixture(params=["all of a folder are counted", "many of a folder are counted"])
def counted(request, monkeypatch):
    if request.param.startswith("many"):
        monkeypatch.setattr(facets, "_MOST_SPELLED", 200)


def many(first, *, each=1, start=0, count=300):
    """Documents from number `first` that name parties, each party in so many of them."""
    return [
        doc(first + number * each + turn, "pumps", parties=(f"Party {start + number:04d}",))
        for number in range(count)
        for turn in range(each)
    ]


def test_a_party_counts_where_a_folder_has_very_many_others_too(world, counted):
    world.fill(3, "many", [*many(1000, each=2), doc(10, "pumps", parties=("Nordpump AB",))])
    world.fill(4, "more", [*many(3000, each=2, start=9000), doc(11, "pumps", parties=("Vik",))])
    counts = parties(world)
    assert (counts["Nordpump AB"], len(counts)) == (5, 50)
    found = world.search('pumps party:"Nordpump AB"', limit=100)
    assert found.total == counts["Nordpump AB"]


def test_of_very_many_parties_with_a_document_each_the_first_by_name_are_shown(world, counted):
    world.fill(3, "many", many(1000))
    assert parties(world, among=(3,)) == {f"Party {number:04d}": 1 for number in range(50)}
    both = parties(world)
    assert next(iter(both)) == "Nordpump AB"
    assert len(both) == 50


def test_what_a_folder_has_often_is_counted_where_it_is_one_of_very_many(world, counted):
    often = [doc(10_000 + n, "pumps", parties=("Party 0299",)) for n in range(100)]
    world.fill(3, "often", often)
    world.fill(4, "many", [*many(1000, each=6, count=250), *many(5000, start=250, count=50)])
    assert parties(world)["Party 0299"] == world.search("pumps party:0299").total == 101
