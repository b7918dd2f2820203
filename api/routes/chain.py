"""Contract, orders, invoices: what hangs together in trade, with its sums."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.answers_views import ChainTold
from api.parameters import DocumentId, Paging, SessionDep, Then, ViewerDep
from archive.chain_sums import Wish, chain_of
from archive.documents import by_file_number

router = APIRouter(prefix="/api/v1", tags=["documents"])


class WantedChain(Paging, Then):
    """Which orders of the chain are wanted: those of a state, a part of them."""

    state: Annotated[str, Field(max_length=20)] | None = None


@router.get("/documents/{document}/chain", response_model=ChainTold, name="get_chain")
def get_chain(
    document: DocumentId,
    wanted: Annotated[WantedChain, Query()],
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """The orders under a contract with what bills each, by currency; what does not agree is marked.

    Asked for at an order, an invoice or another paper of trade, it is the chain that this is in.
    """
    wish = Wish(wanted.moment, wanted.on, wanted.state, wanted.limit, wanted.offset)
    return chain_of(session, viewer, by_file_number(session, viewer, document), wish)
