"""Contracts, orders, deliveries and invoices that do not agree: found, told as rows, explained.

Found by the references that the viewer sees. What is ambiguous is no discrepancy: what it means is
asked first. One that a person has explained (archive.asides) stays so as long as its figures stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.asides import reasons_of
from archive.asking import Asked, Column, Row
from archive.chain import CREDIT, INVOICE, ORDER, RESPONSE
from archive.chain_compared import MORE, NET, ROUNDED, Sum, compare
from archive.chain_sums import figure, nets_of
from archive.contracts import Contract, load_contracts
from archive.records import file_number
from archive.references import ReferenceView
from archive.trade import Link, Trade, TradeDocument, load_trade

AFTER_EXPIRY, OVER_ORDER = "invoice-after-expiry", "invoices-over-order"
OVER_CONTRACT, NOT_BILLED = "orders-over-contract", "delivery-not-billed"
WITHOUT_CONTRACT = "order-without-contract"
#: What may not agree, in the order in which it is listed.
WHATS: Final = (AFTER_EXPIRY, OVER_ORDER, OVER_CONTRACT, NOT_BILLED, WITHOUT_CONTRACT)
#: So many days an invoice may come after its delivery.
BILLED_WITHIN_DAYS: Final = 30

DISCREPANCIES: Final = (
    Column("discrepancy", "discrepancy"), Column("document", "document"), Column("number"),
    Column("party"), Column("date", "day"), Column("against", "documents"), Column("found"),
    Column("allowed"), Column("explained"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One of them, with what it rests on."""

    what: str
    document: TradeDocument
    against: tuple[TradeDocument, ...] = ()
    found: str = ""  # a day, or a sum with its currency
    allowed: str = ""  # the day or sum that it does not agree with; the number that is not there
    because: tuple[ReferenceView, ...] = ()

    @property
    def item(self) -> str:
        """Its name in the list of attention: another one as soon as its figures are others."""
        figures = {AFTER_EXPIRY: self.allowed, OVER_ORDER: self.found, OVER_CONTRACT: self.found}
        name = f"{self.what}:{self.document.id}"
        return f"{name}/{figures[self.what].partition(' ')[0]}" if self.what in figures else name

    @property
    def since(self) -> datetime:
        """When the last of its documents came in."""
        return max(one.received_at for one in (self.document, *self.against))


@dataclass(frozen=True, slots=True)
class _Sight:
    """What all of them are found in."""

    trade: Trade
    contracts: Mapping[int, Contract]
    orders: Mapping[int, frozenset[int]]  # by paper the orders that are meant
    bills: Mapping[int, Mapping[int, Link]]  # by order its invoices
    credits: Mapping[int, set[int]]  # by order the credit notes
    together: frozenset[int]  # invoices of several orders
    nets: Mapping[int, Decimal]  # by document what it comes to without tax
    today: date

    def sum_of(self, one: TradeDocument) -> Sum:
        """What a paper comes to; a credit note says it with or without a minus."""
        currency, total = one.amount or ("", None)
        net = self.nets.get(one.id)
        if one.kind == CREDIT:
            total, net = (None if each is None else abs(each) for each in (total, net))
        return Sum(currency, total, net)


def find_discrepancies(
    session: Session,
    viewer: Viewer,
    today: date,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
) -> list[Discrepancy]:
    """All that the viewer may see, by what they are, the earliest documents first."""
    trade = load_trade(session, viewer, as_of=as_of, on=on)
    contracts = load_contracts(session, trade, as_of=as_of)
    orders = trade.orders()
    bills, together = _bills(trade, orders)
    credits = _credits(trade, orders, bills)
    sums = trade.of_kinds(ORDER, RESPONSE, INVOICE, CREDIT)
    nets = nets_of(session, {one.version_id: one.id for one in sums}, as_of)
    sight = _Sight(trade, contracts, orders, bills, credits, together, nets, today)
    finders = (_after_expiry, _over_order, _over_contract, _not_billed, _without_contract)
    return [one for find in finders for one in find(sight)]


