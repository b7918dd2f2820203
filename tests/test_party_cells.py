"""Parties in exported tables, where a label is a cell and its value the next one; and contacts."""

from __future__ import annotations

import pytest

from archive.reading import PageText, ReadingContext
from indexer.extract.facts import find_facts


def parties(text: str, path: str = "filing/invoice.csv") -> list[tuple[str | None, str]]:
    found = find_facts([PageText(1, text)], ReadingContext(path))
    for fact in found:
        if fact.name == "party":
            assert text[fact.evidence.start : fact.evidence.end] == fact.evidence.quote
    return sorted((fact.role, fact.value) for fact in found if fact.name == "party")


BOTH = [("buyer", "Norrgjuteri AB"), ("seller", "Tidewater Valves Ltd")]


@pytest.mark.parametrize(
    "text",
    [
        "Invoice;INV-77\nSupplier;Tidewater Valves Ltd\nCustomer;Norrgjuteri AB\n",
        "Invoice,INV-77\nSupplier,Tidewater Valves Ltd\nCustomer,Norrgjuteri AB\n",
        "Invoice\tINV-77\nSupplier\tTidewater Valves Ltd\nCustomer\tNorrgjuteri AB\n",
        '"Invoice";"INV-77"\n"Supplier";"Tidewater Valves Ltd"\n"Customer";"Norrgjuteri AB"\n',
        "Invoice | INV-77\nSupplier | Tidewater Valves Ltd\nCustomer | Norrgjuteri AB\n",
        "Supplier;Customer;Total\nTidewater Valves Ltd;Norrgjuteri AB;100,00\n",
        "Supplier\tCustomer\tTotal\nTidewater Valves Ltd\tNorrgjuteri AB\t100,00\n",
    ],
)
def test_a_label_in_a_cell_is_no_part_of_the_name(text: str) -> None:
    assert parties(text) == BOTH


def test_no_cell_but_the_last_before_the_form_is_of_the_name() -> None:
    text = "Invoice INV-77\nWorks 3;Bryggan;Tidewater Valves Ltd;Vik\n"
    assert parties(text) == [("seller", "Tidewater Valves Ltd")]


@pytest.mark.parametrize(
    "head", ["Köpare: Norrgjuteri AB\n", "Norrgjuteri AB\nBruksgatan 1\n123 45 Vik\n\n"]
)
def test_a_person_who_orders_is_no_second_buyer(head: str) -> None:
    text = f"Inköpsorder 4711\n{head}Beställare: Karin Lindvall\nSäljare: Pump AB\n"
    assert parties(text, "filing/order.txt") == [("buyer", "Norrgjuteri AB"), ("seller", "Pump AB")]


def test_a_person_who_orders_is_the_buyer_where_no_company_does() -> None:
    text = "Inköpsorder 4711\nBeställare: Karin Lindvall\nSäljare: Pump AB\n"
    assert ("buyer", "Karin Lindvall") in parties(text, "filing/order.txt")


def test_a_company_that_orders_is_the_buyer() -> None:
    text = "Inköpsorder 4711\nBeställare: Vik kommun\nSäljare: Pump AB\n"
    assert ("buyer", "Vik kommun") in parties(text, "filing/order.txt")
