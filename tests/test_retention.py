"""From which day documents are counted: an end that has come, of contract or product."""

from __future__ import annotations

from datetime import date

import pytest

from archive import retention
from archive.access import operator
from archive.config_rules import RetentionClass
from tests.disposal_house import DisposalHouse
from tests.test_disposal import put


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = DisposalHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def due_by(house: DisposalHouse, counted_from: str, *kinds: str) -> dict[int, str]:
    rule = RetentionClass(name="x", kinds=kinds, counted_from=counted_from, years=1, then="destroy")
    with house.database.read() as session:
        found = retention.due(session, operator(session), (rule,), house.clock().date())
    return {one.document_id: one.counted_from for one in found.items}


def test_what_stands_under_a_contract_is_counted_from_its_end(house):
    over = "CONTRACT\nContract number: C-2015-1\nDate: 2015-01-01\nExpires: 2018-06-30\n"
    first = put(house, "contract.txt", over)
    order = put(
        house, "order.txt",
        "PURCHASE ORDER\nOrder number: PO-1001\nDate: 2016-01-01\nUnder contract C-2015-1\n",
    )  # fmt: skip
    put(house, "loose.txt", "PURCHASE ORDER\nOrder number: PO-1002\nDate: 2016-01-01\n")
    put(house, "lost.txt", "PURCHASE ORDER\nOrder number: PO-1003\nUnder contract C-2015-9\n")
    running = "CONTRACT\nContract number: C-2015-2\nDate: 2015-01-01\n"
    put(house, "running.txt", running)
    assert due_by(house, "contract-end") == {first: "2018-06-30", order: "2018-06-30"}


def test_what_speaks_of_products_is_counted_from_the_end_of_the_last(house):
    ended = house.register("product", code="PX-200", name="Pump", phase="launched")
    house.register("product", code="PX-300", name="Valve", phase="launched")
    house.edit(ended, date(2020, 5, 1), phase="ended")
    house.look_for_names()
    one = put(house, "one.txt", "SPECIFICATION\nProduct: PX-200\n")
    put(house, "both.txt", "SPECIFICATION\nProduct: PX-200\nProduct: PX-300\n")
    put(house, "none.txt", "SPECIFICATION\nof nothing\n")
    assert due_by(house, "product-ended") == {one: "2020-05-01"}
