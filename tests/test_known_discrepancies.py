"""What does not agree is looked for again when something has happened, and keeps nobody waiting."""

from __future__ import annotations

import threading
import time
from datetime import date

import pytest

from api import known_discrepancies
from api.background import Background
from api.known_discrepancies import KnownDiscrepancies
from archive.access import Viewer, operator
from tests.register_house import RegisterHouse

TODAY = date(2026, 3, 1)


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = RegisterHouse(database_url, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def looks(monkeypatch):
    """How often somebody looked; each look finds how many there were."""
    made = []

    def find(session, viewer, today):
        made.append(threading.current_thread())
        return [len(made)]

    monkeypatch.setattr(known_discrepancies, "find_discrepancies", find)
    return made


def found(house, known):
    with house.database.read() as session:
        return known.find(session, operator(session), TODAY)


def test_it_is_found_once_for_all_looks_between_which_nothing_happens(house, looks):
    known = KnownDiscrepancies(house.database, Background())
    house.put("a.txt", "Invoice INV-1")
    assert [found(house, known) for _ in range(3)] == [[1]] * 3
    house.put("b.txt", "Invoice INV-2")
    assert [found(house, known) for _ in range(3)] == [[2]] * 3


def test_where_it_takes_long_what_was_found_last_is_told_until_it_is_found_again(
    house, looks, monkeypatch
):
    monkeypatch.setattr(known_discrepancies, "SHORT_S", -1.0)
    monkeypatch.setattr(known_discrepancies, "SHARE", 0)
    known = KnownDiscrepancies(house.database, Background())
    assert found(house, known) == [1]
    house.put("b.txt", "Invoice INV-2")
    assert found(house, known) == [1]
    for _ in range(600):
        if found(house, known) == [2]:
            break
        time.sleep(0.1)
    assert looks[1] is not threading.current_thread()


def test_one_who_reads_other_collections_is_told_of_those_alone(house, looks):
    known = KnownDiscrepancies(house.database, Background())
    assert found(house, known) == [1]
    with house.database.read() as session:
        nobody = Viewer("user:9", "reader", frozenset(), frozenset())
        assert known.find(session, nobody, TODAY) == [2]
    assert found(house, known) == [1]
