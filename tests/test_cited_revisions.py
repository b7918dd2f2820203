"""A reference that names a revision tells which version that is, whatever came since."""

from __future__ import annotations

from datetime import date

import pytest

from archive.access import operator
from archive.cited_revisions import cited_revisions
from archive.references import outgoing
from archive.trail import Wish, gather
from tests.register_house import RegisterHouse

SPEC = "Specification\nSpecification no: SPEC-310\nRevision: {mark}\nDate: {day}\n\nWall 8 mm.\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = RegisterHouse(database_url, tmp_path, clock)
    made.put("spec.txt", SPEC.format(mark="A", day="2024-11-20"))
    made.put("spec.txt", SPEC.format(mark="B", day="2025-03-01"))
    yield made
    made.close()


def cited(house, version_id):
    with house.database.read() as session:
        views = outgoing(session, operator(session), version_ids=[version_id])
        found = cited_revisions(session, views)
        return [(one.mark, one.version, one.is_current) for one in found.values()]


@pytest.mark.parametrize(("behind", "wanted"), [
    (" rev A", [("A", 1, False)]),
    (", revision B", [("B", 2, True)]),
    (" (utgåva a)", [("A", 1, False)]),
    (" rev C", [("C", None, False)]),
    ("", []),
    (" reviewed in May", []),
])  # fmt: skip
def test_the_version_that_is_cited_is_told_beside_the_reference(house, behind, wanted):
    order = house.put("po.txt", f"Order\nOrder no: PO-7\nMade to specification SPEC-310{behind}.\n")
    assert cited(house, order) == wanted


def test_of_what_bears_no_revisions_none_is_missing(house):
    house.put("plan.txt", "Specification\nSpecification no: SPEC-311\n\nText.\n")
    order = house.put("po.txt", "Order\nOrder no: PO-7\nMade to specification SPEC-311 rev A.\n")
    assert cited(house, order) == []


def test_the_trail_has_the_version_that_is_cited_beside_the_current_one(house):
    house.put("po.txt", "Order\nOrder no: PO-7\nDate: 2024-12-01\nMade to SPEC-310 rev A.\n")
    found = trail(house)
    assert found == [("2024-11-20", "SPEC-310", 1), ("2024-12-01", "PO-7", 1),
                     ("2025-03-01", "SPEC-310", 2)]  # fmt: skip
    assert trail(house, until=date(2025, 1, 1)) == found[:2]
    assert trail(house, on=date(2025, 1, 1)) == found[:2]


def test_the_trail_has_the_current_version_alone_where_that_is_cited(house):
    house.put("po.txt", "Order\nOrder no: PO-7\nDate: 2025-12-01\nMade to SPEC-310 rev B.\n")
    assert [line[1:] for line in trail(house)] == [("SPEC-310", 2), ("PO-7", 1)]


def trail(house, **more):
    with house.database.read() as session:
        found = gather(session, operator(session), Wish(("PO-7",), **more), frozenset())
    return [(one["date"], one["number"], one["version"]) for one in found["entries"]]
