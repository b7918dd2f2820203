"""Whether a bearer of a number is the one that is meant, by what the two sides say of parties."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from archive.fitting import fits

ORDER = {"buyer": "Gamma Pumps Ltd", "seller": "Delta Steel GmbH"}


def parties(named: dict[str, str]) -> list[dict[str, str]]:
    return [{"role": role, "name": name} for role, name in named.items()]


def between(*names: str) -> list[dict[str, str]]:
    return [{"role": "party", "name": name} for name in names]


def leads(cited_by, borne_by, kind="contract") -> bool:
    reference = SimpleNamespace(
        groups="2024|001", issuer=None, document_id=1, parties=cited_by, date=None
    )
    bearer = SimpleNamespace(
        groups="2024|001", issuer=None, document_id=2, parties=borne_by, date=None, kind=kind
    )
    return fits(reference, bearer)


@pytest.mark.parametrize("kind", ["contract", "amendment"])
def test_an_order_is_under_no_contract_of_quite_other_parties(kind):
    assert not leads(parties(ORDER), between("Alfa Verkstad AB", "Beta Maskin AB"), kind)


@pytest.mark.parametrize(
    "contract",
    [
        between("Delta Steel", "Omega Holding AB"),
        between("GAMMA PUMPS LIMITED", "Beta Maskin AB"),
        parties({"seller": "Gamma Pumps Ltd", "buyer": "Beta Maskin AB"}),  # whatever their roles
    ],
)
def test_one_party_in_both_is_enough_however_it_is_written(contract):
    assert leads(parties(ORDER), contract)


def test_where_a_side_is_not_known_nothing_speaks_against_a_contract():
    alfa_beta = between("Alfa Verkstad AB", "Beta Maskin AB")
    assert leads([], alfa_beta)
    assert leads(parties({"buyer": "Gamma Pumps Ltd"}), alfa_beta)
    assert leads(between("Gamma Pumps Ltd", "Delta Steel GmbH"), alfa_beta)
    assert leads(parties(ORDER), [])
    assert leads(parties(ORDER), between("Alfa Verkstad AB", "ALFA VERKSTAD"))


def test_the_same_register_entry_is_one_party_under_any_name():
    contract = [{"role": "party", "name": "Alfa AB"}, {"role": "party", "name": "DS", "id": 7}]
    order = [
        {"role": "buyer", "name": "Gamma Pumps Ltd"},
        {"role": "seller", "name": "Delta", "id": 7},
    ]
    assert leads(order, contract)
