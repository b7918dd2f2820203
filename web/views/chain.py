"""Contract, orders, invoices, with their sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from web.views.common import Amount, Choice, Pager, Source, Thing


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the chain that bills, credits, or stands alone."""

    thing: Thing
    date: str | None = None  # ISO
    total: Amount | None = None
    is_credit: bool = False
    relation: str = ""
    source: Source | None = None  # where it names what it belongs to
    bills: tuple[str, ...] = ()  # numbers of orders that are not there


@dataclass(frozen=True, slots=True)
class Sums:
    """In one currency what was ordered, billed and credited."""

    ordered: Amount
    billed: Amount
    credited: Amount
    balance: Amount  # billed less credited
    is_net: bool = field(default=False, kw_only=True)  # without tax


@dataclass(frozen=True, slots=True)
class OrderRow:
    thing: Thing
    state: str  # agrees | more | less | not-billed | together | unknown
    date: str | None = None
    total: Amount | None = None
    sums: tuple[Sums, ...] = ()  # of what bills it
    source: Source | None = None  # where it names the contract
    papers: tuple[Thing, ...] = ()  # confirmations, delivery notes
    invoices: tuple[Paper, ...] = ()  # with credit notes
    compared: str = ""  # by which totals: net | gross | written


@dataclass(frozen=True, slots=True)
class ChainPage:
    """GET /documents/{D}/chain?state=&as_of=&on=&page="""

    template: ClassVar[str] = "chain.html"
    thing: Thing  # the document that was asked for
    contracts: tuple[Thing, ...]
    orders: tuple[OrderRow, ...]
    total: int
    sums: tuple[Sums, ...] = ()  # of all orders and invoices
    states: tuple[Choice, ...] = ()
    without_order: tuple[Paper, ...] = ()
    json_href: str = ""
    as_of: str = ""
    on: str = ""
    pager: Pager | None = None
