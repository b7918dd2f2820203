"""Totals with tax and without are compared like with like, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from archive.chain_compared import Compared, Sum, compare


def money(total: str | None, net: str | None = None) -> Sum:
    whole, without = (None if one is None else Decimal(one) for one in (total, net))
    return Sum("SEK", whole, without)


@pytest.mark.parametrize(
    ("billed", "state", "by"),
    [
        ("1250.00", "agrees", "gross"),
        ("1000.00", "agrees", "net"),
        ("1300.00", "more", "gross"),
        ("900.00", "less", "net"),
        ("1100.00", "unknown", None),
    ],
)
def test_an_order_that_says_both_agrees_with_invoices_that_say_either(billed, state, by):
    assert compare(money("1250.00", "1000.00"), [money(billed)], []) == Compared(state, by)


@pytest.mark.parametrize(
    ("billed", "state", "by"),
    [
        ("1250.00", "unknown", None),
        ("1000.00", "agrees", "net"),
        ("900.00", "less", "gross"),
    ],
)
def test_an_order_whose_total_is_without_tax_is_not_over_billed_by_a_total_with_it(
    billed, state, by
):
    assert compare(money("1000.00", "1000.00"), [money(billed)], []) == Compared(state, by)


def test_a_credit_is_taken_off_what_is_compared_with_both():
    order, credit = money("1250.00", "1000.00"), money("300.00")
    assert compare(order, [money("1550.00")], [credit]) == Compared("agrees", "gross")
    assert compare(order, [money("1300.00")], [credit]) == Compared("agrees", "net")
