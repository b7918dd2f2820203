"""A text says its dates, parties, sums, revision, title and language, each with its exact place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.reading import FactFound, PageText, ReadingContext
from archive.vocabulary import PARTY_ROLES, SINGLE_FACTS, UNDECIDED
from indexer.extract.fact_words import PARTY_LABELS
from indexer.extract.facts import find_facts
from indexer.extract.language import language_of

INVOICE = """Norrby Pumpar AB
Storgatan 5, 123 45 Norrby   Org.nr 556036-0793
INVOICE
Vik Fastigheter AB
Box 7
543 21 Vik
Invoice no. 77
Invoice date 5 March 2024
Your order PO-2024-113
Due date: 2024-04-04
Article Description Qty Unit price Amount
X100 Pump 2 500.00 1,000.00
Subtotal 1,000.00
VAT 25 % 250.00
Total SEK 1,250.00
Payment 30 days net.
"""

FAKTURA = """Faktura
Fakturanummer: 1001      Fakturadatum: 2024-03-05
Förfallodatum: 2024-04-04
Säljare:
Norrby Pumpar AB
Köpare:
Vik kommun
Belopp exkl. moms 1 000,00
Moms 25 % 250,00
Att betala: 1 250,00 kr
"""

CONTRACT = """SUPPLY AGREEMENT

This Supply Agreement (the "Agreement") is made and entered into as of March 1, 2024 (the
"Effective Date"), by and between Norrby Pumps
International Ltd., a company with its office at 1 Main Street ("Supplier"), and Vik Water, Inc.,
a Delaware corporation ("Customer").

WHEREAS, Supplier makes pumps;

