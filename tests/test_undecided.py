"""A date that can be read in two ways stands in both until a person says which one it is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import operator
from archive.models import Version
from archive.opening import facts_of
from archive.rulings import set_facts
from archive.vocabulary import UNDECIDED
from tests.register_house import RegisterHouse

TEXT = "Invoice\nInvoice date: 03/04/2024\nTotal: 100.00"


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def dated(house, version_id):
    with house.database.read() as session:
        facts = [fact for fact in facts_of(session, version_id) if fact["name"] == "date"]
        shown = session.scalar(select(Version.date).where(Version.id == version_id))
    return shown, [(fact["value"], fact["counts"], fact["rule"]) for fact in facts]


def test_neither_reading_counts_and_both_stand_with_their_place(house):
    readings = [("2024-03-04", False, UNDECIDED), ("2024-04-03", False, UNDECIDED)]
    version_id = house.put("bill.txt", TEXT)
    assert dated(house, version_id) == (None, readings)
    house.reread(version_id, TEXT)
    assert dated(house, version_id) == (None, readings)


def test_the_reading_that_a_person_chooses_counts_and_outlives_a_new_reading(house):
    version_id = house.put("bill.txt", TEXT)
    with house.database.write() as session:
        document = session.scalar(select(Version.document_id).where(Version.id == version_id))
        chosen = {"date": "2024-04-03"}
        set_facts(
            session, operator(session), document, chosen, house.clock(), schemes=house.schemes
        )
    house.reread(version_id, TEXT)
    shown, facts = dated(house, version_id)
    assert shown == "2024-04-03"
    assert facts[0] == ("2024-04-03", True, "")
    assert [fact[1] for fact in facts[1:]] == [False, False]
