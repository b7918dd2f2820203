"""The total without tax: said so, or a sum of which tax makes the total.

An order without tax and an invoice with it are told apart by it (archive/chain_sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from archive.reading import Evidence, FactFound, PageText
from indexer.extract.amounts import AmountFound, plain
from indexer.extract.facts_till import amounts_of

_TAX: Final = (
    r"(?:vat|gst|sales tax|tax(?:es)?|moms|mervärdesskatt|mwst|ust|umsatzsteuer|mehrwertsteuer"
    r"|tva|taxes?|btw)"
)
_EXCEPT: Final = (
    r"(?:excl(?:uding|usive of|usive|\.)?|ex\.?|exkl(?:usive|\.)?|before|without|net of|utan"
    r"|före|ohne|zzgl\.?|vor|hors|sans)"
)
#: "Total excl. VAT", "Summa exkl. moms", "Total HT": it says so itself.
_SAID: Final = re.compile(
    rf"(?i)\b(?:{_EXCEPT} {_TAX}|(?:total|montant|prix) ht|nettobelopp|nettobetrag"
    r"|gesamt(?:betrag|summe)? netto|rechnungssumme netto|summa netto)\b"
)
#: What may be the sum before tax; only where tax makes the total of it.
_BEFORE: Final = re.compile(
    r"(?i)\b(?:sub-?\s?total|delsumma|zwischensumme|subtotaal|sous-total|netto|net (?:total|amount)"
    r"|total net|nettosumme|summe netto|taxable amount)\b"
)
_OF_TAX: Final = re.compile(rf"(?i)\b(?:{_TAX}|momsbelopp|steuerbetrag)\b")
#: "All prices exclude VAT": then the total does, too.
_ALL: Final = re.compile(
    r"(?i)\b(?:prices?|amounts?|sums?|pris(?:er(?:na)?)?|belopp(?:en)?|preise|beträge|prix)\b"
    rf"[^\n.:\d]{{0,40}}?\b(?:exclud\w+|excl\.?|exclusive of|exkl\w*\.?|do not include|are net of"
    rf"|utan|ohne|zzgl\.?|hors|s'entendent hors)[^\n.:\d]{{0,12}}?\b{_TAX}\b"
)
_LINE: Final = re.compile(r"[^\n]*\S[^\n]*")
ROUNDED: Final = Decimal("1.00")  # tax and total may each be rounded
MOST_TAX: Final = Decimal("1.3")  # no value added tax is higher than 27 %
CHARS: Final = 20_000  # of a page


def net_total(pages: Sequence[PageText], total: FactFound | None) -> FactFound | None:
    """The total without tax of these pages, whose `total` was read before; None where none is said.

    Where the pages say two that may be it, it is none.
    """
    whole = Decimal(total.value) if total else None
    for page in pages:
        if total is not None and _ALL.search(page.text, 0, CHARS):
            return FactFound("net_total", total.value, total.evidence, confidence=0.8, rule="all")
    said, before, taxes = _sums(pages)
    found = [one for one in said if whole is None or _may_be(one[1], whole)]
    rule = "label"
    if not found and whole is not None:
        found = [one for one in before if _taxed(one[1].value, taxes, whole)]
        rule = "with tax it is the total"
    values = {one[1].value for one in found}
    if len(values) != 1:
        return None
    page, amount = found[0]
    where = Evidence(page.number, amount.start, amount.end, page.text[amount.start : amount.end])
    return FactFound("net_total", plain(amount.value), where, confidence=0.85, rule=rule)


Sum = tuple[PageText, AmountFound]


def _sums(pages: Sequence[PageText]) -> tuple[list[Sum], list[Sum], list[Decimal]]:
    """The sums that are said to be without tax, those that may be, and what is tax."""
    said, before, taxes = [], [], []
    for page in pages:
        for line, amounts in _lines(page):
            last = amounts[-1]
            if _SAID.search(line):
                said.append((page, last))
            elif _BEFORE.search(line):
                before.append((page, last))
            elif _OF_TAX.search(line):
                taxes.append(last.value)
    return said, before, taxes


def _lines(page: PageText) -> Iterator[tuple[str, list[AmountFound]]]:
    for line in _LINE.finditer(page.text, 0, CHARS):
        if _SAID.search(line[0]) or _BEFORE.search(line[0]) or _OF_TAX.search(line[0]):
            amounts = amounts_of(page, line.start(), line.end())
            if amounts:
                yield line[0], amounts


def _may_be(amount: AmountFound, total: Decimal) -> bool:
    net, whole = abs(amount.value), abs(total)
    return net <= whole + ROUNDED and whole <= net * MOST_TAX + ROUNDED


def _taxed(net: Decimal, taxes: Sequence[Decimal], total: Decimal) -> bool:
    """Do one tax, or all of them together, make the total of it?"""
    rest = total - net
    return any(tax and abs(rest - tax) <= ROUNDED for tax in (*taxes, sum(taxes, Decimal())))
