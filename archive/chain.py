"""Chains: a contract, the orders under it, the invoices and credit notes that bill each.

Which papers belong together is said by references alone, as the viewer sees them: an order stands
*under* a contract, an invoice *bills* an order, its confirmation or its delivery note, a credit
note *credits* an invoice. What does not agree is marked, never decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import DocumentView, current_versions, load_views
from archive.references import ReferenceView, Target, incoming_of, outgoing

CONTRACTS: Final = frozenset({"contract", "amendment"})
ORDER, RESPONSE, INVOICE, CREDIT = "purchase-order", "order-response", "invoice", "credit-note"
PAPERS: Final = frozenset({RESPONSE, "delivery-note"})  # of an order; an invoice may name them
#: From a paper to what it belongs to, for chains asked for at an invoice or a delivery note.
UPWARDS: Final = frozenset({"under", "bills", "credits", "confirms", "delivers", "amends"})
MOST_STEPS: Final = 4  # credit note, invoice, delivery note, confirmation, order


@dataclass(frozen=True, slots=True)
class Links:
    """References both ways, as one viewer sees them at one time."""

    session: Session
    viewer: Viewer
    as_of: datetime | None = None
    on: date | None = None

    def views(self, ids: Iterable[int]) -> dict[int, DocumentView]:
        """Those of the documents that there are, by id."""
        found = load_views(
            self.session, self.viewer, ids=sorted(set(ids)), as_of=self.as_of, on=self.on
        )
        return {view.document.id: view for view in found}

    def into(self, ids: Collection[int]) -> list[ReferenceView]:
        """References that lead to one of the documents."""
        targets = [Target("document", one) for one in sorted(ids)]
        found = incoming_of(self.session, self.viewer, targets, as_of=self.as_of, on=self.on)
        return [view for view in found if view.status == "resolved"]

    def out_of(self, ids: Collection[int]) -> list[ReferenceView]:
        """References out of the documents' current versions, whatever they reach."""
        versions = current_versions(
            self.session, self.viewer, ids=sorted(ids), as_of=self.as_of, on=self.on
        )
        return outgoing(self.session, self.viewer, version_ids=versions, as_of=self.as_of)


@dataclass(slots=True)
class Chain:
    """What hangs together, by ids of documents."""

    contracts: set[int] = field(default_factory=set)
    orders: set[int] = field(default_factory=set)
    papers: dict[int, set[int]] = field(default_factory=dict)  # the orders of each
    invoices: dict[int, set[int]] = field(default_factory=dict)  # the orders of each
    credits: dict[int, set[int]] = field(default_factory=dict)  # the invoices of each
    order_credits: dict[int, set[int]] = field(default_factory=dict)  # the orders of the others
    views: dict[int, DocumentView] = field(default_factory=dict)  # of all that was looked at
    because: dict[int, ReferenceView] = field(default_factory=dict)  # why a document is in

    def kind(self, document: int) -> str:
        """The kind of a document that was looked at."""
        view = self.views.get(document)
        return (view.version.kind or "") if view else ""

    def order_papers(self) -> dict[int, set[int]]:
        """All by which an order may be named, with the orders that are meant."""
        return {order: {order} for order in self.orders} | self.papers


def follow(links: Links, document: int) -> Chain:
    """The chain that a document stands in: of the contract, or of the orders that it belongs to."""
    chain = Chain(views=links.views([document]))
    _begin(links, chain, document)
    is_whole = not chain.orders
    if is_whole:
        _contracts_below(links, chain)
        _orders_below(links, chain)
    else:
        above = [view for view in links.out_of(chain.orders) if view.row.relation == "under"]
        chain.contracts = _kept(links, chain, _ends(above), CONTRACTS)
    _papers(links, chain)
    _invoices(links, chain)
    _credits(links, chain)
    if is_whole:
        _without_order(links, chain)
    if chain.kind(document) == INVOICE:
        chain.invoices.setdefault(document, set())
    return chain


def _begin(links: Links, chain: Chain, document: int) -> None:
    """Climb to the orders or contracts that the document belongs to; else it stands alone."""
    frontier = {document}
    for _ in range(MOST_STEPS):
        chain.orders |= {one for one in frontier if chain.kind(one) == ORDER}
        chain.contracts |= {one for one in frontier if chain.kind(one) == "contract"}
        if chain.orders or chain.contracts or not frontier:
            break
        above = [view for view in links.out_of(frontier) if view.row.relation in UPWARDS]
        frontier = _kept(links, chain, _ends(above), None) - frontier
    if chain.orders:
        chain.contracts = set()
    elif not chain.contracts and chain.kind(document) in CONTRACTS:
        chain.contracts = {document}
    elif not chain.contracts and chain.kind(document) == RESPONSE:
        chain.orders = {document}


