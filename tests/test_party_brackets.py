"""A role in brackets behind a name is said of that name, in contracts and on other papers."""

from __future__ import annotations

import pytest

from archive.reading import PageText, ReadingContext
from indexer.extract.facts import find_facts


def parties(text: str) -> set[tuple[str | None, str]]:
    found = find_facts([PageText(1, text)], ReadingContext("filing/paper.txt"))
    return {(fact.role, fact.value) for fact in found if fact.name == "party"}


GERMAN = {("seller", "Müller GmbH"), ("buyer", "Schmidt AG")}
FRENCH = {("seller", "Dupont SARL"), ("buyer", "Martin SAS")}
ENGLISH = {("seller", "Acme Ltd"), ("buyer", "Borg Ltd")}
SWEDISH = {("seller", "Norrby Pumpar AB"), ("buyer", "Vik Fastigheter AB")}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("zwischen Müller GmbH (Verkäufer) und Schmidt AG (Käufer)", GERMAN),
        ("zwischen der Müller GmbH - Verkäufer - und der Schmidt AG - Käufer -", GERMAN),
        ("Zwischen\nMüller GmbH, Weg 1, 12345 Berlin\n(nachfolgend „Verkäufer“ genannt)\nund\n"
         "Schmidt AG, Weg 2, 54321 Köln (nachfolgend „Käufer“ genannt)", GERMAN),
        ('zwischen der Müller GmbH (im Folgenden "Auftragnehmer") und der Schmidt AG '
         '(im Folgenden "Auftraggeberin")', GERMAN),
        ("Entre Dupont SARL (le vendeur) et Martin SAS (l'acheteur)", FRENCH),
        ("Entre :\nDupont SARL, ci-après « le Fournisseur »,\net\n"
         "Martin SAS, ci-après « le Client »,", FRENCH),
        ("Entre la société Dupont SARL (ci-après dénommée le Fournisseur) et la société Martin SAS "
         "(ci-après dénommée l’Acheteur)", FRENCH),
        ("between Acme Ltd (Seller) and Borg Ltd (the Buyer)", ENGLISH),
        ("by and between Acme Ltd (hereinafter the Supplier) and Borg Ltd (hereinafter Customer)",
         ENGLISH),
        ("mellan Norrby Pumpar AB (säljaren) och Vik Fastigheter AB (nedan Köparen)", SWEDISH),
        ("mellan Norrby Pumpar AB (nedan kallad Leverantör) och Vik Fastigheter AB (Kund)",
         SWEDISH),
    ],
)  # fmt: skip
@pytest.mark.parametrize("title", ["Contract", "Kaufvertrag", "Avtal"])
def test_of_a_contract_each_party_has_the_role_in_the_brackets_behind_it(
    words: str, said: set[tuple[str | None, str]], title: str
) -> None:
    assert parties(f"{title}\n\n{words}\n\n§ 1 Objekt\n") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Müller GmbH (Verkäufer)\nSchmidt AG (Käufer)\n", GERMAN),
        ("Müller GmbH (Verkäufer) an Schmidt AG (Käufer)\n", GERMAN),
        ("Berlin - Käufer - Schmidt AG\nBerlin - Verkäufer - Müller GmbH\n", GERMAN),
        ("Name (Käufer): Schmidt AG\nName (Verkäufer): Müller GmbH\n", GERMAN),
    ],
)
def test_on_an_invoice_too_unless_the_brackets_belong_to_a_label(
    text: str, said: set[tuple[str | None, str]]
) -> None:
    assert parties(f"Rechnung Nr. 77\n{text}Rechnungsdatum: 04.03.2024\n") == said


def test_who_stands_behind_somebody_elses_role_does_not_have_it() -> None:
    text = "Holz GmbH\nRechnung Nr. 77\nHans Müller (Verkäufer) hat mit Schmidt AG gesprochen\n"
    assert parties(text) == {("seller", "Holz GmbH")}


@pytest.mark.parametrize(
    "words", ["between Acme Ltd (a customer of Vik Ltd) and Borg Ltd (formerly Client Services)"]
)
def test_what_brackets_tell_of_a_company_is_no_role(words: str) -> None:
    assert {role for role, _ in parties(f"Contract\n\n{words}\n\n1. Goods\n")} == {"party"}
