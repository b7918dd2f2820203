"""What a paper says that it comes to without tax; nothing where it is in doubt."""

from __future__ import annotations

import pytest

from archive.reading import PageText, ReadingContext
from indexer.extract.facts import find_facts

HEAD = "INVOICE\nNorrby Pumpar AB\nInvoice no: 7001\nDate: 2024-03-05\nCurrency: SEK\n"
ORDER = "PURCHASE ORDER\nOrder no: PO-2024-113\nDate: 2024-03-05\nCurrency: SEK\n"


def net(*texts: str, head: str = HEAD) -> str | None:
    first, *others = texts
    pages = [PageText(number, text) for number, text in enumerate([head + first, *others], 1)]
    facts = find_facts(pages, ReadingContext("r/a.txt"))
    found = [fact for fact in facts if fact.name == "net_total"]
    for fact in found:
        page = pages[(fact.evidence.page or 0) - 1]
        assert page.text[fact.evidence.start : fact.evidence.end] == fact.evidence.quote
    return found[0].value if found else None


@pytest.mark.parametrize(
    "lines",
    [
        "Amount excl. VAT: 1000.00\nVAT: 250.00\nTotal: 1250.00",
        "Belopp exkl. moms 1 000,00\nMoms 25 % 250,00\nAtt betala: 1 250,00 kr",
        "Total excl. VAT: 1000.00 SEK\nTotal incl. VAT: 1250.00 SEK",
        "Total excl. 25 % VAT: 1000.00\nTotal: 1250.00",
        "Subtotal 1,000.00\nVAT 25 % 250.00\nTotal SEK 1,250.00",
        "Unit price excl. VAT: 500.00\nSubtotal 1,000.00\nVAT 250.00\nTotal SEK 1,250.00",
        "Total 1000.00 SEK excl. VAT\nTotal incl. VAT: 1250.00 SEK",
    ],
)
def test_a_labelled_sum_is_the_total_without_tax(lines: str) -> None:
    assert net(lines) == "1000.00"


@pytest.mark.parametrize(
    "line",
    [
        "Exkl. moms 1 000,00 Moms 250,00 Att betala 1 250,00\nTotal: 1250.00",
        "Total excl. VAT 1000.00 Total incl. VAT 1250.00",
        "Delsumma 1 000,00 Moms 25 % 250,00 Att betala 1 250,00\nTotal: 1250.00",
        "Total excl. VAT / Summa exkl. moms 1 000,00 Total incl. VAT 1 250,00",
    ],
)
def test_of_several_sums_on_a_line_each_stands_behind_its_own_label(line: str) -> None:
    assert net(line) == "1000.00"


@pytest.mark.parametrize(
    "lines",
    [
        "Unit price excl. VAT\nTotal: 1250.00",
        "Amount excl. VAT\nTotal: 1250.00",
        "Description  Qty  Prices excl. VAT\nTotal: 1250.00",
        "Unit price excl. VAT: 1100.00\nTotal: 1250.00",
        "Freight excl. VAT: 1100.00\nTotal: 1250.00",
    ],
)
def test_a_column_and_the_price_of_a_part_say_nothing_of_the_total(lines: str) -> None:
    assert net(lines) is None


def test_prices_without_tax_make_a_total_without_it_unless_tax_is_added() -> None:
    said = "All prices exclude VAT.\n"
    assert net(f"{said}Total: 1000.00", head=ORDER) == "1000.00"
    assert net(f"{said}Seller VAT: SE556036079301\nTotal: 1000.00", head=ORDER) == "1000.00"
    assert net("Samtliga priser är exklusive moms.\nTotalt: 1 000,00", head=ORDER) == "1000.00"
    assert net(f"Total: 1250.00\nVAT 25 %: 250.00\n{said}") is None
    assert net(f"Total: 1250.00\nVAT\n250.00\n{said}") is None
    assert net(f"{said}Total incl. VAT: 1250.00") is None
    assert net(said, "Moms 250,00\nTotal: 1250.00") is None


@pytest.mark.parametrize(
    "line",
    [
        "Freight excl. VAT 50.00",
        "Line total excl. VAT 50.00",
        "Exkl. moms 50,00",
        "Total excl. VAT Total incl. VAT 1250.00",
    ],
)
def test_without_a_total_only_a_total_without_tax_is_one(line: str) -> None:
    assert net(line, head=ORDER) is None


def test_an_order_may_say_its_total_only_without_tax() -> None:
    assert net("Total excl. VAT: 1000.00", head=ORDER) == "1000.00"
