"""Totals of receipts: what a till prints around them proves which amount they are.

Cash less change is what was paid, and on pages read by OCR some amounts have slips.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from archive.reading import PageText
from indexer.extract.amounts import AmountFound, find_amounts
from indexer.extract.fact_labels import Label

#: An amount whose cents OCR has set apart: `57. 80`, `295 .00`, `1: 38`.
_APART: Final = re.compile(r"(?<![\d.,:/-])(\d{1,6})(?: ?[.,:] | [.,:])(\d\d)(?![\d%:/.,-])")
_CENTS: Final = 3  # amounts with cents on a page; then one without is a misreading


def is_receipt(labels: Sequence[Label]) -> bool:
    """Whether a till wrote this: two of what was given, the change and the rounding are there."""
    said = {m.fact for label in labels for m in label.meanings if m.fact in _TILL}
    return len(said) > 1


_TILL: Final = frozenset({"tendered", "change", "rounding"})


def paid(labels: Sequence[Label]) -> set[Decimal]:
    """What was given less what was given back, for all that are labelled so."""
    given, back = set(_values(labels, "tendered")), set(_values(labels, "change"))
    return {one - other for one in given for other in back if one > other >= 0}


def _values(labels: Sequence[Label], fact: str) -> Iterator[Decimal]:
    for label in labels:
        if label.means(fact, "") and label.below is None:
            found = [one for one in amounts_of(label.page, label.start, label.end) if one.has_cents]
            yield from (one.value for one in found[-1:])


def amounts_of(page: PageText, start: int, end: int) -> list[AmountFound]:
    """The amounts of a stretch; on a recognised page also those whose cents stand apart."""
    found = list(find_amounts(page.text, start, end))
    if page.source != "ocr":
        return found
    apart = [
        AmountFound(*match.span(), Decimal(f"{match[1]}.{match[2]}"), None, True)
        for match in _APART.finditer(page.text, start, end)
    ]
    parts = [(one.start, one.end) for one in apart]
    whole = [
        one for one in found if not any(one.start < end and start < one.end for start, end in parts)
    ]
    return sorted([*whole, *apart], key=lambda one: one.start)


def is_misread(page: PageText, amount: AmountFound) -> bool:
    """An amount without cents on a recognised page whose other amounts have them."""
    if page.source != "ocr" or amount.has_cents:
        return False
    return sum(one.has_cents for one in find_amounts(page.text)) >= _CENTS
