"""Different numbers of one key, as INV-101-12 and INV-1011-2: nowhere are they one line."""

from __future__ import annotations

from itertools import permutations

import pytest

from archive import exports
from archive.access import operator
from archive.keys import gathered
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = RegisterHouse(database_url, tmp_path, clock)
    yield made
    made.close()


def told(house):
    """Identifier, mentions and target of every invoice that is cited."""
    with house.database.read() as session:
        lines = list(exports.references(session, operator(session)))
    return sorted(
        (line["identifier"], line["mentions"], line["target"])
        for line in lines
        if line["scheme"] == "invoice"
    )


@pytest.mark.parametrize("several", [*permutations(("INV-101-12", "INV-1011-2", "INV-10112"))])
def test_a_spelling_that_may_mean_either_of_two_numbers_joins_neither(house, several):
    house.put("a.txt", f"Letter\nWe paid {', '.join(several)} and INV 101-12.")
    assert told(house) == [
        (f"INV-{one}", count, None) for one, count in (("101-12", 2), ("1011-2", 1), ("10112", 1))
    ]


@pytest.mark.parametrize("several", [("INV-10112", "INV-101-12"), ("INV-101-12", "INV-10112")])
def test_a_number_is_told_by_its_fullest_spelling_whichever_is_first(house, several):
    house.put("b.txt", "INVOICE\nInvoice number: INV-1011-2\n")
    house.put("a.txt", f"Letter\nWe paid {' and '.join(several)}.")
    ((_, mentions, target),) = told(house)
    assert (mentions, target) == (2, None)


@pytest.mark.parametrize(
    ("groups", "under"),
    [
        (["A|112", "A|1|12"], {"A|112": "A|1|12", "A|1|12": "A|1|12"}),
        (["A|112", "A|1|12", "A|11|2"], {}),
        (["A|1|12", "A|1/12"], {"A|1|12": "A|1/12"}),
        (["A|112", "A|1/12"], {}),
        (["A|112", "A|1|12", "A|1/12"], {"A|1|12": "A|1/12"}),
    ],
)
def test_groupings_of_one_key_are_gathered_whatever_their_order(groups, under):
    for several in permutations(groups):
        assert gathered(several) == {one: under.get(one, one) for one in groups}
