"""Which number is a document's own, by the strongest evidence there is."""

from __future__ import annotations

import pytest

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.parties import folded_name
from archive.reading import Evidence, FactFound, IdentifierFound, PageText, ReadingContext
from archive.schemes import compile_schemes
from indexer.extract.own_numbers import find_own_numbers
from tests.number_schemes import EIPS, schemes_of

SCHEMES = compile_schemes(BUILTIN_SCHEMES, schemes_of(EIPS))


def own(text: str, kind: str, path: str = "filing/a.pdf", **more):
    found = find_own_numbers(
        [PageText(1, text)], SCHEMES, kind=kind, context=ReadingContext(path), **more
    )
    return [(identifier.scheme, identifier.identifier) for identifier in found]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("INVOICE\nInvoice no: 104711\nYour order: PO-2024-113", "invoice", ("invoice", "104711")),
        ("FAKTURA\nNr 20240077", "invoice", ("invoice", "20240077")),
        ("PURCHASE ORDER PO-7113\nQuote no Q-1", "purchase-order", ("purchase-order", "PO-7113")),
        ("Vårt ordernr: 8123\nEr beställning: 4711", "order-response", ("sales-order", "8123")),
        ("Order confirmation\nConfirmation no: OC-881\nYour order: PO-2024-113", "order-response",
         ("sales-order", "OC-881")),
        ("Orderbekräftelse\nBekräftelse nr: OC-881\nEr order: 4711", "order-response",
         ("sales-order", "OC-881")),
        ("Orderbekräftelse\nVår bekräftelse nr OC-881", "order-response",
         ("sales-order", "OC-881")),
        ("Acknowledgement\n| Acknowledgment No | 77120 |", "order-response",
         ("sales-order", "77120")),
        ("Confirmation no\tYour order\n77120\t4711", "order-response", ("sales-order", "77120")),
        ("Handelsrechnung Nr. 471102 vom 05.03.2018", "invoice", ("invoice", "471102")),
        ("Handelsrechnung (380) Nr. 471102 vom 05.03.2018", "invoice", ("invoice", "471102")),
        ("Baurechnung\u00a0Nr.\u00a0R-77/1 vom 05.03.2018", "invoice", ("invoice", "R-77/1")),
        ("Rechnung des Amtes Nr. 00.12-2018-1 vom\n1.4.2018", "invoice",
         ("invoice", "00.12-2018-1")),
        ("RECHNUNG\nBeleg-Nr.: 99881", "invoice", ("invoice", "99881")),
        ("KREDITFAKTURA\nFakturanummer: 10025\nAvser faktura: 10023", "credit-note",
         ("credit-note", "10025")),
        ("CREDIT NOTE\nInvoice no: 10025\nOriginal invoice no: 10023", "credit-note",
         ("credit-note", "10025")),
        ("CREDIT NOTE\nCredit note no: 77\nInvoice no: 10025\nOriginal invoice no: 10023",
         "credit-note", ("credit-note", "77")),
        ("Orderbekräftelse\nOrdernummer: 88123\nErt ordernr: PO-2024-113", "order-response",
         ("sales-order", "88123")),
        ("INVOICE\nInvoice No. Invoice Date\n1001 2024-03-05", "invoice", ("invoice", "1001")),
        ("INVOICE\nDate Invoice No. Terms\n2024-03-05 1001 Net 30", "invoice",
         ("invoice", "1001")),
        ("FAKTURA\nFakturanr. Kundnr. Datum\n4455 12 2024-03-05", "invoice", ("invoice", "4455")),
        ("# SPEC-100: Pump housing\nSee SPEC-200", "specification", ("specification", "SPEC-100")),
        ("Network Working Group\nRequest for Comments: 114   MIT", "other", ("rfc", "114")),
        ("SFS 1944:133\nLag om kastrering", "other", ("statute", "SFS 1944:133")),
        ("---\neip: 20\ncategory: ERC\n---\n", "invoice", ("eip", "20")),
        ("# EIP-20: Token", "other", ("eip", "EIP-20")),
        ("EIP-20 Rev B\n\nToken", "other", ("eip", "EIP-20")),
        ("SPEC-100, rev. 2 (2024-03-05)\n", "specification", ("specification", "SPEC-100")),
    ],
)  # fmt: skip
def test_a_document_bears_the_number_that_its_head_says(text, kind, expected):
    assert own(text, kind) == [expected]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Comments on EIP-20", "other"),
        ("EIP-20 reviewed\n", "other"),
        ("Re: Invoice no 104711", "letter"),
        ("PO-2024-113: delivery problems", "other"),
        ("Response to NWG/RFC #110", "specification"),
        ("This order is placed under Agreement No. C-2024-001", "contract"),
        ("Amendment no 2 to contract no C-2024-001", "amendment"),
        ("Specification: SPEC-100\nOrder no: 4711", "invoice"),
        ("Project no: 5501\nMinutes", "other"),
        ("INVOICE\nBestellung Nr. 4711 vom 05.03.2018", "invoice"),
        ("INVOICE\nInvoice Amount\n1 250.00", "invoice"),
        ("INVOICE\nConfirmation no: OC-881", "invoice"),
        ("INVOICE\nCustomer Invoice No.\n12 1001", "invoice"),
        ("INVOICE\nInvoice No. Date\n2024-03-05 1001", "invoice"),
        ("INVOICE\nRechnung Nr. 5.3.2018 vom 6.3.2018", "invoice"),
        ("Invoices of the year\nInvoice No. Date\n1001 2024-03-05\n1002 2024-03-06", "other"),
    ],
)
def test_a_cited_number_is_not_its_own(text, kind):
    assert own(text, kind) == []


