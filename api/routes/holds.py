"""Holds of the matters that one is in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.gathering import look_for, place_for
from api.matter_answers import ChangedHold, HeldTold, HoldsTold, HoldTold, NewHold
from api.parameters import Paging, PagingDep, RowId, ServicesDep, SessionDep, ViewerDep
from archive import holding, matters

router = APIRouter(prefix="/api/v1/holds", tags=["matters"])


class WantedHolds(Paging):
    """Those of one matter, or of all that one is in."""

    matter: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


@router.get("", response_model=HoldsTold, name="list_holds")
def list_holds(
    wanted: Annotated[WantedHolds, Query()], services: ServicesDep, session: SessionDep,
    viewer: ViewerDep,
) -> Any:  # fmt: skip
    """The holds of the matters that one is in."""
    at = services.clock()
    if wanted.matter:
        with services.database.write() as writing:
            matters.enter(writing, viewer, wanted.matter, "holds", at)
    found = holding.list_holds(
        session, viewer, matter_id=wanted.matter or 0, limit=wanted.limit, offset=wanted.offset
    )
    with services.database.write() as writing:
        matters.note_listed(writing, viewer, (one.matter for one in found.items), "holds", at)
    return found


@router.post("", status_code=201, response_model=HoldTold, name="place_hold")
def place(said: NewHold, services: ServicesDep, session: SessionDep, viewer: ViewerDep) -> Any:
    """Place a hold in a matter."""
    with services.database.write() as writing:
        matters.enter(writing, viewer, said.matter, "holds", services.clock())
    made = place_for(services, viewer, said.matter, said.said())
    return holding.get_hold(session, viewer, made)


@router.get("/{hold}", response_model=HoldTold, name="get_hold")
def get_hold(hold: RowId, services: ServicesDep, viewer: ViewerDep) -> Any:
    """One hold. That it was looked at is recorded, as with its matter."""
    with services.database.write() as session:
        return holding.enter(session, viewer, hold, services.clock())


@router.patch("/{hold}", response_model=HoldTold, name="change_hold")
def change(
    hold: RowId, said: ChangedHold, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Release a hold, or look again at what it covers by now."""
    with services.database.write() as writing:
        holding.enter(writing, viewer, hold, services.clock())
    if said.act == "release":
        with services.database.write() as writing:
            holding.release(writing, viewer, hold, said.reason, services.clock())
    else:
        look_for(services, viewer, hold)
    return holding.get_hold(session, viewer, hold)


@router.get("/{hold}/documents", response_model=HeldTold, name="list_held_documents")
def list_documents(
    hold: RowId, paging: PagingDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """The documents that it covered when it was last looked at."""
    with services.database.write() as writing:
        holding.enter(writing, viewer, hold, services.clock())
    return holding.documents_of(session, viewer, hold, limit=paging.limit, offset=paging.offset)
