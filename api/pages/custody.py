"""What one is asked to keep; and, on the page of a matter, who is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.custodian_answers import PersonName
from api.matter_answers import Line, Text
from api.pages.frame import done, refused, show, texts_of
from api.pages.matter_acts import BackForm, carry_out_on, day_in
from api.pages.matters import PATH as MATTERS
from api.pages.sentences import tell
from api.parameters import RowId, ServicesDep, SessionDep, ViewerDep
from archive import custodian_notices, custodian_views, custodians
from archive.custodian_notices import PAGE, Office
from archive.custodians import Named
from archive.errors import CrossfileError, UsageError
from web.views.custody import AskedRow, CustodyPage
from web.words import say

router = APIRouter(include_in_schema=False)
BELOW: Final = f"{MATTERS}/{{matter}}/holds/{{hold}}"
NAMED: Final = say("They are named, and the message to them is written.")
OFF: Final = say("Nothing more is asked of them.")
ACKNOWLEDGED: Final = say("It is recorded that they acknowledged it.")
SENT: Final = say("It is marked as sent.")
THANKS: Final = say("Thank you. It is recorded that you have read it.")


class CustodianForm(BackForm):
    """Who is asked to keep what."""

    text: Text
    user: PersonName = ""
    name: PersonName = ""
    address: Line = ""
    language: Literal["", "en", "sv"] = ""


class DayForm(BackForm):
    """On which day."""

    day: Line


class OwnForm(BackForm):
    """Where it was said."""

    back: str = PAGE


@router.get(PAGE, name="custody_page")
def custody_page(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """What one is asked to keep, each with one button."""
    rows = (
        AskedRow(one.id, one.text, one.who, one.asked_on, one.acknowledged_on, one.is_ended)
        for one in custodian_views.asked_of(session, viewer)
    )
    return show(request, CustodyPage(tuple(rows)), session)


@router.post(f"{PAGE}/{{custodian}}/acknowledged", name="acknowledge_page")
def acknowledge(
    custodian: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[OwnForm, Form()],
) -> Response:  # fmt: skip
    """Say that one has read it."""
    texts = texts_of(request)
    try:
        with services.database.write() as session:
            custodians.acknowledge(session, viewer, custodian, services.clock())
    except CrossfileError as error:
        return refused(form.back, tell(error, texts))
    return done(form.back, texts.gettext(THANKS))


@router.post(f"{BELOW}/custodians", name="name_custodian_page")
def name_custodian(
    matter: RowId, hold: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[CustodianForm, Form()],
) -> Response:  # fmt: skip
    """Ask somebody to keep what they have."""

    def act(session: Session, at: datetime) -> None:
        said = Named(form.text, form.user, form.name, form.address, form.language)
        office = Office.of(services.config)
        custodians.name_custodian(session, viewer, hold, said, at, office=office)

    return carry_out_on(services, request, viewer, matter, hold, act, form.back, NAMED)


@router.post(f"{BELOW}/custodians/{{custodian}}/off", name="take_custodian_off_page")
def take_off(
    matter: RowId, hold: RowId, custodian: RowId, request: Request, services: ServicesDep,
    viewer: ViewerDep, form: Annotated[BackForm, Form()],
) -> Response:  # fmt: skip
    """Ask no more of somebody."""

    def act(session: Session, at: datetime) -> None:
        custodians.take_off(session, viewer, hold, custodian, at)

    return carry_out_on(services, request, viewer, matter, hold, act, form.back, OFF)


@router.post(f"{BELOW}/custodians/{{custodian}}/acknowledged", name="record_acknowledged_page")
def record_acknowledged(
    matter: RowId, hold: RowId, custodian: RowId, request: Request, services: ServicesDep,
    viewer: ViewerDep, form: Annotated[DayForm, Form()],
) -> Response:  # fmt: skip
    """Somebody without an account has said that they read it."""

    def act(session: Session, at: datetime) -> None:
        day = day_in(form.day)
        if day is None:
            raise UsageError("Say on which day.")
        custodians.record_acknowledged(session, viewer, hold, custodian, day, at)

    return carry_out_on(services, request, viewer, matter, hold, act, form.back, ACKNOWLEDGED)


@router.post(f"{BELOW}/notices/{{notice}}/sent", name="mark_custodian_notice_sent_page")
def mark_sent(
    matter: RowId, hold: RowId, notice: RowId, request: Request, services: ServicesDep,
    viewer: ViewerDep, form: Annotated[BackForm, Form()],
) -> Response:  # fmt: skip
    """It is sent by hand."""

    def act(session: Session, at: datetime) -> None:
        custodian_notices.mark_sent(session, viewer, hold, notice, at)

    return carry_out_on(services, request, viewer, matter, hold, act, form.back, SENT)
