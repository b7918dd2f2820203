"""Whether an order's total agrees with what bills it: like with like, as far as the papers say.

A total is with tax or without, and seldom says which. Where every paper has one without tax, those
are compared. Where only the order lacks it, its total may be either: it agrees where it is one of
the two, and is over or under where it is beyond both. So are the invoices' totals where only the
order says both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

AGREES, MORE, LESS = "agrees", "more", "less"
NOT_BILLED, TOGETHER, UNKNOWN = "not-billed", "together", "unknown"
STATES: Final = (AGREES, MORE, LESS, NOT_BILLED, TOGETHER, UNKNOWN)
#: What was compared: totals without tax, with it, or as they are written, which don't say.
NET, GROSS, WRITTEN = "net", "gross", "written"
ROUNDED: Final = Decimal("0.50")  # totals may be rounded to whole units of the currency


@dataclass(frozen=True, slots=True)
class Sum:
    """What a paper says that it comes to; a credit note always with a plus."""

    currency: str
    total: Decimal | None
    net: Decimal | None = None  # without tax

    @property
    def written(self) -> Decimal | None:
        """Its total; that without tax where it says no other."""
        return self.net if self.total is None else self.total


@dataclass(frozen=True, slots=True)
class Compared:
    """How an order stands, and by which of its totals; None where nothing was compared."""

    state: str
    by: str | None = None


def compare(order: Sum, invoices: Sequence[Sum], credits: Sequence[Sum]) -> Compared:
    """Does the order's total agree with what bills it, before or after what was credited?"""
    papers = (*invoices, *credits)
    if any(paper.currency != order.currency for paper in papers):
        return Compared(UNKNOWN)
    nets = _billed([one.net for one in invoices], [one.net for one in credits])
    totals = _billed([one.total for one in invoices], [one.total for one in credits])
    if order.net is not None and nets is not None:
        return Compared(_state(order.net, nets), NET)
    if order.total is None or order.total == order.net:
        return _without_total(order.net, totals)
    if totals is None:
        return Compared(UNKNOWN)
    if order.net is not None:
        return _to_either(order.net, order.total, totals)
    if nets is not None:
        return _either(order.total, nets, totals)
    return Compared(_state(order.total, totals), WRITTEN)


Billed = tuple[Decimal, Decimal]  # before and after credits


def _billed(invoices: Sequence[Decimal | None], credits: Sequence[Decimal | None]) -> Billed | None:
    """None where a paper does not say what it comes to."""
    if None in invoices or None in credits:
        return None
    billed = sum((one for one in invoices if one is not None), Decimal())
    return billed, billed - sum((one for one in credits if one is not None), Decimal())


def _state(ordered: Decimal, billed: Billed) -> str:
    if any(abs(one - ordered) <= ROUNDED for one in billed):
        return AGREES
    return MORE if billed[1] > ordered else LESS


def _either(ordered: Decimal, nets: Billed, totals: Billed) -> Compared:
    """The order does not say whether its total is with tax; the invoices say both."""
    by_total, by_net = _state(ordered, totals), _state(ordered, nets)
    if AGREES in (by_total, by_net):
        return Compared(AGREES, GROSS if by_total == AGREES else NET)
    if by_total == by_net:
        return Compared(by_total, NET if by_net == MORE else GROSS)
    return Compared(UNKNOWN)


def _to_either(net: Decimal, total: Decimal, billed: Billed) -> Compared:
    """The invoices do not say whether their totals are with tax; the order says both."""
    by_total, by_net = _state(total, billed), _state(net, billed)
    if AGREES in (by_total, by_net):
        return Compared(AGREES, GROSS if by_total == AGREES else NET)
    if by_total == by_net:
        return Compared(by_total, GROSS if by_total == MORE else NET)
    return Compared(UNKNOWN)


def _without_total(net: Decimal | None, totals: Billed | None) -> Compared:
    """The order says only what it comes to without tax, the invoices not whether theirs is so."""
    if net is None or totals is None:
        return Compared(UNKNOWN)
    state = _state(net, totals)
    return (
        Compared(UNKNOWN) if state == MORE else Compared(state, NET if state == AGREES else GROSS)
    )
