"""Amounts are read in the forms of several countries, with the currency written at them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extract.amounts import currency_of, find_amounts, plain


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1 234,50 kr", "1234.50", "SEK"),
        ("1\u00a0234,50", "1234.50", None),
        ("$1,234.50", "1234.50", "USD"),
        ("1.234,50 €", "1234.50", "EUR"),
        ("SEK 12 500", "12500", "SEK"),
        ("500:-", "500", None),
        ("Rs 1939", "1939", "INR"),
        ("RM60.30", "60.30", "MYR"),
        ("-50,00", "-50.00", None),
        ("1234567.89", "1234567.89", None),
        ("120 000,00 €", "120000.00", "EUR"),
    ],
)
def test_an_amount_is_read(text: str, value: str, currency: str | None) -> None:
    (found,) = find_amounts(text)
    assert (found.value, found.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["25 %", "19%", "2024-03-05", "12.03.2024", "v1.2.3", "A4"])
def test_shares_dates_and_versions_are_no_amounts(text: str) -> None:
    assert list(find_amounts(text)) == []


def test_the_span_is_that_of_the_digits() -> None:
    text = "Total: SEK 1 250,00 incl."
    (found,) = find_amounts(text)
    assert text[found.start : found.end] == "1 250,00"


def test_kronor_are_those_of_the_language() -> None:
    assert [currency_of("SEK", language) for language in ("sv", "no", "da", None)] == [
        "SEK", "NOK", "DKK", "SEK",
    ]  # fmt: skip


@given(st.decimals(0, 10**9, places=2))
def test_an_amount_written_plainly_reads_as_itself(value: Decimal) -> None:
    (found,) = find_amounts(plain(value))
    assert found.value == value