def _bills(
    trade: Trade, orders: Mapping[int, frozenset[int]]
) -> tuple[dict[int, dict[int, Link]], frozenset[int]]:
    bills: dict[int, dict[int, Link]] = defaultdict(dict)
    together = set()
    for invoice in trade.of_kinds(INVOICE):
        billed = set()
        for link in trade.up.get(invoice.id, ()):
            for order in orders.get(link.target, ()) if link.relation == "bills" else ():
                bills[order].setdefault(invoice.id, link)
                billed.add(order)
        if len(billed) > 1:
            together.add(invoice.id)
    return bills, frozenset(together)


def _credits(
    trade: Trade,
    orders: Mapping[int, frozenset[int]],
    bills: Mapping[int, Mapping[int, Link]],
) -> dict[int, set[int]]:
    """By order its credit notes: of its invoices, or such as name the order itself."""
    billed: dict[int, set[int]] = defaultdict(set)
    for order, invoices in bills.items():
        for invoice in invoices:
            billed[invoice].add(order)
    found: dict[int, set[int]] = defaultdict(set)
    for credit in trade.of_kinds(CREDIT):
        targets = {link.target for link in trade.up.get(credit.id, ())}
        of_invoices = {order for one in targets for order in billed.get(one, ())}
        of_orders = {order for one in targets for order in orders.get(one, ())}
        for order in of_invoices or of_orders:
            found[order].add(credit.id)
    return found


def _after_expiry(sight: _Sight) -> Iterator[Discrepancy]:
    """Invoices dated after the end of every contract under which they or their orders stand."""
    trade = sight.trade
    ordered: dict[int, set[int]] = defaultdict(set)
    for order, invoices in sight.bills.items():
        for bill in invoices:
            ordered[bill].add(order)
    for invoice in trade.of_kinds(INVOICE):
        under = trade.contracts_of(invoice.id)
        for order in sorted(ordered[invoice.id]):
            under = trade.contracts_of(order) | under
        named = [one for contract in under if (one := sight.contracts.get(contract))]
        if named and invoice.date and all(one.is_over(invoice.date) for one in named):
            last = max(named, key=lambda one: one.ends)
            yield Discrepancy(
                AFTER_EXPIRY, invoice, (last.document, *last.amendments), invoice.date, last.ends,
                (under[last.document.id].view,),
            )  # fmt: skip


def _over_order(sight: _Sight) -> Iterator[Discrepancy]:
    """Orders of which more is billed than was ordered, less what was credited."""
    documents = sight.trade.documents
    for order in sorted(sight.bills):
        ordered, invoices = documents[order], sight.bills[order]
        bills = [documents[one] for one in sorted(invoices)]
        credits = [documents[one] for one in sorted(sight.credits.get(order, ()))]
        if sight.together.intersection(invoices):
            continue
        most = sight.sum_of(ordered)
        billed, credited = ([sight.sum_of(one) for one in some] for some in (bills, credits))
        compared = compare(most, billed, credited)
        if compared.state == MORE:
            is_net = compared.by == NET
            came_to = _total(billed, is_net=is_net) - _total(credited, is_net=is_net)
            allowed = _total([most], is_net=is_net)
            yield Discrepancy(
                OVER_ORDER, ordered, (*bills, *credits), _sum(most.currency, came_to),
                _sum(most.currency, allowed), tuple(link.view for link in invoices.values()),
            )  # fmt: skip


def _total(papers: Iterable[Sum], *, is_net: bool) -> Decimal:
    """What they come to together: without tax as far as they say that, or as it is written."""
    amounts = (one.net if is_net and one.net is not None else one.written for one in papers)
    return sum((one for one in amounts if one is not None), Decimal())


def _sum(currency: str, amount: Decimal) -> str:
    return f"{figure(amount)} {currency}".strip()


