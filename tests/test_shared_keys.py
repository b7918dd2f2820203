"""Different numbers of one key, as INV-101-12 and INV-1011-2: nowhere are they one line."""

from __future__ import annotations

from itertools import permutations

import pytest

from archive import attention, attention_lines, exports, open_references
from archive.access import operator
from archive.builtin_schemes import entry_schemes
from archive.keys import gathered
from archive.references import Target
from archive.wanted import Wish, list_wanted
from archive.wanted_answers import lead_to, put_aside
from archive.wanted_numbers import Wanted
from archive.wanting import Asked
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


def wanted(house, viewer=None):
    """What is wanted, each with who cites it."""
    asked = Asked(viewer or house.viewer(), house.clock().date(), None, entry_schemes(()))
    with house.database.read() as session:
        found = list_wanted(session, asked, Wish())
        assert found["total"] == len(found["items"])
        listed = lines_of(session, asked)
    lines = {
        (one["identifier"], one["issuer"]): [at["source"] for at in one["cited_by"]]
        for one in found["items"]
    }
    assert [len(one) for one in lines.values()] == [one["documents"] for one in found["items"]]
    assert sorted(listed) == sorted((*key[:1], cited) for key, cited in lines.items())
    return lines, {(one["identifier"], one["issuer"]): one["marks"] for one in found["items"]}


def lines_of(session, asked):
    """The same on the list of attention."""
    rows = session.execute(open_references.waiting(asked)).all()
    told = attention_lines.waiting(session, asked, rows)
    assert len({one["item"] for one in told}) == len(told)
    assert all(len(one["cited_by"]) == one["count"] for one in told)
    return [(one["identifier"], [at["source"] for at in one["cited_by"]]) for one in told]


def test_numbers_of_one_key_are_wanted_apart(house):
    house.put("a.txt", "Letter\nWe paid INV-101-12 and INV-1011-2.")
    house.put("b.txt", "Letter\nWe paid INV-1011-2.")
    assert wanted(house)[0] == {
        ("INV-101-12", None): ["D-000001"], ("INV-1011-2", None): ["D-000001", "D-000002"],
    }  # fmt: skip
    house.put("c.txt", "Letter\nWe paid INV-10112.")
    assert ("INV-10112", None) in wanted(house)[0]


@pytest.mark.parametrize("several", [("PO2024113", "PO-2024-113"), ("PO-2024-113", "PO2024113")])
def test_a_number_without_its_dashes_is_wanted_as_the_only_one_that_it_may_be(house, several):
    for number, name in zip(several, "ab", strict=True):
        house.put(f"{name}.txt", f"Letter\nYour order {number}.")
    ((_, cited),) = wanted(house)[0].items()
    assert cited == ["D-000001", "D-000002"]


def bill(house, name, buyer, number="PO-2024-99"):
    house.put(f"{name}.txt", f"INVOICE\nInvoice no. {name}80\n{buyer}\nYour order: {number}")


def test_a_number_of_two_parties_is_wanted_of_each(house):
    bill(house, "f", "Buyer: Alfa Pumpar AB")
    bill(house, "g", "Buyer: Beta Ventiler AB")
    bill(house, "h", "Buyer: Beta Ventiler AB")
    assert wanted(house)[0] == {
        ("PO-2024-99", "beta ventiler"): ["D-000002", "D-000003"],
        ("PO-2024-99", "alfa pumpar"): ["D-000001"],
    }


def test_a_paper_that_names_no_party_cites_the_number_of_the_only_one_that_there_is(house):
    bill(house, "f", "Buyer: Alfa Pumpar AB")
    bill(house, "g", "")
    assert list(wanted(house)[0].values()) == [["D-000001", "D-000002"]]
    bill(house, "h", "Buyer: Beta Ventiler AB")
    assert sorted(wanted(house)[0].values()) == [["D-000001"], ["D-000002"], ["D-000003"]]


@pytest.mark.parametrize("collection", ["general", "board"])
def test_what_waits_for_another_number_is_not_looked_at(house, collection):
    house.put("n.txt", "Letter\nWe paid INV-1011-2.", collection)
    bill(house, "f", "Buyer: Alfa Pumpar AB")
    bill(house, "g", "")
    lines, _ = wanted(house, house.viewer("general"))
    assert lines["PO-2024-99", "alfa pumpar"] == ["D-000002", "D-000003"]
    assert len(lines) == (2 if collection == "general" else 1)


def number_of(house, line):
    return Wanted("purchase-order", "PO202499", wanted(house)[1][line])


def test_the_number_of_one_party_is_answered_and_that_of_the_other_waits(house):
    bill(house, "f", "Buyer: Alfa Pumpar AB")
    bill(house, "g", "Buyer: Beta Ventiler AB")
    house.put("other.txt", "PURCHASE ORDER\nOrder number: PO-2024-11\n")
    asked = Asked(house.viewer(), house.clock().date(), None, entry_schemes(()))
    alfa = number_of(house, ("PO-2024-99", "alfa pumpar"))
    with house.database.write() as session:
        lead_to(session, asked, [alfa], Target("document", 3), house.clock())
    assert list(wanted(house)[0]) == [("PO-2024-99", "beta ventiler")]


def test_the_number_of_one_party_is_put_aside_and_that_of_the_other_is_listed(house):
    bill(house, "f", "Buyer: Alfa Pumpar AB")
    bill(house, "g", "Buyer: Beta Ventiler AB")
    asked = Asked(house.viewer(), house.clock().date(), None, entry_schemes(()))
    alfa = number_of(house, ("PO-2024-99", "alfa pumpar"))
    with house.database.write() as session:
        put_aside(session, asked, [alfa], house.clock(), reason="cancelled")
    assert list(wanted(house)[0]) == [("PO-2024-99", "beta ventiler")]
    (item,) = items(house)
    with house.database.write() as session:
        attention.set_aside(session, house.viewer(), item, house.clock(), reason="so")
    assert wanted(house)[0] == {}


def items(house):
    asked = Asked(house.viewer(), house.clock().date(), None, entry_schemes(()))
    with house.database.read() as session:
        rows = session.execute(open_references.waiting(asked)).all()
        return [one["item"] for one in attention_lines.waiting(session, asked, rows)]


def test_what_was_put_aside_before_numbers_were_told_apart_stays_aside(house):
    bill(house, "f", "Buyer: Alfa Pumpar AB")
    with house.database.write() as session:
        old = "waiting:1/purchase-order/PO202499"
        attention.set_aside(session, house.viewer(), old, house.clock(), reason="so")
    assert wanted(house)[0] == {}


def test_two_ambiguous_numbers_of_one_key_are_two_lines_with_answers_of_their_own(house):
    for name, number in (("a", "101-12"), ("b", "101-12"), ("c", "1011-2"), ("d", "1011-2")):
        house.put(f"{name}.txt", f"INVOICE\nInvoice number: INV-{number}\n{name}")
    house.put("e.txt", "Letter\nWe paid INV-101-12 and INV-1011-2.")
    asked = Asked(house.viewer(), house.clock().date(), None, entry_schemes(()))
    with house.database.write() as session:
        rows = session.execute(open_references.ambiguous(asked)).all()
        first, second = (one["item"] for one in attention_lines.ambiguous(session, asked, rows))
        attention.set_aside(session, house.viewer(), first, house.clock(), reason="so")
        rows = session.execute(open_references.ambiguous(asked)).all()
        left = [one["item"] for one in attention_lines.ambiguous(session, asked, rows)]
    assert left == [second]
