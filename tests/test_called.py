"""Entries of registers are found by what people call them."""

from __future__ import annotations

import pytest

from archive.called import entries_called
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = RegisterHouse(database_url, tmp_path, clock)
    yield made
    made.close()


def called(house, register, name, *collections):
    with house.database.read() as session:
        found = entries_called(session, house.viewer(*collections), register, name)
    return [code for _, code in found]


def test_a_name_or_another_name_leads_to_the_code_whatever_its_case(house):
    house.register("product", code="AV-200", name="Ångventil Aurora", other_names=["Norrsken"])
    house.register("milestone", code="G1", name="Pilot run", planned_on="2024-03-01")
    assert called(house, "product", "ångventil  AURORA") == ["AV-200"]
    assert called(house, "product", "norrsken") == ["AV-200"]
    assert called(house, "milestone", "Pilot run") == ["G1"]
    assert called(house, "product", "Pilot run") == []
    assert called(house, "product", "") == []


def test_what_one_may_not_see_is_called_nothing(house):
    house.register("product", "secret", code="AV-200", name="Aurora")
    assert called(house, "product", "Aurora", "general") == []
    assert called(house, "product", "Aurora", "general", "secret") == ["AV-200"]
