"""Digits with spaces between them: one number in groups, or a number and what stands beside it."""

from __future__ import annotations

import pytest

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.schemes import compile_schemes, find_spots

SCHEMES = compile_schemes(BUILTIN_SCHEMES)


def keys(text: str) -> list[str]:
    return [spot.key for spot in find_spots(SCHEMES, text)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ihre Bestellung Nr. 4500 012 345", "PO4500012345"),
        ("Ihre Bestellung Nr. 4500 112 345 vom 3. Mai", "PO4500112345"),
        ("Ihre Bestellung Nr. 4500\u202f012\u202f345 und", "PO4500012345"),
        ("Your order 4500 012 345", "PO4500012345"),
        ("see PO 4500 012 345.", "PO4500012345"),
        ("PO no: 4500 012 345\tEUR", "PO4500012345"),
        ("Your order\tDate\n4500 012 345\t2024-03-05", "PO4500012345"),
        ("Invoice no 10 4711", "104711"),
        ("Invoice no 1234 5678", "12345678"),
        ("Art.nr 123 45", "12345"),
        ("Org nr: 556677 8899", "5566778899"),
    ],
)
def test_digits_in_groups_are_one_number(text, key):
    assert keys(text) == [key]
    (spot,) = find_spots(SCHEMES, text)
    assert text[spot.end - 1].isdigit()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Order no 4711 12 pcs", "PO4711"),
        ("Order no 4711 12 pumps", "PO4711"),
        ("Order no 4711 1 x pump", "PO4711"),
        ("Order no 4711 12:30", "PO4711"),
        ("Order no: 4711 2024-03-05", "PO4711"),
        ("Order no: 4711 05.03.2024", "PO4711"),
        ("Order no 4711 250 000 kr", "PO4711"),
        ("Order no 4711 1 250 000,00", "PO4711"),
        ("Order no\t4711\t120", "PO4711"),
        ("Order no | 4711 | 120", "PO4711"),
        ("Order no 4711  120", "PO4711"),
        ("Invoice no 104711 1 250,00", "104711"),
        ("Invoice no 104711 2024", "104711"),
        ("Invoice no 104711 5 March 2024", "104711"),
        ("Invoice 104711 12", "104711"),
        ("Invoice no 123 12 March 2024", "123"),
        ("Orders: 4711 4712", "PO4711"),
        ("see PO 4711 120.", "PO4711"),
        ("PO-2024-113 114 115", "PO2024113"),
        ("SIRET 73282932000074 750 Paris", "73282932000074"),
    ],
)
def test_a_quantity_an_amount_or_a_day_beside_a_number_is_no_part_of_it(text, key):
    assert keys(text) == [key]


@pytest.mark.parametrize("text", [
    "Order: 1 250 000", "Order 1 250 000", "Invoice: 12 500", "Invoice no 4711 2024",
    "Invoice no 104711 4500", "order 4711 12",
    "Art.nr 123 45 Pump 5 st", "Order no 4711 12 500", "Order no 10 4711 2",
    "Invoice total 4500 012 345",
])  # fmt: skip
def test_digits_of_which_nobody_can_say_where_the_number_ends_are_none(text):
    assert keys(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see CR-2024 - 12345.", {"CR202412345"}),
        ("see CR2024007.", {"CR2024007"}),
        ("PO No. 2011 - 57168 of May", {"PO201157168"}),
        ("Order no 2011 - 300 pumps", set()),
        ("Order no 2011 of May", {"PO2011"}),
    ],
)
def test_a_year_before_a_dash_with_spaces_is_no_number_alone(text, expected):
    assert {spot.key for spot in find_spots(SCHEMES, text)} == expected
