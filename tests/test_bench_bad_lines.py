"""The table of the benchmark of bad lines, smaller: each is named with its reason."""

from __future__ import annotations

import pytest

from archive.models import Entry, Event
from bench.bad_lines import BAD, write_table
from tests.test_register_csv import CsvHouse, whats


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = CsvHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def test_ten_bad_lines_of_two_thousand_are_named_and_nothing_is_half_done(house, tmp_path):
    wanted = write_table(tmp_path / "bad.csv", 2_000)
    events = house.count(Event)
    result = house.take("products", (tmp_path / "bad.csv").read_bytes())
    wrong = {line.number: line.detail for line in result.lines if line.what == "wrong"}
    assert list(wrong) == list(wanted) and len(BAD) == 10
    assert [number for number in wanted if wanted[number] not in wrong[number]] == []
    assert not result.is_done and not house.count(Entry) and house.count(Event) == events


def test_the_same_table_without_them_is_taken(house, tmp_path):
    write_table(tmp_path / "good.csv", 300, is_mended=True)
    result = house.take("products", (tmp_path / "good.csv").read_bytes())
    assert result.is_done and set(whats(result)) == {"new"} and house.count(Entry) == 300
