"""A chain with its sums: what was ordered, billed and credited, by currency, and what differs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.chain import Chain, Links, follow
from archive.chain_compared import NOT_BILLED, STATES, TOGETHER, Compared, Sum, compare
from archive.errors import UsageError
from archive.exports import tell_references
from archive.records import file_number, moment
from archive.then import facts_then


@dataclass(frozen=True, slots=True)
class Wish:
    """Which orders of a chain are wanted, and of which time."""

    as_of: datetime | None = None
    on: date | None = None
    state: str | None = None
    limit: int = 50
    offset: int = 0


def chain_of(session: Session, viewer: Viewer, document: int, wish: Wish) -> dict[str, Any]:
    """The chain of a document in the fields of the API. Sums and counts are of all its orders.

    Raises `UsageError` for a state that is none.
    """
    if wish.state is not None and wish.state not in STATES:
        raise UsageError(
            "There is no state %(state)r; use one of %(known)s.",
            state=wish.state,
            known=", ".join(STATES),
        )
    links = Links(session, viewer, wish.as_of, wish.on)
    chain = follow(links, document)
    versions = {view.version.id: document for document, view in chain.views.items()}
    sums = _Sums(chain, nets_of(session, versions, wish.as_of))
    compared = {order: sums.compared(order) for order in chain.orders}
    state_of = {order: one.state for order, one in compared.items()}
    chosen = [one for one in chain.orders if wish.state in (None, state_of[one])]
    shown = _by_date(chain, chosen)[wish.offset : wish.offset + wish.limit]
    credits = chain.credits.keys() | chain.order_credits.keys()
    quotes = _quotes(session, chain, wish.as_of)
    return {
        "document": file_number(document),
        "contracts": [_told(chain, one) for one in _by_date(chain, chain.contracts)],
        "orders": [_order(sums, one, compared[one], quotes) for one in shown],
        "total": len(chosen),
        "states": {name: count for name, count in Counter(state_of.values()).items() if count},
        "sums": sums.of(chain.orders, chain.invoices, credits),
        "without_order": _without_order(links, chain, quotes),
        "as_of": moment(wish.as_of),
        "on": wish.on.isoformat() if wish.on else None,
    }


def _by_date(chain: Chain, documents: Iterable[int]) -> list[int]:
    """By date, then number; what has no date last."""

    def key(document: int) -> tuple[str, str, int]:
        version = chain.views[document].version
        return (version.date or "9999", version.own_number or "", document)

    return sorted(documents, key=key)


@dataclass(frozen=True, slots=True)
class _Sums:
    """A chain with what its papers come to; `nets` without tax, by document."""

    chain: Chain
    nets: Mapping[int, Decimal]

    def of_paper(self, document: int) -> Sum:
        """A credit note says its total with or without a minus: it counts as one."""
        version = self.chain.views[document].version
        total = None if version.total is None else Decimal(version.total)
        net = self.nets.get(document)
        if document in self.chain.credits or document in self.chain.order_credits:
            total, net = (None if one is None else abs(one) for one in (total, net))
        return Sum(version.currency or "", total, net)

    def compared(self, order: int) -> Compared:
        """How an order stands."""
        invoices, credits = _of_order(self.chain, order)
        if not invoices:
            return Compared(NOT_BILLED)
        if any(len(self.chain.invoices[one]) > 1 for one in invoices):
            return Compared(TOGETHER)
        billed, credited = ([self.of_paper(one) for one in some] for some in (invoices, credits))
        return compare(self.of_paper(order), billed, credited)

    def of(
        self, orders: Iterable[int], invoices: Iterable[int], credits: Iterable[int]
    ) -> list[dict[str, Any]]:
        """By currency what was ordered, billed and credited; each document counts once.

        `net`: the same without tax, where every paper says it.
        """
        parts = {"ordered": orders, "billed": invoices, "credited": credits}
        papers = {name: [self.of_paper(one) for one in some] for name, some in parts.items()}
        told = [one for some in papers.values() for one in some if one.written is not None]
        lines = []
        for currency in sorted({one.currency for one in told}):
            ours = {
                name: [one for one in some if one.currency == currency]
                for name, some in papers.items()
            }
            has_nets = all(one.net is not None for some in ours.values() for one in some)
            nets = {name: [one.net for one in some] for name, some in ours.items()}
            written = {name: [one.written for one in some] for name, some in ours.items()}
            net = _figures(nets) if has_nets else None
            lines.append({"currency": currency, **_figures(written), "net": net})
        return lines


def _figures(parts: Mapping[str, Iterable[Decimal | None]]) -> dict[str, str]:
    sums = {
        name: sum((one for one in some if one is not None), Decimal())
        for name, some in parts.items()
    }
    balance = sums["billed"] - sums["credited"]
    return {name: figure(value) for name, value in (sums | {"balance": balance}).items()}


def _of_order(chain: Chain, order: int) -> tuple[list[int], list[int]]:
    """The invoices of an order, and the credit notes."""
    invoices = [one for one, orders in chain.invoices.items() if order in orders]
    credits = [one for one, of in chain.credits.items() if of & set(invoices)]
    credits += [one for one, orders in chain.order_credits.items() if order in orders]
    return _by_date(chain, invoices), _by_date(chain, credits)


def nets_of(
    session: Session, documents: Mapping[int, int], as_of: datetime | None
) -> dict[int, Decimal]:
    """By document what it comes to without tax. A person's word comes first.

    `documents`: by the version that counts.
    """
    found: dict[int, Decimal] = {}
    for version_id, _, value in facts_then(session, documents, ("net_total",), as_of):
        found.setdefault(documents[version_id], Decimal(value))
    return found


def figure(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.01")) if value == round(value, 2) else value, "f")


def _order(
    sums: _Sums, order: int, compared: Compared, quotes: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    chain = sums.chain
    invoices, credits = _of_order(chain, order)
    papers = [one for one, orders in chain.papers.items() if order in orders]
    return {
        **_told(chain, order, quotes),
        "state": compared.state,
        "compared": compared.by,
        "sums": sums.of([order], invoices, credits),
        "papers": [_told(chain, one) for one in _by_date(chain, papers)],
        "invoices": [_told(chain, one, quotes) for one in invoices],
        "credits": [_told(chain, one, quotes) for one in credits],
    }


def _told(
    chain: Chain, document: int, quotes: dict[int, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """A document of the chain; with `quotes`, where it names the one that it belongs to."""
    version = chain.views[document].version
    line: dict[str, Any] = {
        "document": file_number(document),
        "version": version.number,
        "kind": version.kind,
        "number": version.own_number,
        "title": version.title,
        "date": version.date,
        "currency": version.currency,
        "total": version.total,
    }
    return line if quotes is None else {**line, "because": quotes.get(document)}


def _quotes(session: Session, chain: Chain, as_of: datetime | None) -> dict[int, dict[str, Any]]:
    """By document the words by which it is in the chain."""
    names = ("relation", "identifier", "target", "quote", "page", "start", "end", "where")
    lines = tell_references(session, chain.because.values(), as_of=as_of)
    return {
        document: {name: line[name] for name in names}
        for document, line in zip(chain.because, lines, strict=True)
    }


def _without_order(
    links: Links, chain: Chain, quotes: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Invoices that bill no order that is there, with the numbers that they do bill."""
    alone = [one for one, orders in chain.invoices.items() if not orders]
    alone += [one for one, orders in chain.order_credits.items() if not orders]
    billed: dict[int, list[str]] = defaultdict(list)
    for view in links.out_of(alone):
        if view.row.relation == "bills" and view.status in ("waiting", "ambiguous"):
            billed[view.row.document_id].append(view.row.text or "")
    return [{**_told(chain, one, quotes), "bills": billed[one]} for one in _by_date(chain, alone)]
