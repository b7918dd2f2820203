"""Lists in a trail: what cites very many is in it, and does not lead on unless it is asked to."""

from __future__ import annotations

import pytest

from archive.trail import MOST_CITED
from tests.small_archive import SmallArchive


@pytest.fixture
def archive(database_url, tmp_path, clock):
    """Orders, each with its bill, and a price list that cites them all."""
    archive = SmallArchive(database_url, tmp_path, clock)
    orders = [f"PO-{number}" for number in range(100, 101 + MOST_CITED)]
    for order in orders:
        archive.add(f"{order}.txt", f"Order {order}", number=order)
    archive.add("bill.txt", "Bill B-9\nfor PO-100", number="B-9", cites=("PO-100",))
    every = (*orders, "PO-999")
    text = "Prices L-1\n" + "\n".join(f"as in {order}" for order in every)
    archive.add("prices.txt", text, number="L-1", cites=every)
    yield archive
    archive.close()


def paths(found):
    return {entry["path"] for entry in found["entries"]}


def test_a_trail_has_a_list_and_does_not_go_on_through_it(archive):
    found = archive.trail("B-9")
    assert paths(found) == {"filing/bill.txt", "filing/PO-100.txt", "filing/prices.txt"}
    (named,) = found["not_followed"]
    (prices,) = (one for one in found["entries"] if one["path"] == "filing/prices.txt")
    assert named == {"document": prices["document"], "references": MOST_CITED + 1}
    assert found["missing"] == []  # what only the list cites is a matter of the list


def test_a_list_is_followed_where_that_is_asked_for_or_where_it_is_the_seed(archive):
    (named,) = archive.trail("B-9")["not_followed"]
    for found in (
        archive.trail("B-9", through=frozenset({named["document"]})),
        archive.trail("L-1"),
    ):
        assert len(found["entries"]) == MOST_CITED + 3
        assert found["not_followed"] == []
        assert [end["identifier"] for end in found["missing"]] == ["PO-999"]


def test_where_the_trail_ends_anyway_no_list_is_told_as_not_followed(archive):
    found = archive.trail("B-9", depth=2)
    assert "filing/prices.txt" in paths(found)
    assert (found["not_followed"], found["missing"]) == ([], [])
    assert len(archive.trail("B-9", depth=3)["not_followed"]) == 1


def test_what_cites_no_more_than_many_is_followed(archive):
    cites = (*(f"PO-{number}" for number in range(101, 100 + MOST_CITED)), "B-9")
    text = "Summary S-1\n" + "\n".join(cites)
    archive.add("summary.txt", text, number="S-1", cites=cites)
    assert "filing/PO-101.txt" in paths(archive.trail("B-9"))


def test_what_is_not_in_the_archive_makes_no_document_a_list(archive):
    cites = ("B-9", "PO-100", *(f"PO-{number}" for number in range(500, 502 + MOST_CITED)))
    archive.add("terms.txt", "Terms T-1\n" + "\n".join(cites), number="T-1", cites=cites)
    found = archive.trail("B-9")
    assert "filing/terms.txt" in paths(found)
    assert [one["references"] for one in found["not_followed"]] == [MOST_CITED + 1]