4. Term. This Agreement shall commence on the Effective Date and shall continue for a period of
two (2) years, unless earlier terminated on ninety (90) days notice.
"""


def facts(*texts: str, path: str = "filing/a.pdf", title: str | None = None) -> list[FactFound]:
    pages = [PageText(number, text) for number, text in enumerate(texts, 1)]
    return list(find_facts(pages, ReadingContext(path), title=title))


def values(found: list[FactFound], *names: str) -> list[str | None]:
    return [next((fact.value for fact in found if fact.name == name), None) for name in names]


def roles(found: list[FactFound]) -> dict[str | None, str]:
    return {fact.role: fact.value for fact in reversed(found) if fact.name == "party"}


def test_an_english_invoice_says_its_facts() -> None:
    found = facts(INVOICE)
    names = ("kind", "date", "due_date", "total", "currency", "language")
    expected = ["invoice", "2024-03-05", "2024-04-04", "1250.00", "SEK", "en"]
    assert values(found, *names) == expected
    assert roles(found) == {"seller": "Norrby Pumpar AB", "buyer": "Vik Fastigheter AB"}


def test_a_swedish_invoice_says_its_facts() -> None:
    found = facts(FAKTURA)
    names = ("kind", "date", "due_date", "total", "currency", "language")
    expected = ["invoice", "2024-03-05", "2024-04-04", "1250.00", "SEK", "sv"]
    assert values(found, *names) == expected
    assert roles(found) == {"seller": "Norrby Pumpar AB", "buyer": "Vik kommun"}


def test_a_purchase_order_is_written_by_the_buyer() -> None:
    order = INVOICE.replace("INVOICE", "Purchase order").replace("Invoice", "Order")
    found = facts(order)
    assert values(found, "kind", "date") == ["purchase-order", "2024-03-05"]
    assert roles(found) == {"buyer": "Norrby Pumpar AB", "seller": "Vik Fastigheter AB"}


def test_a_party_has_the_number_that_follows_its_name() -> None:
    (seller,) = (fact for fact in facts(INVOICE) if fact.role == "seller")
    assert seller.identifier == "556036-0793"


def test_evidence_quotes_the_page_exactly_hard_spaces_included() -> None:
    text = INVOICE.replace("5 March 2024", "5\u00a0March\u00a02024")
    (date,) = (fact for fact in facts("", text) if fact.name == "date")
    assert (date.evidence.page, date.evidence.quote) == (2, "5\u00a0March\u00a02024")


def test_a_contract_says_its_parties_with_roles_and_its_term() -> None:
    found = facts(CONTRACT)
    names = ("kind", "date", "effective_from", "expires_on")
    expected = ["contract", "2024-03-01", "2024-03-01", "2026-03-01"]
    assert values(found, *names) == expected
    assert roles(found) == {"seller": "Norrby Pumps International Ltd.", "buyer": "Vik Water, Inc."}


def test_a_swedish_contract_lists_its_parties_under_a_heading() -> None:
    found = facts(
        "Ramavtal\n\n1 Parter\nVik kommun (”Köparen”), och Norrby Pumpar AB, 556036-0793\n"
        "(”Leverantören”).\n2 Avtalstid\nAvtalet gäller från den 1 april 2024 till och med "
        "den 31 mars 2026."
    )
    assert roles(found) == {"buyer": "Vik kommun", "seller": "Norrby Pumpar AB"}
    assert values(found, "expires_on") == ["2026-03-31"]


def test_the_date_behind_a_numbered_title_is_its_own() -> None:
    text = "Version 2.1 vom 24.03.2017\nBaurechnung (380) Nr. R-77/1 vom 05.03.2018\nSumme: 1,00"
    assert values(facts(text), "kind", "date") == ["invoice", "2018-03-05"]


def test_a_label_counts_whatever_word_ends_the_line_before_it() -> None:
    text = "Minutes of the project meeting\n\nDate: 2025-06-02\n\nMilestone M1 moved to 2025-09-01."
    assert values(facts(text), "date") == ["2025-06-02"]


def test_a_date_that_can_be_read_both_ways_stands_in_both_readings_until_decided() -> None:
    open_date = "Invoice\nInvoice date: 03/04/2024\nTotal: 100.00"
    found = [fact for fact in facts(open_date) if fact.name == "date"]
    assert [fact.value for fact in found] == ["2024-03-04", "2024-04-03"]
    assert {(fact.rule, fact.evidence.quote) for fact in found} == {(UNDECIDED, "03/04/2024")}
    assert all(fact.confidence < 0.5 for fact in found)
    for decides in ("Due date: 30/04/2024", "Delivered 30-04-2024", "Total £100.00"):
        assert [f.value for f in facts(f"{open_date}\n{decides}") if f.name == "date"] == [
            "2024-04-03"
        ]


@pytest.mark.parametrize(
    ("paper", "dated", "due", "readings"),
    [
        ("Invoice", "Invoice date: 2024-03-04", "24-04-03", ["2024-04-03"]),
        ("Invoice", "Invoice date: 20 April 2024", "04/05/2024", ["2024-05-04"]),
        ("Faktura", "Fakturadatum: 2024-03-04", "24-03-04", ["2024-03-04"]),
        # Both fit, none does, or the paper looks back, or has no sure date of its own.
        ("Invoice", "Invoice date: 4 March 2024", "04/05/2024", ["2024-04-05", "2024-05-04"]),
        ("Invoice", "Invoice date: 4 July 2024", "04/05/2024", ["2024-04-05", "2024-05-04"]),
        ("Reminder", "Date: 20 April 2024", "04/05/2024", ["2024-04-05", "2024-05-04"]),
        ("Invoice", "Invoice 7", "24-04-03", ["2003-04-24", "2024-04-03"]),
    ],
)
def test_a_due_date_lies_within_two_years_of_the_papers_own(
    paper: str, dated: str, due: str, readings: list[str]
) -> None:
    found = facts(f"{paper}\n{dated}\nDue date: {due}\nTotal: 100.00\n")
    days = [(fact.value, fact.rule) for fact in found if fact.name == "due_date"]
    assert days == [(day, "label" if len(readings) == 1 else UNDECIDED) for day in readings]


@pytest.mark.parametrize("label", ["Orderdatum", "Order date", "Bestelldatum"])
def test_the_date_of_the_order_is_not_that_of_its_confirmation(label: str) -> None:
    paper = f"Order confirmation\nNorrby Pumps Ltd\n{label}: 2024-03-04\nYour order PO-77\n"
    assert [fact for fact in facts(paper) if fact.name == "date"] == []
    own = "\n\nGoods as ordered.\nAcknowledgement date: 2024-03-06\n"
    found = [fact for fact in facts(paper + own) if fact.name == "date"]
    assert [(fact.value, fact.rule) for fact in found] == [("2024-03-06", "label")]


def test_an_open_date_does_not_hand_its_column_to_the_next_date() -> None:
    rows = "Invoice\nInvoice date  Due date\n03/04/2024  May 3, 2024\nTotal: 100.00"
    found = facts(rows)
    assert [fact.value for fact in found if fact.name == "due_date"] == ["2024-05-03"]
    assert {fact.rule for fact in found if fact.name == "date"} == {UNDECIDED}


def test_somebody_elses_date_is_not_the_documents_own() -> None:
    found = facts("Invoice 77\nOrder date: 2024-01-02\nDelivery date: 2024-02-03\nTotal: 5.00")
    assert values(found, "date") == [None]


def test_labels_in_a_row_have_their_values_in_the_row_below() -> None:
    found = facts("INVOICE\nInvoice date      Due date\n2024-03-05        2024-04-04\n")
    assert values(found, "date", "due_date") == ["2024-03-05", "2024-04-04"]


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        ("Subtotal 100.00\nVAT 25.00\nTotal 125.00", "125.00"),
        ("Total excl. VAT 100.00\nTotal incl. VAT 125.00\nTotal VAT 25.00", "125.00"),
        ("Summa exkl moms 100,00\nMoms 25,00\nAtt betala 125,00", "125.00"),
        ("Total 100.00\nAmount due 125.00", "125.00"),
        ("Total 1 250,00\nAlready paid 1 000,00\nAmount due 250,00", "1250.00"),
        ("Total (RM)\n125.00", "125.00"),
        ("Total quantity 12", None),
    ],
)
def test_the_total_is_the_amount_with_tax(lines: str, total: str | None) -> None:
    assert values(facts("Invoice\nInvoice no: 7\n" + lines), "total") == [total]


@pytest.mark.parametrize(
    ("line", "revision"),
    [
        ("Revision: A dated 2024-03-05", "A"),
        ("- `Version`: A string that names the client", None),
        ("Revision: B", "B"),
        ("Utgåva 3", "3"),
        ("Version 1.2", "1.2"),
        ("Rev. C", "C"),
        ("The version is new", None),
    ],
)
def test_a_revision_mark_is_read(line: str, revision: str | None) -> None:
    assert values(facts(f"Specification SP-100\n{line}\n"), "revision") == [revision]


def test_front_matter_counts_as_labels() -> None:
    found = facts("---\ntitle: Batching of calls\ncreated: 2023-05-06\n---\n\n## Abstract\n")
    assert values(found, "title", "date") == ["Batching of calls", "2023-05-06"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Pump X100, installation", "Pump X100, installation"),
        ("Microsoft Word - final.doc", "Invoice"),
        ("scan0001", "Invoice"),
        (None, "Invoice"),
    ],
)
def test_the_files_own_title_counts_if_somebody_wrote_it(title: str | None, expected: str) -> None:
    assert values(facts("Invoice\nInvoice no: 7", title=title), "title") == [expected]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("Date;Item;Price\n2024-01-02;Pump;100\n", "filing/price list.csv", "price list"),
        ("# Prices\nItem;Price\n", "filing/prices_2024.csv", "prices_2024"),
        (
            "Pos\tItem\tPrice\n1\tPump\t100\n\nPrices of our pumps\n",
            "a/x.docx",
            "Prices of our pumps",
        ),
        ("Pos\tItem\n1\tPump\n", "filing/a.zip!/Our prices.xlsx", "Our prices"),
        ("a | b | c\n2024\nPump house\n", "filing/x.txt", "Pump house"),
        ("1\t2\n", "filing/2024-01-01.xlsx", None),
    ],
)
def test_no_row_of_a_table_is_a_title(text: str, path: str, expected: str | None) -> None:
    assert values(facts(text, path=path), "title") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Pump housing of grey iron\nSpecification no: SPEC-0100\n\nScope",
            "Pump housing of grey iron",
        ),
        ("Norrgjuteri AB\n\nCentrifugal pump\nSPEC-0100 rev B\n\nScope", "Centrifugal pump"),
        ("Pumphus\n\nSpecifikation 0100, utgåva 2\n\nOmfattning", "Pumphus"),
        ("Norrgjuteri AB\nSpecification SPEC-0100\n\nScope", "Specification SPEC-0100"),
        ("Pump housing\nSpecification of the housing\n\nScope", "Specification of the housing"),
        ("Date: 2024-03-05\nSpecification SPEC-0100\n\nScope", "Specification SPEC-0100"),
        ("Anna Berg\nInvoice no: 7001\nTotal 5,00", "Invoice no: 7001"),
    ],
)
def test_the_heading_over_a_line_of_kind_and_number_is_the_title(text: str, expected: str) -> None:
    assert values(facts(text, path="a.docx"), "title") == [expected]


def test_of_a_page_made_from_data_only_title_and_language_are_read() -> None:
    page = PageText(1, "Invoice 77\nDate: 2024-03-05\nTotal: 100.00", source="data")
    found = find_facts([page], ReadingContext("a.xml"))
    assert {fact.name for fact in found} <= {"title", "language"}


def test_an_empty_document_says_only_its_kind() -> None:
    assert [(fact.name, fact.value) for fact in facts("")] == [("kind", "other")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Norrby Pumpar AB\nInvoice\nDate\nDescription Qty Unit price\nTotal", "en"),
        ("Faktura\nDatum\nBenämning Antal\nMoms", "sv"),
        ("Rechnung\nDatum\nMenge Betrag\nMwSt", "de"),
        ("Anna mötte Bo och de gick till verkstaden, där det inte fanns någon pump.", "sv"),
        ("X100 4711 77", None),
        ("From: A <a@x.se>\nTo: B <b@x.se>\nDate: Mon\nSubject: Sen\n\nHej B, det blir så.", "sv"),
        ("Order;Supplier;Product\n" + "PO-1;Bergslunda;AV-200\nPO-2;Hegner;AV-310\n" * 9, None),
    ],
)
def test_little_words_tell_the_language(text: str, language: str | None) -> None:
    found = language_of(text)
    assert (found[0] if found else None) == language


def test_the_language_quotes_the_line_that_shows_it_best_and_says_its_rule() -> None:
    text = (
        "Norrby Pumpar AB\n2024\nDet är inte en vara som vi har i lager och den kommer inte.\nHej"
    )
    (found,) = (fact for fact in facts("", text) if fact.name == "language")
    assert (found.value, found.rule, found.evidence.page) == ("sv", "little words", 2)
    assert found.evidence.quote == text.splitlines()[2]


LIST = "Order\tLeverantör\tBelopp\tDatum\nPO-1\tAcme AB\t12\t2025-02-03\n"


def test_the_cells_of_a_list_of_rows_say_nothing_of_the_document() -> None:
    found = facts(LIST + "PO-2\tBorg Oy\t800\t2025-03-04\n", path="filing/orderlista.xlsx")
    assert {fact.name for fact in found}.isdisjoint({"party", "date", "total"})


def test_a_table_with_one_row_says_what_its_heads_name() -> None:
    assert values(facts(LIST, path="filing/order.xlsx"), "date") == ["2025-02-03"]


@pytest.mark.parametrize(
    "text",
    [
        "KREDITNOTA\nSumma: -750,00 EUR",
        "CREDIT NOTE\nTotal: -750.00 EUR",
        "Kreditfaktura\nTotal\t-750,00",
    ],
)
def test_the_total_of_a_credit_note_keeps_its_minus(text: str) -> None:
    assert values(facts(text), "total") == ["-750.00"]


def test_a_name_ends_where_a_sentence_does() -> None:
    text = "Purchase order 77\nSupplier: Landvagen Frakt. Mark the goods with our number."
    assert values(facts(text), "party") == ["Landvagen Frakt"]


def test_labels_name_roles_of_the_vocabulary() -> None:
    assert {*PARTY_LABELS} - {"addressee", "issuer"} <= {*PARTY_ROLES}


@given(
    st.lists(st.text(alphabet="Totalinvoce dueSEK:12,. \n05-/AB()\u00a0", max_size=200), max_size=2)
)
def test_any_text_has_true_evidence_and_known_names(texts: list[str]) -> None:
    for fact in facts(*texts):
        assert fact.name in {*SINGLE_FACTS, "party"}
        where = fact.evidence
        if where.page is not None:
            assert texts[where.page - 1][where.start : where.end] == where.quote


def test_contracts_among_real_files_have_true_evidence(corpora: Path) -> None:
    folder = corpora / "contracts-cuad" / "full_contract_txt"
    for path in sorted(folder.glob("*.txt"))[:8]:
        text = path.read_text(encoding="utf-8", errors="replace")
        found = facts(text, path=f"filing/{path.name}")
        assert values(found, "kind")[0] in ("contract", "amendment")
        for fact in found:
            where = fact.evidence
            assert where.page is None or text[where.start : where.end] == where.quote


@pytest.mark.parametrize(
    ("lines", "source", "total"),
    [
        # cash less change tells the sum that was paid from its parts
        ("Subtotal 30.91\nTotal 39.91\nTotal payable 30.90\nCash 51.00\nChange 20.10",
         "embedded", "30.90"),
        ("Summa 89,90\nKontant 100,00\nVäxel 10,10\nÖresavrundning 0,00", "embedded", "89.90"),
        # a net total is one with tax where a till wrote it, and only there
        ("Sub total 159.06\nNet total 174.90\nCash 200.00\nChange 25.10", "embedded", "174.90"),
        ("Net total 159.06\nVAT 39.77", "embedded", None),
        # slips of OCR
        ("Item 12.50\nItem 3.10\nT0TAL 15.60\nCash 20.00\nChange 4.40", "ocr", "15.60"),
        ("Item 12.50\nItem 3.10\nTotal: 15. 60\nRoundlng 0.00\nCash 20.00", "ocr", "15.60"),
        ("Item 12.50\nItem 3.10\nTax 0.40\nTotal excl. tax 156.608\nTotal 15.60", "ocr", "15.60"),
    ],
)  # fmt: skip
def test_the_total_of_a_receipt_is_what_was_paid(lines, source, total) -> None:
    page = PageText(1, f"Corner shop\nReceipt\n{lines}\nThank you\n", source)
    found = list(find_facts([page], ReadingContext("tree/slip.jpg")))
    assert values(found, "total") == [total]
