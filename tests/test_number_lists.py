"""Several numbers behind one label or prefix: lists, slashes, ranges, columns, and what is none."""

from __future__ import annotations

import pytest

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.schemes import compile_schemes, find_spots

SCHEMES = compile_schemes(BUILTIN_SCHEMES)


def keys(text: str) -> list[str]:
    return sorted(spot.key for spot in find_spots(SCHEMES, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PO-2024-113, 114 and 115", "PO2024113 PO2024114 PO2024115"),
        ("PO-2024-113, 114 och 115 är sena", "PO2024113 PO2024114 PO2024115"),
        ("PO-2024-113, 114,\n115.", "PO2024113 PO2024114 PO2024115"),
        ("PO-2024-113, -114", "PO2024113 PO2024114"),
        ("PO-2024-113/-114", "PO2024113 PO2024114"),
        ("PO-2024-113/14", "PO2024113 PO2024114"),
        ("PO-2024-113, 2024-114 and 2024-115", "PO2024113 PO2024114 PO2024115"),
        ("PO-2024-113/2024-114", "PO2024113 PO2024114"),
        ("PO-2024-113 and\n114 are late", "PO2024113 PO2024114"),
        ("PO-2024-113/114/115", "PO2024113 PO2024114 PO2024115"),
        ("CR-118, 119 and 120", "CR118 CR119 CR120"),
        ("(CR-118, 119)", "CR118 CR119"),
        ("CR-118 and 291.", "CR118 CR291"),
        ("INV-2024-101, 102 and 103", "INV2024101 INV2024102 INV2024103"),
        ("PO-2024-113 and PO-2024-114, 115.", "PO2024113 PO2024114 PO2024115"),
        ("CR-118, 119 and SPEC-200", "CR118 CR119 SPEC200"),
    ],
)
def test_numbers_in_short_follow_a_prefixed_one(text, expected):
    assert keys(text) == expected.split()


@pytest.mark.parametrize("text", [
    "PO-2024-113, 3 pcs", "PO-2024-113, 114 pcs", "PO-2024-113, 120 kg", "PO-2024-113, 114 bolts",
    "PO-2024-113, 2024-05-01", "PO-2024-113, 114.50", "PO-2024-113, 114 000", "PO-2024-113, 500",
    "PO-2024-113, page 114", "PO-2024-113, 114 bolts and 115 nuts", "PO-2024-113 and 200 pumps",
    "PO-2024-113, 112", "PO-2024-113 114", "PO-2024-113, 120 days", "PO-2024-113, 115 and 116 nuts",
    "PO-2024-113,114", "PO-2024-113, 3 and 4", "PO-2024-113, pos. 120", "PO-2024-113, 120 EUR",
    "PO-2024-113 and 200\npumps", "PO-2024-113, 2024-114 pcs", "PO-2024-113, 2025-114",
])  # fmt: skip
def test_what_else_stands_behind_a_comma_is_no_number_in_short(text):
    assert keys(text) == ["PO2024113"]


@pytest.mark.parametrize("text", ["CR-118, 2 copies", "CR-118, 200", "CR-118, 12"])
def test_a_number_without_its_year_takes_no_quantity_into_a_list(text):
    assert keys(text) == ["CR118"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INV-113/24 of May", "INV113"),  # of 2024
        ("INV-2024-113/24", "INV2024113"),
        ("CR-1998, 2001 and 2002", "CR1998"),
        ("CR-12, 15", "CR12"),
        ("Contract no 77/2020", "772020"),
        ("Contract no 2024-001/02", "202400102"),
        ("Contract no 2024-001/002", "2024001002"),
        ("PO-2024-001/02", "PO2024001"),
        ("Rechnungs-Nr. 104711-104713", "104711104713"),
        ("Avtals-id 104711-104713", "104711104713"),
        ("Devis n° 101-103", "101103"),
        ("Your order no 4500012345/10", "PO450001234510"),  # a line of the order
    ],
)
def test_a_year_or_a_line_behind_a_number_is_none_of_its_list(text, expected):
    assert keys(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Invoices 104711 and 104712", "104711 104712"),
        ("Invoice(s) no. 104711, 104712", "104711 104712"),
        ("Fakturorna 104711, 104712 och 104713", "104711 104712 104713"),
        ("POs 4500012345 and 4500012346", "PO4500012345 PO4500012346"),
        ("POs 2024-113, 2024-114", "PO2024113 PO2024114"),
        ("Orders:\n4500012345\n4500012346\n4500012347\n", "PO4500012345 PO4500012346 PO4500012347"),
        ("CRs 118, 119 and 120", "CR118 CR119 CR120"),
        ("CRs 118-120", "CR118 CR119 CR120"),
        ("Milstolpar: M1, M2, M3", "M1 M2 M3"),
        ("milestones M1, M2 and M3", "M1 M2 M3"),
        ("PO No(s). 4500012345, 4500012346", "PO4500012345 PO4500012346"),
        ("Your order no 4500012345/46", "PO4500012345 PO4500012346"),
        ("Invoice no 104711/104712", "104711 104712"),
        ("Invoices nos. 101–103", "101 102 103"),
        ("Invoices 104711-104713", "104711 104712 104713"),
    ],
)  # fmt: skip
def test_a_label_in_the_plural_opens_a_list(text, expected):
    assert keys(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Invoice 104711 and 104712", "104711"),
        ("Invoices 104711, 120000 kr", "104711"),
        ("Invoices 104711 and 3 credit notes", "104711"),
        ("POs 2024-113, 3 boxes", "PO2024113"),
        ("Order no 4711, 300 pumps", "PO4711"),
        ("Order no 4711 - 4715 pcs", "PO4711"),
        ("INV-101 to 105 EUR", "INV101"),
        ("Invoice no. 4711 and 120 bolts", "4711"),
        ("Invoice no. 4711 and 4712 concern it", "4711 4712"),
        ("Order no 4711, 300 are late", "PO300 PO4711"),
        ("Orders:\n4500012345\n2024-03-05", "PO4500012345"),
        ("Orders:\n4500012345\n1 250,00", "PO4500012345"),
        ("Orders:\n4500012345\n4500012346 pumps", "PO4500012345"),
        ("Order no\n4711-2\n4711-3", "PO47112"),
        ("CRs 118, 12 copies", "CR118"),
        ("Invoice nos 2024-2030", "20242030"),
        ("Invoice no 101-103", "101103"),
    ],
)
def test_a_label_takes_nothing_else_into_its_list(text, expected):
    assert keys(text) == expected.split()


@pytest.mark.parametrize("text", [
    "Order no/Date: 4500012345/2024-03-05", "Order No./Date 4500012345 / 2024-03-05",
    "Order no and date: 4500012345, 2024-03-05", "as the order number is 4500012345.",
    "Ihre Bestellnummer lautet: 4500012345", "Your order (no. 4500012345) of May",
    "Order no: 4500012345/2024-03-05", "Bestellnr./Datum\n4500012345/05.03.2024",
])  # fmt: skip
def test_what_parts_a_label_from_its_number_hides_neither(text):
    assert keys(text) == ["PO4500012345"]


@pytest.mark.parametrize(
    "text", ["the order number is 12 characters", "order no is 3", "the order (number 3 of them)"]
)
def test_a_sentence_about_numbers_is_none(text):
    assert keys(text) == []
