"""Organisations are found by company form or as public bodies, with numbers that check out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.extract.parties import organisations, party_numbers


def names(text: str, *, wrapped: bool = False) -> list[str]:
    return [found.name for found in organisations(text, wrapped=wrapped)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norrby Pumpar AB", ["Norrby Pumpar AB"]),
        ("Leverantör: Norrby Pumpar Aktiebolag, 556036-0793", ["Norrby Pumpar Aktiebolag"]),
        (
            "between I-ESCROW, INC., and 2THEMART.COM, INC.",
            ["I-ESCROW, INC.", "2THEMART.COM, INC."],
        ),
        ("Metallbau Leipzig GmbH & Co. KG", ["Metallbau Leipzig GmbH & Co. KG"]),
        ("Au bon moulin SARL - 1242 chemin de l'olive", ["Au bon moulin SARL"]),
        ("Johnson & Sons Ltd. and Acme, Inc.", ["Johnson & Sons Ltd.", "Acme, Inc."]),
        ("by theglobe.com, Inc. of New York", ["theglobe.com, Inc."]),
        ("Köpare är Vik kommun genom nämnden", ["Vik kommun"]),
        ("The order was sent. Acme AB", ["Acme AB"]),
        ("it goes on AS before", []),
        ("SUCH AS THESE", []),
        ("we are a limited company", []),
    ],
)
def test_names_are_found(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_wrapped_name_goes_over_the_line_end() -> None:
    text = (
        "by and between ENERGY\nGULF COAST, INC., a company, and NEW YORK LIFE INSURANCE AND\n"
        "ANNUITY CORPORATION, a"
    )
    assert names(text, wrapped=True) == [
        "ENERGY GULF COAST, INC.",
        "NEW YORK LIFE INSURANCE AND ANNUITY CORPORATION",
    ]


def test_only_numbers_with_a_right_check_digit_count() -> None:
    text = "Org.nr 556036-0793, VAT SE556036079301, fel 556036-0794, DE 136 695 976"
    assert [found.name for found in party_numbers(text)] == [
        "556036-0793", "SE556036079301", "DE136695976",
    ]  # fmt: skip


@given(st.text(alphabet="AB abc.,\n(GmbH)Inc", max_size=60))
def test_spans_lie_inside_and_spell_the_name(text: str) -> None:
    for found in organisations(text):
        assert found.name == " ".join(text[found.start : found.end].split())