def _ends(views: Iterable[ReferenceView]) -> set[int]:
    """The documents that references lead to."""
    return {view.target.id for view in views if view.target and view.target.type == "document"}


def _kept(
    links: Links, chain: Chain, ids: Iterable[int], kinds: Collection[str] | None
) -> set[int]:
    """Those of the documents that are of these kinds; all are remembered with what they say."""
    wanted = set(ids)
    chain.views |= links.views(wanted - chain.views.keys())
    return {one for one in wanted & chain.views.keys() if kinds is None or chain.kind(one) in kinds}


def _sources(
    links: Links, chain: Chain, into: Collection[int], kinds: Collection[str]
) -> list[tuple[int, ReferenceView]]:
    """Documents of these kinds that cite one of `into`, with the reference that does."""
    views = links.into(into)
    kept = _kept(links, chain, (view.row.document_id for view in views), kinds)
    return [(view.row.document_id, view) for view in views if view.row.document_id in kept]


def _contracts_below(links: Links, chain: Chain) -> None:
    """Contracts under a framework contract, and what amends them."""
    frontier = set(chain.contracts)
    while frontier:
        found = {
            source
            for source, view in _sources(links, chain, frontier, CONTRACTS)
            if view.row.relation in ("under", "amends")
        }
        frontier = found - chain.contracts
        chain.contracts |= found


def _orders_below(links: Links, chain: Chain) -> None:
    """Orders under the contracts. A list of orders bears no number: it is none.

    A confirmation under a contract stands for the order where that one is not there.
    """
    confirmations: set[int] = set()
    for source, view in _sources(links, chain, chain.contracts, (ORDER, RESPONSE)):
        if view.row.relation != "under" or not chain.views[source].version.own_number:
            continue
        chain.because.setdefault(source, view)
        (chain.orders if chain.kind(source) == ORDER else confirmations).add(source)
    of_orders = {
        view.row.document_id
        for view in links.out_of(confirmations)
        if view.row.relation == "confirms" and view.target
    }
    chain.orders |= confirmations - of_orders


def _papers(links: Links, chain: Chain) -> None:
    """Confirmations and delivery notes of the orders; delivery notes of the confirmations."""
    above = {order: {order} for order in chain.orders}
    for _ in range(2):
        found: dict[int, set[int]] = defaultdict(set)
        for source, view in _sources(links, chain, above.keys(), PAPERS):
            if view.row.relation in ("confirms", "delivers") and source not in chain.orders:
                found[source] |= above[view.target.id] if view.target else set()
        for paper, orders in found.items():
            chain.papers.setdefault(paper, set()).update(orders)
        above = found


def _invoices(links: Links, chain: Chain) -> None:
    """What bills an order or a paper of it."""
    of = chain.order_papers()
    for source, view in _sources(links, chain, of.keys(), (INVOICE,)):
        if view.row.relation == "bills" and view.target:
            chain.invoices.setdefault(source, set()).update(of[view.target.id])
            chain.because.setdefault(source, view)


def _without_order(links: Links, chain: Chain) -> None:
    """What names the contract and no order that is there."""
    for source, view in _sources(links, chain, chain.contracts, (INVOICE, CREDIT)):
        if source not in chain.credits:
            places = chain.invoices if chain.kind(source) == INVOICE else chain.order_credits
            places.setdefault(source, set())
            chain.because.setdefault(source, view)


def _credits(links: Links, chain: Chain) -> None:
    """Credit notes: to their invoice, else to the order that they name."""
    for source, view in _sources(links, chain, chain.invoices.keys(), (CREDIT,)):
        if view.target:
            chain.credits.setdefault(source, set()).add(view.target.id)
            chain.because.setdefault(source, view)
    of = chain.order_papers()
    for source, view in _sources(links, chain, of.keys(), (CREDIT,)):
        if view.target and source not in chain.credits:
            chain.order_credits.setdefault(source, set()).update(of[view.target.id])
            chain.because.setdefault(source, view)
