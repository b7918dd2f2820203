"""What the form of a change request says, and the entry that is filled with it."""

from __future__ import annotations

import pytest

from archive.reading import PageText
from archive.register_fields import register_of
from archive.registers import list_entries
from indexer.extract.change_forms import EXAMPLES, said_in_form
from tests.change_house import ChangeHouse

FORM = """Change request CR-201
Title:\tAnother seal in the pump
Product:\tX100-B
Requested by:\tEva Sandmark, quality
Contact:\teva@example.com
Date:\t2024-03-05
Reason for change
The seal leaks.
Two came back in May.
Risks
A new tool is needed.
Benefits
Fewer returns.
Estimated cost
SEK 120,000 for the tool.
Affected documents
SPEC-104 (pump), and SPEC-105
"""


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = ChangeHouse(database_url, tmp_path, clock)
    yield house
    house.close()


@pytest.mark.parametrize(("form", "said"), EXAMPLES)
def test_what_a_form_says_is_what_stands_beside_or_below_its_labels(form, said):
    assert said_in_form([PageText(1, f"Change request\n{form}\n")]) == said


def test_an_entry_is_filled_with_what_its_document_says(house):
    house.put("spec.txt", "Specification\nSpecification no: SPEC-104\nDate: 2024-01-01\nA seal.\n")
    house.put("cr.txt", FORM)
    with house.database.read() as session:
        viewer, register = house.person("manager one"), register_of("change-request")
        told = list_entries(session, viewer, register).items[0].told()
    said = {
        "number": "CR-201",
        "title": "Another seal in the pump",
        "products": ["X100-B"],
        "requester": "Eva Sandmark",
        "contact": "eva@example.com",
        "relevance": "The seal leaks.\nTwo came back in May.",
        "risks": "A new tool is needed.",
        "benefits": "Fewer returns.",
        "costs": "SEK 120,000 for the tool.",
        "cost_amount": "120000.00",
        "cost_currency": "SEK",
        "affects": ["SPEC-104", "SPEC-105"],
    }
    assert {name: told[name] for name in said} == said
    entry = house.get("change-request", "CR-201")
    assert [one.document for one in house.status(entry).affected] == ["D-000001"]


@pytest.mark.parametrize(
    "line",
    [
        "Affects: SPEC-104",
        "**Affects:** `SPEC-104`",
        "Affected: SPEC-104 (pump)",
        "Påverkar: SPEC-104",
        "Berör:\tSPEC-104",
        "| **Påverkar** | SPEC-104 |",
        "Affects\n- SPEC-104",
    ],
)
def test_what_a_change_affects_is_named_by_any_of_its_labels(house, line):
    house.put("spec.txt", "Specification\nSpecification no: SPEC-104\nDate: 2024-01-01\nA seal.\n")
    house.put("cr.md", f"# Change request CR-201\n\nTitle: Another seal\n{line}\n")
    entry = house.get("change-request", "CR-201")
    assert [one.document for one in house.status(entry).affected] == ["D-000001"]