def test_structured_data_goes_before_what_is_printed_beside_it():
    said = IdentifierFound("invoice", "77", "77", "77", Evidence(where="cbc:ID"), origin="data")
    assert own("Invoice no: 99", "invoice", edocument_identifiers=[said]) == [("invoice", "77")]


def test_the_label_goes_before_the_file_name_and_the_file_name_before_the_heading():
    path = "filing/2024/INV-2024-0078.pdf"
    assert own("Invoice no: 104711", "invoice", path) == [("invoice", "104711")]
    assert own("Dear customer", "invoice", path) == [("invoice", "INV-2024-0078")]
    assert own("Dear customer", "invoice", "filing/Faktura_20240077.pdf") == [
        ("invoice", "20240077")
    ]
    assert own("", "other", "filing/eip-20.md") == [("eip", "eip-20")]
    assert own("", "other", "filing/notes on eip-20.md") == []
    assert own("", "invoice", "mail.eml!/INV-2024-0079.pdf") == [("invoice", "INV-2024-0079")]


def test_the_issuer_of_an_own_number_is_the_party_that_gave_it():
    seller = FactFound("party", "Acme Pumps AB (publ)", Evidence(), role="seller")
    (found,) = find_own_numbers(
        [PageText(1, "Invoice no: 104711")], SCHEMES, kind="invoice",
        context=ReadingContext("a"), parties=[seller],
    )  # fmt: skip
    assert found.issuer == "acme pumps"


@pytest.mark.parametrize(
    ("name", "folded"),
    [("ACME Pumps, Inc.", "acme pumps"), ("Åkessons Rör AB", "åkessons rör"), ("AB", "ab")],
)
def test_a_partys_name_is_folded_without_case_and_company_form(name, folded):
    assert folded_name(name) == folded


@pytest.mark.parametrize(
    ("name", "is_own"),
    [
        ("eip-20_r07_2023-10-25.md", True),
        ("EIP-20 rev B.docx", True),
        ("EIP 20 (utgåva 3).pdf", True),
        ("eip-20 v1.2.txt", True),
        ("eip-20_comments.md", False),
        ("eip-20 and eip-21 r07.md", False),
        ("re eip-20 r07.md", False),
    ],
)
def test_a_name_of_nothing_but_number_revision_and_day_bears_the_number(name, is_own):
    found = own("Moved elsewhere.", "other", f"filing/{name}")
    assert [scheme for scheme, _ in found] == (["eip"] if is_own else [])


def test_a_letter_behind_the_number_of_the_heading_is_its_revision_in_a_file_name():
    text = "Specification SPEC-700\nRevision: A\nBall valve"
    assert own(text, "specification", "filing/SPEC-700-A.md") == [("specification", "SPEC-700")]
    text = "Supplement\nIt adds to SPEC-700."
    assert own(text, "specification", "filing/SPEC-700-A.md") == [("specification", "SPEC-700-A")]
