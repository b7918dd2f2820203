"""The page of a chain: a contract, its orders, what bills each, and what does not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.document_address import place_of
from api.pages.frame import show
from api.pages.registers import page_of, pager
from api.pages.things import document_thing
from api.parameters import DocumentId, SessionDep, ViewerDep
from archive.access import Viewer
from archive.chain import CREDIT
from archive.chain_compared import NET, STATES
from archive.chain_sums import Wish, chain_of
from archive.documents import by_file_number, load_views
from archive.records import file_number
from archive.times import parse_day, parse_moment
from web.address import Address
from web.views.chain import ChainPage, OrderRow, Paper, Sums
from web.views.common import Amount, Choice, Source, Thing

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 50
#: Kinds of documents from whose page a chain is asked for.
KINDS: Final = frozenset(
    {
        "contract", "amendment", "purchase-order", "order-response", "delivery-note", "invoice",
        "credit-note",
    }
)  # fmt: skip


@router.get("/documents/{document}/chain", name="chain_page")
def chain_page(
    request: Request, document: DocumentId, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The orders of a contract, or of the chain that a paper of trade is in."""
    asked = dict(parse_qsl(request.url.query))
    number = page_of(asked.get("page", "1"))
    as_of, on, state = (asked.get(name, "") for name in ("as_of", "on", "state"))
    wish = Wish(
        parse_moment(as_of) if as_of else None,
        parse_day(on) if on else None,
        state or None,
        ON_A_PAGE,
        (number - 1) * ON_A_PAGE,
    )
    found_id = by_file_number(session, viewer, document)
    found = chain_of(session, viewer, found_id, wish)
    address = Address(f"/documents/{file_number(found_id)}/chain").having(
        state=state, as_of=as_of, on=on
    )
    page = ChainPage(
        thing=_thing_of(session, viewer, found_id),
        contracts=tuple(map(_thing, found["contracts"])),
        orders=tuple(map(_order, found["orders"])),
        total=found["total"],
        sums=_all_sums(found["sums"]),
        states=_states(found["states"], address, state),
        without_order=tuple(_paper(line, bills=line["bills"]) for line in found["without_order"]),
        json_href=f"/api/v1{address}",
        as_of=as_of,
        on=on,
        pager=pager(address, number, found["total"], ON_A_PAGE),
    )
    return show(request, page, session)


def _thing_of(session: Session, viewer: Viewer, document: int) -> Thing:
    (view,) = load_views(session, viewer, ids=[document])
    return document_thing(document, view.version)


def _thing(line: Mapping[str, Any]) -> Thing:
    number = line["document"]
    return Thing(
        line["kind"] or "other",
        line["number"] or number,
        f"/documents/{number}",
        line["title"] or "",
    )


def _total(line: Mapping[str, Any]) -> Amount | None:
    """A credit note says its total with a minus or without; the page has one before it always."""
    total: str = line["total"] or ""
    if line["kind"] == CREDIT:
        total = total.removeprefix("-")
    return Amount(total, line["currency"] or "") if total else None


def _sums(line: Mapping[str, Any], *, net: bool = False) -> Sums:
    """In one currency: as written, or without tax."""
    parts, figures = ("ordered", "billed", "credited", "balance"), line["net"] if net else line
    return Sums(*(Amount(figures[name], line["currency"]) for name in parts), is_net=net)


def _all_sums(lines: Sequence[Mapping[str, Any]]) -> tuple[Sums, ...]:
    """Each as written, and behind it without tax where that is known and another."""
    found = []
    for line in lines:
        found.append(_sums(line))
        if line["net"] and any(line["net"][name] != line[name] for name in line["net"]):
            found.append(_sums(line, net=True))
    return tuple(found)


def _source(line: Mapping[str, Any]) -> Source | None:
    because = line["because"]
    if because is None:
        return None
    place = place_of(line["document"], because["page"], because["start"], because["end"])
    return Source(
        place if because["page"] else "", page=because["page"], quote=because["quote"],
        where=because["where"],
    )  # fmt: skip


def _paper(line: Mapping[str, Any], bills: list[str] | None = None) -> Paper:
    return Paper(
        thing=_thing(line),
        date=line["date"],
        total=_total(line),
        is_credit=line["kind"] == CREDIT,
        relation=line["because"]["relation"] if line["because"] else "",
        source=_source(line),
        bills=tuple(bills or ()),
    )


def _order(line: Mapping[str, Any]) -> OrderRow:
    return OrderRow(
        thing=_thing(line),
        state=line["state"],
        date=line["date"],
        total=_total(line),
        sums=tuple(
            _sums(one, net=line["compared"] == NET and bool(one["net"])) for one in line["sums"]
        ),
        compared=line["compared"] or "",
        source=_source(line),
        papers=tuple(map(_thing, line["papers"])),
        invoices=tuple(map(_paper, [*line["invoices"], *line["credits"]])),
    )


def _states(counts: Mapping[str, int], address: Address, chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=state,
            label="",
            href=str(address.having(state="" if state == chosen else state)),
            is_chosen=state == chosen,
            count=counts[state],
        )
        for state in STATES
        if state in counts
    )