def _over_contract(sight: _Sight) -> Iterator[Discrepancy]:
    """Contracts under which more is ordered than the greatest sum that they or amendments say."""
    under: dict[int, dict[int, Link]] = defaultdict(dict)
    for order in sorted({one for orders in sight.orders.values() for one in orders}):
        for framework, link in sight.trade.contracts_of(order).items():
            under[framework][order] = link
    for number in sorted(under):
        contract = sight.contracts.get(number)
        said = [] if contract is None else [contract.document, *contract.amendments]
        amounts = [one.amount for one in said if one.amount]
        if not amounts:
            continue
        currency = amounts[0][0]
        orders = [sight.trade.documents[one] for one in under[number]]
        ordered = [one for one in orders if one.amount and one.amount[0] == currency]
        total = sum((one.amount[1] for one in ordered if one.amount), Decimal())
        most = max(amount for code, amount in amounts if code == currency)
        if total > most + ROUNDED:
            yield Discrepancy(
                OVER_CONTRACT, said[0], tuple(ordered), _sum(currency, total),
                _sum(currency, most), tuple(under[number][one.id].view for one in ordered),
            )  # fmt: skip


def _not_billed(sight: _Sight) -> Iterator[Discrepancy]:
    """Deliveries of more than a month ago that no invoice bills, nor their orders."""
    last = (sight.today - timedelta(days=BILLED_WITHIN_DAYS)).isoformat()
    trade = sight.trade
    billed = {  # orders that are not there
        number.casefold()
        for (paper, relation), number in trade.absent.items()
        if relation == "bills" and trade.kind(paper) == INVOICE
    }
    for delivery in trade.of_kinds("delivery-note"):
        orders = sorted(sight.orders.get(delivery.id, ()))
        directly = any(
            link.relation == "bills" and trade.kind(link.source) == INVOICE
            for link in trade.down.get(delivery.id, ())
        )
        is_doubtful = any((delivery.id, one) in trade.doubtful for one in ("delivers", "confirms"))
        if delivery.day > last or directly or is_doubtful:
            continue
        absent = trade.absent.get((delivery.id, "delivers"), "").casefold()
        if absent in billed or any(sight.bills.get(order) for order in orders):
            continue
        links = [link for link in trade.up.get(delivery.id, ()) if link.relation == "delivers"]
        yield Discrepancy(
            NOT_BILLED, delivery, tuple(trade.documents[order] for order in orders), delivery.day,
            because=tuple(link.view for link in links),
        )  # fmt: skip


def _without_contract(sight: _Sight) -> Iterator[Discrepancy]:
    """Orders that stand under no contract that is there, nor do their confirmations."""
    trade = sight.trade
    covered = {
        order
        for paper, orders in sight.orders.items()
        if trade.contracts_of(paper) or (paper, "under") in trade.doubtful
        for order in orders
    }
    for order in trade.of_kinds(ORDER):
        if order.number and order.id not in covered:  # a list of orders bears no number
            absent = trade.absent.get((order.id, "under"), "")
            yield Discrepancy(WITHOUT_CONTRACT, order, allowed=absent)


def discrepancies(session: Session, asked: Asked) -> Sequence[Row]:
    """All of them as rows, with the reason where somebody explained one away."""
    found = find_discrepancies(
        session, asked.viewer, asked.today, as_of=asked.as_of, on=asked.on
    )  # fmt: skip
    reasons = reasons_of(session, WHATS, asked.as_of)
    return [
        (
            one.what, file_number(one.document.id), one.document.number,
            "; ".join(one.document.parties), one.document.date or None,
            _numbers(one.against), one.found or None, one.allowed or None, reasons.get(one.item),
        )
        for one in found
    ]  # fmt: skip


def _numbers(documents: Iterable[TradeDocument]) -> str | None:
    return "; ".join(file_number(one.id) for one in documents) or None
