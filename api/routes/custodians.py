"""Custodians of holds: for members of the matter, and for themselves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.custodian_answers import (
    Acknowledged,
    AllAsked,
    CustodiansTold,
    CustodianTold,
    NewCustodian,
)
from api.parameters import RowId, ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive import custodian_notices, custodian_views, custodians, holding
from archive.access import Viewer
from archive.custodian_notices import Office

router = APIRouter(prefix="/api/v1", tags=["matters"])


def _enter(services: Services, viewer: Viewer, hold: int) -> None:
    """That the hold is looked at is recorded, whatever becomes of what was asked."""
    with services.database.write() as session:
        holding.enter(session, viewer, hold, services.clock())


@router.get("/holds/{hold}/custodians", response_model=CustodiansTold, name="list_custodians")
def list_custodians(
    hold: RowId, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Who is asked to keep what they have, and how far each is; who may have to be asked."""
    _enter(services, viewer, hold)
    return {
        "items": custodian_views.custodians_of(session, viewer, hold),
        "proposed": custodian_views.proposed(session, viewer, hold, services.config),
    }


@router.post(
    "/holds/{hold}/custodians", status_code=201, response_model=CustodianTold,
    name="name_custodian",
)  # fmt: skip
def name_custodian(
    hold: RowId, said: NewCustodian, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Ask somebody to keep what they have."""
    _enter(services, viewer, hold)
    with services.database.write() as writing:
        made = custodians.name_custodian(
            writing, viewer, hold, said.said(), services.clock(), office=Office.of(services.config)
        )
    return _one(session, viewer, hold, made)


@router.delete("/holds/{hold}/custodians/{custodian}", status_code=204, name="take_custodian_off")
def take_off(hold: RowId, custodian: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """Ask no more of a custodian."""
    _enter(services, viewer, hold)
    with services.database.write() as session:
        custodians.take_off(session, viewer, hold, custodian, services.clock())


@router.put(
    "/holds/{hold}/custodians/{custodian}/acknowledged", response_model=CustodianTold,
    name="record_acknowledged",
)  # fmt: skip
def record_acknowledged(
    hold: RowId, custodian: RowId, said: Acknowledged, services: ServicesDep, session: SessionDep,
    viewer: ViewerDep,
) -> Any:  # fmt: skip
    """Somebody without an account said on a day that they have read it."""
    _enter(services, viewer, hold)
    with services.database.write() as writing:
        custodians.record_acknowledged(writing, viewer, hold, custodian, said.day, services.clock())
    return _one(session, viewer, hold, custodian)


@router.get(
    "/holds/{hold}/notices/{notice}/message",
    response_class=Response,
    responses={200: {"content": {"message/rfc822": {}}}},
    name="get_custodian_message",
)
def get_message(
    hold: RowId, notice: RowId, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The message to a custodian (RFC 5322), for a mail program."""
    _enter(services, viewer, hold)
    message = custodian_notices.message(session, viewer, hold, notice)
    headers = {"Content-Disposition": f'attachment; filename="notice-{notice}.eml"'}
    return Response(message, media_type="message/rfc822", headers=headers)


@router.put(
    "/holds/{hold}/notices/{notice}/sent", status_code=204, name="mark_custodian_notice_sent"
)
def mark_sent(hold: RowId, notice: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """A member has sent it, or told the custodian."""
    _enter(services, viewer, hold)
    with services.database.write() as session:
        custodian_notices.mark_sent(session, viewer, hold, notice, services.clock())


@router.get("/custody", response_model=AllAsked, name="list_own_custody")
def list_own(session: SessionDep, viewer: ViewerDep) -> Any:
    """What one is asked to keep oneself."""
    return {"items": custodian_views.asked_of(session, viewer)}


@router.put("/custody/{custodian}/acknowledged", status_code=204, name="acknowledge_custody")
def acknowledge(custodian: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """Say that one has read what one is asked to keep."""
    with services.database.write() as session:
        custodians.acknowledge(session, viewer, custodian, services.clock())


def _one(session: Session, viewer: Viewer, hold: int, custodian: int) -> Any:
    found = custodian_views.custodians_of(session, viewer, hold)
    return next(one for one in found if one.id == custodian)
