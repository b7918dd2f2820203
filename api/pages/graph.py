"""The page of what is around a document: a picture made here, and the same as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.document_address import place_of
from api.pages.document_view import trail_href
from api.pages.frame import show
from api.pages.registers import page_of, pager
from api.pages.things import Known, load_things
from api.parameters import DocumentId, SessionDep, ViewerDep
from archive.access import Viewer
from archive.documents import by_file_number
from archive.errors import UsageError
from archive.graph import DEEPEST, Graph, Node, Wish, around
from archive.records import file_number
from archive.references import ReferenceView, Target
from archive.times import parse_day, parse_moment
from web.address import Address
from web.graph_drawing import Dot, draw
from web.views.common import Choice, Source
from web.views.graph import GraphPage, Step

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 25  # of the list
DEPTH: Final = 1  # unless the address says otherwise


@router.get("/documents/{document}/graph", name="graph_page")
def graph_page(
    request: Request, document: DocumentId, session: SessionDep, viewer: ViewerDep
) -> Response:
    """What is one, two or three steps away from a document."""
    asked = dict(parse_qsl(request.url.query))
    as_of, on = asked.get("as_of", ""), asked.get("on", "")
    found = by_file_number(session, viewer, document)
    wish = Wish(
        _depth(asked.get("depth") or str(DEPTH)),
        as_of=parse_moment(as_of) if as_of else None,
        on=parse_day(on) if on else None,
    )
    graph = around(session, viewer, found, wish)
    address = Address(f"/documents/{file_number(found)}/graph").having(
        depth=str(wish.depth) if wish.depth != DEPTH else "", as_of=as_of, on=on
    )
    page = _page(session, viewer, graph, address, page_of(asked.get("page", "1")))
    return show(request, page, session)


def _depth(text: str) -> int:
    if text not in map(str, range(1, DEEPEST + 1)):
        raise UsageError(
            "A picture has 1 to %(most)s steps, not %(depth)r.", most=DEEPEST, depth=text
        )
    return int(text)


def _page(
    session: Session, viewer: Viewer, graph: Graph, address: Address, number: int
) -> GraphPage:
    known = load_things(session, viewer, [node.target for node in graph.nodes])
    nodes = [node for node in graph.nodes if node.target in known]
    seed, asked = nodes[0].target, dict(address.parameters)
    steps = asked.get("depth", str(DEPTH))
    return GraphPage(
        thing=known[seed].thing,
        depths=tuple(
            Choice(
                str(depth),
                "",
                str(address.having(depth=str(depth) if depth != DEPTH else "")),
                str(depth) == steps,
            )
            for depth in range(1, DEEPEST + 1)
        ),
        drawing=draw(_dots(nodes, known), _others(nodes, graph)) if len(nodes) > 1 else None,
        rounds=_rounds(nodes, known, number),
        types=tuple(sorted({known[node.target].thing.type for node in nodes})),
        registers=tuple(sorted({node.target.type for node in nodes} - {"document"})),
        total=len(nodes) - 1,
        left_out=graph.left_out,
        json_href=f"/api/v1{address.having(depth=steps)}",
        trail_href=trail_href(file_number(seed.id)),
        as_of=asked.get("as_of", ""),
        on=asked.get("on", ""),
        pager=pager(address, number, len(nodes) - 1, ON_A_PAGE),
    )


def _dots(nodes: Sequence[Node], known: Mapping[Target, Known]) -> list[Dot]:
    places = {node.target: place for place, node in enumerate(nodes)}
    return [
        Dot(
            thing=known[node.target].thing,
            parent=places[node.parent] if node.parent else None,
            relation=node.because.row.relation if node.because else "",
            is_outward=_is_cited(node),
            date=known[node.target].date,
        )
        for node in nodes
    ]


def _is_cited(node: Node) -> bool:
    """Does the one a step nearer cite it?"""
    return node.because is not None and node.because.target == node.target


def _others(nodes: Sequence[Node], graph: Graph) -> list[tuple[int, int, str]]:
    places = {node.target: place for place, node in enumerate(nodes)}
    return [
        (places[source], places[view.target], view.row.relation)
        for view in graph.others
        if (source := Target("document", view.row.document_id)) in places and view.target in places
    ]


def _rounds(
    nodes: Sequence[Node], known: Mapping[Target, Known], number: int
) -> tuple[tuple[Step, ...], ...]:
    """A part of the list, the nearest first, those of one distance together and by date."""
    ordered = sorted(nodes[1:], key=lambda node: (node.depth, known[node.target].date or "9999"))
    shown = ordered[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    rounds = groupby(shown, key=lambda node: node.depth)
    return tuple(tuple(_line(node, known) for node in ours) for _, ours in rounds)


def _line(node: Node, known: Mapping[Target, Known]) -> Step:
    assert node.because is not None
    assert node.parent is not None
    it = known[node.target]
    return Step(
        thing=it.thing,
        other=known[node.parent].thing,
        relation=node.because.row.relation,
        depth=node.depth,
        is_inbound=_is_cited(node),
        title=it.title,
        date=it.date,
        source=_source(node.because),
    )


def _source(view: ReferenceView) -> Source | None:
    row = view.row
    if row.quote is None:
        return None
    place = place_of(file_number(row.document_id), row.page, row.start, row.end)
    return Source(place if row.page else "", row.origin, row.page, row.quote, row.where)
