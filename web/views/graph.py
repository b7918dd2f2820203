"""What is around a document: a picture, and the same as a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.graph_drawing import GraphDrawing
from web.views.common import Choice, Pager, Source, Thing


@dataclass(frozen=True, slots=True)
class Step:
    """A document or entry of the list, and the reference by which it is reached."""

    thing: Thing
    other: Thing  # the one that it hangs on, a step nearer
    relation: str
    depth: int
    is_inbound: bool = False  # `other` cites this one
    title: str = ""
    date: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class GraphPage:
    """GET /documents/{D}/graph?depth=&as_of=&on=&page= (of the list)"""

    template: ClassVar[str] = "graph.html"
    thing: Thing  # the document in the middle
    depths: tuple[Choice, ...]
    drawing: GraphDrawing | None  # None where nothing is around it
    rounds: tuple[tuple[Step, ...], ...] = ()  # a part of the list, by steps
    types: tuple[str, ...] = ()  # kinds and registers in the picture, for the legend
    registers: tuple[str, ...] = ()  # those of them that are registers
    total: int = 0
    left_out: int = 0
    json_href: str = ""
    trail_href: str = ""
    as_of: str = ""
    on: str = ""
    pager: Pager | None = None
