"""Holds of the matters that one is in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.finding_all import searching_of
from api.matter_answers import ChangedHold, HeldTold, HoldsTold, HoldTold, NewHold
from api.parameters import Paging, PagingDep, RowId, ServicesDep, ViewerDep
from archive import holding, matters

router = APIRouter(prefix="/api/v1/holds", tags=["matters"])


class WantedHolds(Paging):
    """Those of one matter, or of all that one is in."""

    matter: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


@router.get("", response_model=HoldsTold, name="list_holds")
def list_holds(
    wanted: Annotated[WantedHolds, Query()], services: ServicesDep, viewer: ViewerDep
) -> Any:
    """The holds of the matters that one is in."""
    with services.database.write() as session:
        at = services.clock()
        if wanted.matter:
            matters.enter(session, viewer, wanted.matter, "holds", at)
        found = holding.list_holds(
            session, viewer, matter_id=wanted.matter or 0, limit=wanted.limit, offset=wanted.offset
        )
        matters.note_listed(session, viewer, (one.matter for one in found.items), "holds", at)
        return found


@router.post("", status_code=201, response_model=HoldTold, name="place_hold")
def place(said: NewHold, services: ServicesDep, viewer: ViewerDep) -> Any:
    """Place a hold in a matter."""
    with services.database.write() as session:
        at = services.clock()
        matters.enter(session, viewer, said.matter, "holds", at)
        made = holding.place(
            session, viewer, said.matter, said.said(), at, searching=searching_of(services)
        )
        return holding.get_hold(session, viewer, made)


@router.get("/{hold}", response_model=HoldTold, name="get_hold")
def get_hold(hold: RowId, services: ServicesDep, viewer: ViewerDep) -> Any:
    """One hold. That it was looked at is recorded, as with its matter."""
    with services.database.write() as session:
        return holding.enter(session, viewer, hold, services.clock())


@router.patch("/{hold}", response_model=HoldTold, name="change_hold")
def change(hold: RowId, said: ChangedHold, services: ServicesDep, viewer: ViewerDep) -> Any:
    """Release a hold, or look again at what it covers by now."""
    with services.database.write() as session:
        at = services.clock()
        holding.enter(session, viewer, hold, at)
        if said.act == "release":
            holding.release(session, viewer, hold, said.reason, at)
        else:
            holding.look_again(session, viewer, hold, at, searching=searching_of(services))
        return holding.get_hold(session, viewer, hold)


@router.get("/{hold}/documents", response_model=HeldTold, name="list_held_documents")
def list_documents(hold: RowId, paging: PagingDep, services: ServicesDep, viewer: ViewerDep) -> Any:
    """The documents that it covered when it was last looked at."""
    with services.database.write() as session:
        holding.enter(session, viewer, hold, services.clock())
        return holding.documents_of(session, viewer, hold, limit=paging.limit, offset=paging.offset)
