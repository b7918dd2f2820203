"""When two spellings are one organisation for sure: company forms, and numbers that check out."""

from __future__ import annotations

import pytest

from archive.parties import is_compatible, party_key, party_name
from archive.party_numbers import checked_number, read_number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Norrgjuteri AB", "Norrgjuteri Aktiebolag (publ)"),
        ("AB Björk & Söner", "BJÖRK & SÖNER AKTIEBOLAG"),
        ("Tidewater Valves Ltd.", "Tidewater Valves Limited"),
        ("Acme Co., Ltd.", "ACME COMPANY LIMITED"),
        ("Kühn Metall GmbH", "Kühn Metall Gesellschaft mit beschränkter Haftung"),
        ("Kühn GmbH & Co. KG", "KÜHN GmbH&Co.KG"),
        ("Moulin S.A.R.L.", "Moulin SARL"),
        ("Vik Energi ek. för.", "Vik Energi ekonomisk förening"),
        ("Rotor, Inc.", "Rotor Incorporated"),
        ("Vind A/S", "Vind AS"),
    ],
)
def test_a_company_form_is_the_same_short_and_long(one: str, other: str) -> None:
    assert party_key(one) == party_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tidewater Valves Ltd", "Tidewater Valves GmbH"),
        ("Tidewater Valves Ltd", "Tidewater Valves"),
        ("Acme Co., Ltd.", "Acme Ltd."),
        ("Nordpump AB", "Nordpumps AB"),
        ("Norr & Söder AB", "Norr AB"),
        ("Sandvik AB", "Sändvik AB"),
    ],
)
def test_other_words_or_another_form_are_another_name(one: str, other: str) -> None:
    assert party_key(one) != party_key(other)


def test_a_name_without_its_form_is_compatible_and_one_with_another_is_not() -> None:
    name = party_name("Tidewater Valves Ltd")
    assert is_compatible(name, party_name("TIDEWATER VALVES"))
    assert not is_compatible(name, party_name("Tidewater Valves AB"))
    assert not is_compatible(name, party_name("Tidewater Pumps Ltd"))


def test_a_form_alone_stays_a_name() -> None:
    assert party_name("AB") == party_name("ab")
    assert party_name("AB").words == "ab"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("556036-0793", "organisation:5560360793"),
        ("SE 556036-0793 01", "organisation:5560360793"),
        ("DE 136 695 976", "vat:DE136695976"),
        ("GB 980 7806 84", "vat:GB980780684"),
        ("NO 995 525 828 MVA", "vat:NO995525828MVA"),
        ("CHE-100.155.212 MWST", "vat:CHE100155212MWST"),
        ("7350053850019", "gln:7350053850019"),
        ("GLN: 7350053850019", "gln:7350053850019"),
        ("D-U-N-S no. 12-345-6789", "duns:123456789"),
        ("LEI 529900T8BM49AURSDO55", "lei:529900T8BM49AURSDO55"),
    ],
)
def test_a_number_that_checks_out_is_evidence(written: str, told: str) -> None:
    assert checked_number(written) == told


@pytest.mark.parametrize(
    "written",
    ["556036-0794", "DE136695977", "GLN 7350053850018", "LEI 529900T8BM49AURSDO56"],
)
def test_a_number_with_a_wrong_check_digit_is_read_and_is_no_evidence(written: str) -> None:
    number = read_number(written)
    assert number is not None and number.is_checked is False
    assert checked_number(written) is None


@pytest.mark.parametrize("written", ["", "1210", "PO-2024-113", "INVOICE12345", "7350053850018"])
def test_what_is_shaped_as_no_number_of_an_organisation_is_none(written: str) -> None:
    assert read_number(written) is None
