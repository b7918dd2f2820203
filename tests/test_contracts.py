"""Contracts in force: with their amendments, what runs out soon, what has to be given notice of."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import questions, rulings
from archive.access import operator
from archive.config import Config
from archive.periods import UNITS, Period
from tests.register_house import RegisterHouse

HEAD = "Supply agreement\nContract no: {number}\nDate: {day}\nSeller: Norrby AB\nBuyer: Vik AB\n"


@pytest.fixture
def house(database_url, tmp_path, clock):
    clock.now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    made = RegisterHouse(database_url, tmp_path, clock)
    yield made
    made.close()


def contract(house, number, begins="", ends="", more="", collection="general", day="2024-01-15"):
    terms = f"Effective from: {begins}\n" if begins else ""
    terms += f"Valid until: {ends}\n" if ends else ""
    text = HEAD.format(number=number, day=day) + terms + more
    return house.put(f"{number}.txt", text, collection)


def ask(house, name="contracts-in-force", viewer=None, **then):
    with house.database.read() as session:
        who = viewer or operator(session)
        return questions.answer(session, who, Config(), name, house.clock(), **then).told()["items"]


def numbers(rows):
    return [row["number"] for row in rows]


def test_contracts_that_hold_on_the_day_are_told_those_that_end_first_before_the_others(house):
    contract(house, "C-2024-001", "2024-02-01", "2026-12-31")
    contract(house, "C-2024-002", "2024-02-01", "2026-03-20")
    contract(house, "C-2024-003", "2024-02-01", "2025-12-31")
    contract(house, "C-2024-004", "2026-05-01", "2027-12-31")
    contract(house, "C-2024-005", "2024-02-01")
    rows = ask(house)
    assert numbers(rows) == ["C-2024-002", "C-2024-001", "C-2024-005"]
    first = rows[0]
    assert (first["effective_from"], first["expires_on"], first["days"]) == (
        "2024-02-01", "2026-03-20", 19,
    )  # fmt: skip
    assert first["party"] == "Norrby AB; Vik AB"
    assert numbers(ask(house, on=date(2025, 6, 1))) == [
        "C-2024-003", "C-2024-002", "C-2024-001", "C-2024-005",
    ]  # fmt: skip


def test_what_runs_out_is_told_by_30_60_and_90_days(house):
    for number, ends in ((1, "2026-03-31"), (2, "2026-04-30"), (3, "2026-05-30"), (4, "2026-05-31"),
                         (5, "2026-03-01")):  # fmt: skip
        contract(house, f"C-2024-00{number}", "2024-02-01", ends)
    rows = ask(house, "contracts-running-out")
    assert [(row["number"], row["within"], row["days"]) for row in rows] == [
        ("C-2024-005", 30, 0), ("C-2024-001", 30, 30), ("C-2024-002", 60, 60),
        ("C-2024-003", 90, 90),
    ]  # fmt: skip


def test_an_amendment_may_move_the_end(house):
    contract(house, "C-2024-001", "2024-02-01", "2025-12-31")
    before = house.clock()
    house.put(
        "a.txt",
        "Amendment\nAmendment no: C-2024-001-A1\nDate: 2025-11-01\n"
        "This amends contract C-2024-001.\nValid until: 2027-12-31\n",
    )
    (row,) = ask(house)
    assert (row["number"], row["expires_on"]) == ("C-2024-001", "2027-12-31")
    assert row["amended_by"] == "D-000002"
    assert ask(house, as_of=before) == []


def test_a_contract_that_goes_on_by_itself_holds_and_says_by_when_to_give_notice(house):
    contract(
        house, "C-2024-001", "2024-02-01", "2025-01-31",
        "It shall automatically renew for successive one (1) year periods.\n"
        "Notice period: 3 months\n",
    )  # fmt: skip
    (row,) = ask(house)
    assert (row["expires_on"], row["renewal"], row["notice_period"], row["notice_by"]) == (
        "2027-01-31", "1 year", "3 months", "2026-10-31",
    )  # fmt: skip
    assert ask(house, "contracts-running-out") == []
    with house.database.write() as session:
        rulings.set_facts(
            session, operator(session), 1, {"renewal": "3 months"}, house.clock(),
            schemes=house.schemes,
        )  # fmt: skip
    (row,) = ask(house, "contracts-running-out")
    assert (row["expires_on"], row["within"]) == ("2026-04-30", 60)


def test_a_contract_that_another_took_the_place_of_is_not_in_force(house):
    contract(house, "C-2024-001", "2024-02-01", "2027-12-31")
    contract(house, "C-2024-002", "2025-02-01", "2028-12-31", "This replaces contract C-2024-001.")
    assert numbers(ask(house)) == ["C-2024-002"]


def test_a_contract_holds_until_the_one_that_takes_its_place_begins(house):
    contract(house, "C-2024-001", "2024-02-01", "2027-12-31")
    contract(house, "C-2024-002", "2026-06-01", "2028-12-31", "This replaces contract C-2024-001.")
    assert numbers(ask(house)) == ["C-2024-001"]
    assert numbers(ask(house, on=date(2026, 6, 1))) == ["C-2024-002"]


def test_what_ends_later_runs_out_when_the_last_day_for_notice_comes(house):
    contract(house, "C-2024-001", "2024-02-01", "2026-07-31", "Notice period: 3 months\n")
    (row,) = ask(house, "contracts-running-out")
    assert (row["expires_on"], row["notice_by"], row["within"]) == ("2026-07-31", "2026-04-30", 60)


@given(
    st.builds(Period, st.integers(1, 400), st.sampled_from(UNITS)),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.dates(date(1990, 1, 1), date(2060, 1, 1)),
)
def test_the_period_that_runs_on_a_day_is_the_first_that_ends_no_earlier(period, first, day):
    times, expected = 0, first
    while expected < day and times < 100_000:
        times += 1
        expected = period.after(first, times)
    assert period.until(first, day) == expected


def test_a_hidden_contract_and_a_hidden_amendment_say_nothing(house):
    contract(house, "C-2024-001", "2024-02-01", "2025-12-31", collection="secret")
    contract(house, "C-2024-002", "2024-02-01", "2026-12-31")
    house.put(
        "a.txt",
        "Amendment\nAmendment no: C-2024-002-A1\nDate: 2025-11-01\n"
        "This amends contract C-2024-002.\nValid until: 2027-12-31\n",
        "secret",
    )
    (row,) = ask(house, viewer=house.viewer("general"))
    assert (row["number"], row["expires_on"], row["amended_by"]) == (
        "C-2024-002", "2026-12-31", None,
    )  # fmt: skip
