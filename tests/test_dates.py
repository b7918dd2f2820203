"""Dates are read strictly; what can be read both ways is decided by the document or left open."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extract.dates import DAY_FIRST, MONTH_FIRST, add_term, date_order, find_dates


def read(text: str, order: str | None = None) -> list[str | None]:
    return [found.iso for found in find_dates(text, order=order)]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05", "2024/3/5", "5 March 2024", "March 5, 2024", "Mar. 5th, 2024",
        "this 5th day of March, 2024", "den 5 mars 2024", "5. März 2024", "1er et 5 mars 2024",
        "05.03.2024", "5/3-2024", "5-Mar-2024", "Date:2024-03-05.", "5 mars, 2024",
    ],
)  # fmt: skip
def test_a_written_date_is_read(text: str) -> None:
    assert read(text) == ["2024-03-05"]


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30", "31 April 2024", "version 1.2.3", "192.168.10.20", "June 2024",
        "March ___, 2024", "0123-4567", "12/2024", "5 maj", "3.4.5.2024", "10:20:30",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert read(text) == []


def test_day_and_month_stay_open_unless_one_is_impossible_or_the_order_is_known() -> None:
    assert read("03/04/2024 05-06-2024") == [None, None]
    assert read("03/04/2024", DAY_FIRST) == ["2024-04-03"]
    assert read("03/04/2024", MONTH_FIRST) == ["2024-03-04"]
    assert read("23/04/2024 04/23/2024 04/04/2024") == ["2024-04-23", "2024-04-23", "2024-04-04"]


def test_a_short_year_with_dashes_stays_open_even_where_the_order_is_known() -> None:
    assert read("24-03-05", DAY_FIRST) == [None]


def test_the_order_comes_from_a_date_that_leaves_no_choice() -> None:
    assert date_order("Due 23/04/2024, issued 03/04/2024", "en") == DAY_FIRST
    assert date_order("Due 04/23/2024, issued 03/04/2024", "en") == MONTH_FIRST
    assert date_order("Due 04/23/2024, issued 23/04/2024", "sv") is None


def test_the_order_comes_from_language_or_address_where_no_date_tells() -> None:
    assert date_order("Datum 03/04/2024", "sv") == DAY_FIRST
    assert date_order("Date 03/04/2024, 215 Vine St, Scranton PA 18503", "en") == MONTH_FIRST
    assert date_order("Date 03/04/2024, VAT no. GB 123456789", "en") == DAY_FIRST
    assert date_order("Date 03/04/2024, 10 Downing Street, SW1A 2AA", "en") == DAY_FIRST
    assert date_order("Date 03/04/2024, Acme Inc., New York, total 12.50 EUR", "en") is None
    assert date_order("Date 03/04/2024, total £12", "en") == DAY_FIRST
    assert date_order("Date 03/04/2024", "en") is None
    assert date_order("Date 03/04/2024", None) is None


def test_a_term_ends_on_the_same_day_or_the_months_last() -> None:
    assert add_term("2024-02-29", years=1) == "2025-02-28"
    assert add_term("2023-11-30", months=3) == "2024-02-29"
    assert add_term("2023-12-31", days=1) == "2024-01-01"


@given(st.dates(datetime.date(1850, 1, 1), datetime.date(2100, 12, 31)))
def test_every_iso_date_is_read_as_itself(day: datetime.date) -> None:
    assert read(f"from {day.isoformat()} on") == [day.isoformat()]


@given(st.text(alphabet="0123456789-/. ,marMjty", max_size=40))
def test_no_text_breaks_the_reader_and_spans_lie_inside(text: str) -> None:
    for found in find_dates(text):
        assert 0 <= found.start < found.end <= len(text)
