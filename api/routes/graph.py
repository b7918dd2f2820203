"""What is around a document."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.answers_views import GraphTold
from api.parameters import DocumentId, SessionDep, Then, ViewerDep
from archive.documents import by_file_number
from archive.graph import DEEPEST, MOST_NODES, Wish, around, told

router = APIRouter(prefix="/api/v1", tags=["documents"])


class WantedGraph(Then):
    """How far from the document, and how many things at most."""

    depth: Annotated[int, Field(ge=1, le=DEEPEST)] = 1
    limit: Annotated[int, Field(ge=1, le=MOST_NODES)] = MOST_NODES


@router.get("/documents/{document}/graph", response_model=GraphTold, name="get_graph")
def get_graph(
    document: DocumentId,
    wanted: Annotated[WantedGraph, Query()],
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """The documents and entries around a document, the nearest first, and how they cite each other.

    Parties are left out: everything names them. Lists are there and not followed.
    """
    wish = Wish(wanted.depth, wanted.limit, wanted.moment, wanted.on)
    graph = around(session, viewer, by_file_number(session, viewer, document), wish)
    return told(session, graph, wish)
