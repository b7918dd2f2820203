"""What is around an order: a few things, or as many as are drawn."""

from __future__ import annotations

from dataclasses import replace

from archive.vocabulary import KINDS, RELATIONS
from tests.web_examples.story import ORDER, PRODUCT
from web.graph_drawing import Dot, draw
from web.views.common import Choice, Pager, Source, Thing
from web.views.graph import GraphPage, Step


def dots(count: int) -> list[Dot]:
    """The order, with `count` things around it: most cite it, some are further away."""
    found = [Dot(ORDER), Dot(PRODUCT, 0, "concerns", True, None)]
    for number in range(1, count):
        kind = KINDS[number % len(KINDS)]
        text = f"{kind.upper()}-2024-{number}" if number % 5 == 0 else f"{number:04}-{number % 7}"
        thing = Thing(kind, text, f"/documents/D-{number:06}", f"A paper with a title, {number}")
        parent = 0 if number < count * 2 / 3 else number // 2
        relation = RELATIONS[number % len(RELATIONS)]
        found.append(Dot(thing, parent, relation, number % 4 == 0, f"2024-01-{number % 28 + 1:02}"))
    return found


def graph_page(count: int) -> GraphPage:
    nodes = dots(count)
    source = Source("/documents/D-000977?page=1&mark=1-4#mark", page=1, quote="ref PO 2024-113")
    steps = tuple(
        Step(one.thing, ORDER, one.relation, 1, one.is_outward, one.thing.title, one.date, source)
        for one in nodes[1:]
    )
    return GraphPage(
        thing=ORDER,
        depths=tuple(
            Choice(str(depth), "", f"/documents/D-000412/graph?depth={depth}", depth == 2)
            for depth in (1, 2, 3)
        ),
        drawing=draw(nodes, [(2, 5, "cites"), (3, 9, "bills"), (7, 1, "about")]),
        rounds=(steps[:15], tuple(replace(one, depth=2) for one in steps[15:25])),
        types=tuple(sorted({one.thing.type for one in nodes})),
        registers=("product",),
        total=count,
        left_out=12 if count > 100 else 0,
        json_href="/api/v1/documents/D-000412/graph",
        pager=Pager(1, 25, count, next_href="?page=2") if count > 25 else None,
        trail_href="/trail?seed=D-000412",
    )
