"""Numbers in the names of files and folders: labels that open them, and what is no number."""

from __future__ import annotations

import pytest

from tests.test_mentions import mentions


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("in/Avtal 2024-001/Order 4500012345.txt", {"PO4500012345": "name", "2024001": "folder"}),
        ("in/Faktura 104711.txt", {"104711": "name"}),
        ("in/Faktura_104711_Acme.txt", {"104711": "name"}),
        ("in/Faktura 104711 - Acme.txt", {"104711": "name"}),
        ("in/Faktura 104711 2024-03-05.txt", {"104711": "name"}),
        ("in/Fakturor 104711, 104712.txt", {"104711": "name", "104712": "name"}),
        ("Projekt 5501/a.txt", {"5501": "folder"}),
        ("Projekt 5501, Bro/a.txt", {"5501": "folder"}),
    ],
)
def test_a_label_that_opens_the_name_of_a_file_or_folder_cites_by_the_number_behind_it(
    path, expected
):
    assert {m.key: m.evidence.where for m in mentions("Hello", path=path)} == expected


@pytest.mark.parametrize("name", [
    "Avtal 2024", "Faktura 2024-03", "Faktura 20240305", "Avtal 240305", "Kontrakt 2023-2024",
    "Order 12", "Utkast Faktura 104711", "Projekt 2024", "Projekt 2024-03-05", "RE 104711",
    "Order 12000 kg", "Contract 070-555 12 34", "Order 2024-03-05 104711",
    "Projekt 3 etapper", "Offert 1 250,00", "Faktura 104711x",
])  # fmt: skip
def test_a_day_a_period_or_a_quantity_in_a_name_is_no_number(name):
    assert mentions("Hello", path=f"in/{name}.txt") == []
