"""The schemes that are there from the start, each with its own examples.

Labels are in English, Swedish, German and French. One that ends in "no", "nr", "n°" stands for all
number words ("Fakturanr.", "Fakturanummer", "Faktura #"). Where one label can mean two schemes
("Order no" on an invoice may be either side's), it is given to the one of which a wrong reading
does least harm: the purchase order, whose number waits until such an order is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from archive.builtin_public import PUBLIC
from archive.builtin_trade import TRADE
from archive.builtin_work import WORK
from archive.vocabulary import KINDS

if TYPE_CHECKING:
    from archive.config_rules import SchemeSection  # the caged readers have no use for its imports

BUILTIN_SCHEMES: Final = (*TRADE, *WORK, *PUBLIC)


def entry_schemes(configured: Iterable[SchemeSection]) -> frozenset[str]:
    """Names of the schemes in force whose numbers only entries of registers bear: VAT, products.

    Where nothing bears such a number, no document is missing.
    """
    return frozenset(name for name, bearer in bearers(configured).items() if bearer not in KINDS)


def bearers(configured: Iterable[SchemeSection]) -> dict[str, str]:
    """By scheme in force what bears its numbers: a kind of document, or a register."""
    found = {scheme.name: scheme.bearer for scheme in BUILTIN_SCHEMES}
    return found | {scheme.name: scheme.bearer for scheme in configured}
