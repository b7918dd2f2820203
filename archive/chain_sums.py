"""A chain with its sums: what was ordered, billed and credited, by currency, and what differs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.chain import Chain, Links, follow
from archive.errors import UsageError
from archive.exports import tell_references
from archive.records import file_number, moment

#: What is said of an order's total and of those that bill it.
AGREES, MORE, LESS = "agrees", "more", "less"
NOT_BILLED, TOGETHER, UNKNOWN = "not-billed", "together", "unknown"
STATES: Final = (AGREES, MORE, LESS, NOT_BILLED, TOGETHER, UNKNOWN)
ROUNDED: Final = Decimal("0.50")  # totals may be rounded to whole units of the currency


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
    state_of = {order: _state(chain, order) for order in chain.orders}
    chosen = [one for one in chain.orders if wish.state in (None, state_of[one])]
    shown = _by_date(chain, chosen)[wish.offset : wish.offset + wish.limit]
    credits = chain.credits.keys() | chain.order_credits.keys()
    quotes = _quotes(session, chain, wish.as_of)
    return {
        "document": file_number(document),
        "contracts": [_told(chain, one) for one in _by_date(chain, chain.contracts)],
        "orders": [_order(chain, one, state_of[one], quotes) for one in shown],
        "total": len(chosen),
        "states": {name: count for name, count in Counter(state_of.values()).items() if count},
        "sums": _sums(chain, chain.orders, chain.invoices, credits),
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


def _amount(chain: Chain, document: int) -> tuple[str, Decimal] | None:
    """(currency, total); a credit note says its total with or without a minus: it counts as one."""
    version = chain.views[document].version
    if version.total is None:
        return None
    total = Decimal(version.total)
    is_credit = document in chain.credits or document in chain.order_credits
    return version.currency or "", abs(total) if is_credit else total


def _of_order(chain: Chain, order: int) -> tuple[list[int], list[int]]:
    """The invoices of an order, and the credit notes."""
    invoices = [one for one, orders in chain.invoices.items() if order in orders]
    credits = [one for one, of in chain.credits.items() if of & set(invoices)]
    credits += [one for one, orders in chain.order_credits.items() if order in orders]
    return _by_date(chain, invoices), _by_date(chain, credits)


def _state(chain: Chain, order: int) -> str:
    """Does the order's total agree with what bills it, before or after what was credited?"""
    invoices, credits = _of_order(chain, order)
    if not invoices:
        return NOT_BILLED
    if any(len(chain.invoices[one]) > 1 for one in invoices):
        return TOGETHER
    ordered = _amount(chain, order)
    amounts = [_amount(chain, one) for one in (*invoices, *credits)]
    if ordered is None or any(one is None or one[0] != ordered[0] for one in amounts):
        return UNKNOWN
    figures = [one[1] for one in amounts if one]
    billed, credited = sum(figures[: len(invoices)]), sum(figures[len(invoices) :])
    if min(abs(billed - ordered[1]), abs(billed - credited - ordered[1])) <= ROUNDED:
        return AGREES
    return MORE if billed - credited > ordered[1] else LESS


def _sums(
    chain: Chain, orders: Iterable[int], invoices: Iterable[int], credits: Iterable[int]
) -> list[dict[str, str]]:
    """By currency what was ordered, billed and credited; each document counts once."""
    parts = {"ordered": orders, "billed": invoices, "credited": credits}
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(parts, Decimal()))
    for name, documents in parts.items():
        for document in documents:
            if amount := _amount(chain, document):
                found[amount[0]][name] += amount[1]
    return [
        {
            "currency": currency,
            **{name: _figure(value) for name, value in found[currency].items()},
            "balance": _figure(found[currency]["billed"] - found[currency]["credited"]),
        }
        for currency in sorted(found)
    ]


def _figure(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.01")) if value == round(value, 2) else value, "f")


def _order(
    chain: Chain, order: int, state: str, quotes: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    invoices, credits = _of_order(chain, order)
    papers = [one for one, orders in chain.papers.items() if order in orders]
    return {
        **_told(chain, order, quotes),
        "state": state,
        "sums": _sums(chain, [order], invoices, credits),
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
