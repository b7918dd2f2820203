"""In search the spellings of one party are one value of the facet, and one filter."""

from __future__ import annotations

import pytest

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
