"""The total without tax: said so, or a sum of which tax makes the total.

An order without tax and an invoice with it are told apart by it (archive/chain_sums.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
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
_WITH: Final = (
    r"(?:inc(?:l(?:uding|usive of|usive|\.)?|\.)?|inkl(?:usive|\.)?|ink\.|after|with|med|mit)"
)
_RATE: Final = r" ?(?:\d{1,2}(?:[.,]\d{1,2})? ?% ?)?"
#: What a line says its amounts are, each as far as the next one.
_LABEL: Final = re.compile(
    # "Total excl. VAT", "Summa exkl. moms", "Total HT": it says so itself.
    rf"(?i)\b(?:(?P<said>(?:{_EXCEPT}{_RATE}{_TAX}|(?:total|montant|prix) ht|nettobelopp"
    r"|nettobetrag|gesamt(?:betrag|summe)? netto|rechnungssumme netto|summa netto)\b)"
    rf"|(?P<whole>(?:{_WITH}{_RATE}{_TAX}|(?:total|montant|prix) ttc"
    r"|brutto(?:belopp|betrag|summe|summa)?|gross (?:total|amount))\b)"
    # What may be the sum before tax; only where tax makes the total of it.
    r"|(?P<before>(?:sub-?\s?total|delsumma|zwischensumme|subtotaal|sous-total"
    r"|netto(?: (?:summa|total))?|net (?:total|amount)|total net|nettosumme|summe netto"
    r"|taxable amount)\b)"
    rf"|(?P<tax>(?:{_TAX}|momsbelopp|steuerbetrag)\b"
    r"(?![ .-]{0,2}(?:no|nr|number|id|reg\w*|invoice)\b|[ :]{0,3}[A-Z]{2}\d{6}))"
    r"|(?P<total>(?:\w{0,20}total(?:t|en|e|s|summa|belopp|betrag)?|\w{0,20}summan?|\w{0,20}summe"
    r"|sum|gesamt\w{0,20}|order value|ordervärde|auftragswert|att betala|to pay|amount due"
    r"|(?:due|payable)|zahlbetrag|à payer)\b))"
)
#: "All prices exclude VAT", but not "Price excl. VAT" over a column: then the total does, too.
_ALL: Final = re.compile(
    r"(?i)\b(?:prices|amounts|sums|priser(?:na)?|beloppen|(?:alla|samtliga) belopp|preise|beträge"
    rf"|(?:les|nos) prix)\b"
    rf"[^\n.:\d]{{0,40}}?\b(?:exclud\w+|excl\.?|exclusive of|exkl\w*\.?|do not include|are net of"
    rf"|utan|ohne|zzgl\.?|hors|s'entendent hors)[^\n.:\d]{{0,12}}?\b{_TAX}\b"
)
#: Heads of other columns, and what parts them.
_COLUMNS: Final = re.compile(
    r"(?i)\b(?:qty|quantity|antal|menge|description|beskrivning|benämning|bezeichnung|article"
    r"|artikel|item|pos|units?|enhet)\b|\S(?:\t| {2}|[ ]?[;|])[^\n]*\S"
)
#: An amount without tax that is that of a part: tax has to make the total of it.
_PART: Final = re.compile(
    r"(?i)\b(?:\w*pri[cs]e?s?|\w*preise?|prix|units?|per|each|rates?|lines?|rows?|rad\w*|sub"
    r"|del|zwischen|sous|item|pos|freight|frakt\w*|fracht\w*|shipping|delivery|leverans\w*"
    r"|versand\w*|transport|porto|fees?|avgift\w*|discount|rabatt)(?:\b|(?=total|summ))"
)
_TOTAL: Final = re.compile(
    r"(?i)\b(?:\w{0,20}(?:total(?:t|en|e|s|summa|belopp|betrag)?|summan?|summe)|gesamt\w{0,20}"
    r"|order value|ordervärde|auftragswert)\b"
)
#: "Total: 1000.00 SEK excl. VAT": what stands before the amount, and behind it.
_TOTAL_OF: Final = re.compile(rf"{_TOTAL.pattern}[^\w\n]*(?:[A-Z]{{3}}|kr)?[^\w\n]*$")
_OF_AMOUNT: Final = re.compile(r"[^\w\n]*(?:[A-Z]{3}|kr)?[^\w\n]*")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LINE: Final = re.compile(r"[^\n]*\S[^\n]*")
ROUNDED: Final = Decimal("1.00")  # tax and total may each be rounded
MOST_TAX: Final = Decimal("1.3")  # no value added tax is higher than 27 %
CHARS: Final = 20_000  # of a page


def net_total(pages: Sequence[PageText], total: FactFound | None) -> FactFound | None:
    """The total without tax of these pages, whose `total` was read before; None where none is said.

    Where the pages say two that may be it, it is none: a wrong one accuses who sent the paper.
    """
    whole = Decimal(total.value) if total else None
    sums = _Sums()
    for page in pages:
        for line in _LINE.finditer(page.text, 0, CHARS):
            sums.read(page, line.start(), line.end())
    said = sums.said if whole is None else [*sums.said, *sums.likely]
    found = [one for one in said if whole is None or _may_be(one[1].value, whole)]
    rule = "label"
    if not found and whole is not None:
        found = [one for one in sums.before if _taxed(one[1].value, sums.taxes, whole)]
        rule = "with tax it is the total"
    values = {one[1].value for one in found}
    if not said and not found and total is not None and sums.all_are_net:
        return FactFound("net_total", total.value, total.evidence, confidence=0.8, rule="all")
    if len(values) != 1:
        return None
    page, amount = found[0]
    where = Evidence(page.number, amount.start, amount.end, page.text[amount.start : amount.end])
    return FactFound("net_total", plain(amount.value), where, confidence=0.85, rule=rule)


Sum = tuple[PageText, AmountFound]


@dataclass(slots=True)
class _Sums:
    """What the lines of pages say of tax.

    `said`: sums without it; `likely`: the same, but only a known total tells whether of the whole;
    `before`: what may be one, if tax makes the total of it.
    """

    said: list[Sum] = field(default_factory=list)
    likely: list[Sum] = field(default_factory=list)
    before: list[Sum] = field(default_factory=list)
    taxes: list[Decimal] = field(default_factory=list)
    says_all: bool = False
    is_taxed: bool = False  # has a line for the tax, or a total with it

    @property
    def all_are_net(self) -> bool:
        return self.says_all and not self.is_taxed

    def read(self, page: PageText, start: int, end: int) -> None:
        """Add what one line says: of each label the amounts behind it, as far as the next."""
        labels = list(_LABEL.finditer(page.text, start, end))
        if all(one.lastgroup == "total" for one in labels):
            return
        amounts = amounts_of(page, start, end)
        every = None if amounts else _ALL.search(page.text, start, end)
        if every and not _COLUMNS.search(page.text[start:end].strip()):
            self.says_all = True
        for label, after in zip(labels, [*(one.start() for one in labels[1:]), end], strict=True):
            own = [one for one in amounts if label.end() <= one.start < after]
            if label.lastgroup == "said":
                self._add_said(page, label, own, amounts)
            elif label.lastgroup == "before":
                self.before += [(page, one) for one in own[:1]]
            elif label.lastgroup == "tax" and not (every and label.start() < every.end()):
                self.taxes += [one.value for one in own[-1:]]
                self.is_taxed |= bool(own) or len(_WORD.findall(page.text, label.end(), end)) < 2
            self.is_taxed |= label.lastgroup == "whole"

    def _add_said(
        self,
        page: PageText,
        label: re.Match[str],
        own: Sequence[AmountFound],
        amounts: Sequence[AmountFound],
    ) -> None:
        """`own`: those of the `amounts` of the line that stand behind the label."""
        text = page.text
        start = text.rfind("\n", 0, label.start()) + 1
        start = max([start, *(one.end for one in amounts if one.end <= label.start())])
        words = text[start : label.end()]
        if own and _PART.search(words):
            self.before.append((page, own[0]))
        elif own:
            is_whole = len(own) == 1 and _TOTAL.search(words)
            (self.said if is_whole else self.likely).append((page, own[0]))
        elif len(amounts) == 1 and start == amounts[0].end:
            first = text.rfind("\n", 0, start) + 1
            is_whole = _TOTAL_OF.search(text[first : amounts[0].start])
            if is_whole and _OF_AMOUNT.fullmatch(text, start, label.start()):
                self.said.append((page, amounts[0]))


def _may_be(net: Decimal, total: Decimal) -> bool:
    net, whole = abs(net), abs(total)
    return net <= whole + ROUNDED and whole <= net * MOST_TAX + ROUNDED


def _taxed(net: Decimal, taxes: Sequence[Decimal], total: Decimal) -> bool:
    """Do one tax, or all of them together, make the total of it?"""
    rest = total - net
    is_made = any(tax and abs(rest - tax) <= ROUNDED for tax in (*taxes, sum(taxes, Decimal())))
    return is_made and _may_be(net, total)
