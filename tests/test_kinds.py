"""A document says its kind by title, then by the words of its text, then by its file name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.reading import FactFound, PageText, ReadingContext
from archive.vocabulary import KINDS
from indexer.extract.heads import Heads
from indexer.extract.kind_words import CUES, NAME_WORDS, SUFFIXES, TITLES
from indexer.extract.kinds import kind_of


def kind(*pages: str, path: str = "filing/scan.pdf") -> FactFound:
    numbered = [PageText(number, text) for number, text in enumerate(pages, 1)]
    return kind_of(Heads(numbered), ReadingContext(path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norrby Pumpar AB\n\nINVOICE\nInvoice no.: 77\nYour order: PO-1\nDue date", "invoice"),
        ("Faktura nr: 77     Datum: 2024-03-05\nKöpare: Vik AB\nRamavtal: FA-2021-7", "invoice"),
        ("Kreditfaktura\nAvser faktura 1001\nÖversänd i god tid", "credit-note"),
        ("Credit note\nCredit note no.: 9\nCredit for invoice no.: 77", "credit-note"),
        ("Purchase order PO-2024-113\nFramework agreement: FA-1\nDue date: x", "purchase-order"),
        ("Inköpsorder\nInköpsorder nr: 4711\nRamavtal: FA-1", "purchase-order"),
        ("Order confirmation\nYour order: PO-1", "order-response"),
        ("Ordererkännande nr 5\nEr order: 4711", "order-response"),
        ("Delivery note 31\nYour order: PO-1", "delivery-note"),
        ("Följesedel\nEr order: 4711", "delivery-note"),
        ("Offert 2024-17\nTack för er förfrågan", "quotation"),
        ("Request for quotation\nWe invite you to quote for pumps.", "request-for-quotation"),
        ("Avropsförfrågan\nDnr 2023090020", "request-for-quotation"),
        ("CO-BRANDING AND ADVERTISING AGREEMENT\nThis agreement is made", "contract"),
        ("Ramavtal\nmellan Vik kommun och Norrby Pumpar AB", "contract"),
        ("Amendment No. 2 to Framework agreement FA-1", "amendment"),
        ("Tilläggsavtal 1 till ramavtal FA-1", "amendment"),
        ("Product specification SPEC-118/A\nSupersedes: SPEC-100", "specification"),
        ("Kravspecifikation\nUtgåva 3", "specification"),
        ("---\ntitle: Batching\nstatus: Draft\n---\n\n## Abstract\n\n## Motivation\n\n"
         "## Specification\n\nThe key words", "specification"),
        ("Engineering change request CR-118\nReason for change: leaks", "change-request"),
        ("Ändringsbegäran\nSkäl till ändring: läckage", "change-request"),
        ("Minutes of steering group meeting 3\nPresent: A, B", "minutes"),
        ("Protokoll från projektmöte\nNärvarande: A, B", "minutes"),
        ("Life-cycle plan for X100\nMilestones", "plan"),
        ("Livscykelplan\nProdukt: X100", "plan"),
        ("Quality report Q1\nRoot cause: x", "quality-report"),
        ("Kvalitetsrapport\nProdukt: X100", "quality-report"),
        ("Return report\nRMA no: 4", "return-report"),
        ("Returrapport nr 4", "return-report"),
        ("Försäljningsrapport 2024\nSålda enheter", "sales-report"),
        ("Betalningspåminnelse\nFaktura 77 är förfallen till betalning.", "reminder"),
        ("Price list 2024\nArticle", "catalogue"),
        ("Goods received note 12\nOrder: 4", "receipt-advice"),
        ("Rechnung Nr. 471102\nLieferant GmbH", "invoice"),
        ("Auftragsbestätigung\nIhre Bestellung: 77", "order-response"),
        ("KWIK MART\nCASH BILL\nCashier: CN\nThank you! Please come again", "receipt"),
        ("Dear Anna,\nthe pumps leak.\nBest regards\nBo", "letter"),
        ("Anna mötte Bo i skogen och de gick hem.", "other"),
        ("", "other"),
    ],
)  # fmt: skip
def test_a_text_says_its_kind(text: str, expected: str) -> None:
    assert kind(text).value == expected


@pytest.mark.parametrize(
    "text",
    [
        "Lag om avtal\nDenna lag gäller avtal mellan näringsidkare.",
        "The purchase order shall be in writing. An invoice follows within a week.",
        "# Contents\n\n- [Test plan](#test-plan)\n- [Agreement](#agreement)\n",
    ],
)
def test_the_mere_word_is_no_title(text: str) -> None:
    assert kind(text).value not in {"contract", "invoice", "purchase-order", "plan"}


def test_the_evidence_is_the_title_where_it_stands() -> None:
    found = kind("", "Vik AB\n\n  Faktura\n")
    assert (found.evidence.page, found.evidence.quote) == (2, "Faktura")
    assert (found.evidence.start, found.evidence.end) == (10, 17)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ramavtal_Vik_2021.docx", "contract"),
        ("2024/INV-77.pdf", "invoice"),
        ("DeliveryNote31.pdf", "delivery-note"),
        ("SPEC-118.pdf", "specification"),
        ("Re order.eml", "message"),
        ("mail.eml!/faktura 77.pdf", "invoice"),
        ("IMG_2041.jpg", "other"),
    ],
)
def test_the_file_name_speaks_where_the_text_is_silent(name: str, expected: str) -> None:
    assert kind("", path=f"filing/{name}").value == expected


def test_the_text_outweighs_the_file_name() -> None:
    assert kind("Kreditfaktura\nAvser faktura 77", path="filing/faktura.pdf").value == "credit-note"


def test_the_tables_use_the_words_of_the_vocabulary() -> None:
    used = {*TITLES, *CUES, *NAME_WORDS.values(), *SUFFIXES.values()}
    assert used <= {*KINDS}
    assert all(cue == cue.lower() for cues in CUES.values() for cue, _ in cues)


@given(st.lists(st.text(max_size=300), max_size=3))
def test_any_text_has_one_kind_and_true_evidence(texts: list[str]) -> None:
    found = kind(*texts)
    assert found.value in KINDS
    assert 0 <= found.confidence < 1
    where = found.evidence
    if where.page is not None:
        assert texts[where.page - 1][where.start : where.end] == where.quote
