"""The line over one of kind and number is a title only where it is a heading."""

from __future__ import annotations

import pytest

from archive.reading import PageText, ReadingContext
from indexer.extract.facts import find_facts


def title(text: str) -> str | None:
    found = find_facts((PageText(1, text),), ReadingContext("r/a.docx"))
    return next((fact.value for fact in found if fact.name == "title"), None)


@pytest.mark.parametrize(
    "above",
    [
        "Page 1 of 12",
        "Sida 1 (5)",
        "CONFIDENTIAL",
        "Strictly confidential",
        "Draft for review",
        "UTKAST",
        "Norrgjuteri AB, Göteborg",
        "Vik Fastigheter AB Kvalitet",
        "Aker AS, Oslo",
    ],
)
def test_marks_and_companies_over_a_line_of_kind_and_number_are_no_titles(above: str) -> None:
    assert title(f"{above}\nSPECIFICATION SPEC-0104\nThe seal.") == "SPECIFICATION SPEC-0104"


@pytest.mark.parametrize("above", ["Pump seal", "Draft tube seal", "Pump as built", "Page printer"])
def test_a_heading_over_a_line_of_kind_and_number_is_the_title(above: str) -> None:
    assert title(f"{above}\nSPECIFICATION SPEC-0104\nThe seal.") == above


def test_a_person_who_agrees_is_not_the_title_of_a_contract() -> None:
    contract = "Eva Sandmark\nAGREEMENT FA-2021-07\nbetween {} and Bo Ek."
    assert title(contract.format("Eva Sandmark")) == "AGREEMENT FA-2021-07"
    assert title(contract.format("Anna Sjö")) == "Eva Sandmark"
