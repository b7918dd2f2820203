"""What waits is counted for every page, and no page of a large archive waits for the count."""

from __future__ import annotations

import time

import pytest

from api import waiting
from api.service import Services
from api.waiting import WaitingCounts
from archive.access import operator
from archive.config import Config, DataSection
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url, tmp_path, clock):
    made = RegisterHouse(database_url, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def counts(house, tmp_path, clock):
    config = Config(data=DataSection(folder=tmp_path))
    services = Services(config, house.database, house.vault, house.intake, clock)
    yield WaitingCounts(services)
    services.close()


def told(house, counts):
    with house.database.read() as session:
        return counts.count(session, operator(session))


def told_at_last(house, counts, wanted):
    for _ in range(600):
        count = told(house, counts)
        if count == wanted:
            break
        time.sleep(0.1)
    return count


def wait_for_a_contract(house, number):
    house.put(f"{number}.txt", f"Invoice INV-{number}\nContract no: C-2024-{number}\n")


def test_among_few_documents_it_is_counted_at_once_and_kept_for_a_while(house, counts):
    assert told(house, counts) == 0
    wait_for_a_contract(house, "001")
    assert told(house, counts) == 0
    counts.forget()
    assert told(house, counts) == 1


def test_among_many_documents_nobody_waits_for_the_first_count(house, counts, monkeypatch):
    monkeypatch.setattr(waiting, "MANY", 0)
    wait_for_a_contract(house, "001")
    assert told(house, counts) is None
    assert told_at_last(house, counts, 1) == 1


def test_among_many_the_count_before_is_told_while_it_is_counted_again(house, counts, monkeypatch):
    wait_for_a_contract(house, "001")
    assert told(house, counts) == 1
    monkeypatch.setattr(waiting, "MANY", 0)
    monkeypatch.setattr(waiting, "KEPT_S", 0)
    wait_for_a_contract(house, "002")
    assert told(house, counts) == 1
    assert told_at_last(house, counts, 2) == 2


def test_among_many_what_somebody_decided_is_seen_on_the_next_page(house, counts, monkeypatch):
    wait_for_a_contract(house, "001")
    assert told(house, counts) == 1
    monkeypatch.setattr(waiting, "MANY", 0)
    wait_for_a_contract(house, "002")
    counts.forget()
    assert told(house, counts) == 2
