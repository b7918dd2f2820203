"""The block of the document page that says which version went to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import done, refused, texts_of
from api.pages.sentences import tell
from api.parameters import Closed, DocumentId, RowId, ServicesDep, ViewerDep
from archive import sent
from archive.access import Viewer
from archive.documents import DocumentView
from archive.errors import CrossfileError
from archive.records import file_number
from archive.sent import HOWS, Said
from archive.times import parse_day
from web.views.document import SendingRow, SentCard
from web.words import say

router = APIRouter(include_in_schema=False)
NOTED: Final = say("It is noted.")
AS_BEFORE: Final = say("It is as it was.")


class SendingForm(Closed):
    """A version went to somebody; without a day today."""

    to: Annotated[str, Field(max_length=1000)] = ""
    how: str = ""
    sent_on: str = ""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    note: Annotated[str, Field(max_length=1000)] = ""
    back: str = "/"


class DayForm(Closed):
    """They said so on a day; without one today."""

    on: str = ""
    back: str = "/"


@router.post("/documents/{document}/sent", name="record_sending_page")
def record_sending(
    document: DocumentId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[SendingForm, Form()],
) -> Response:
    """Record that a version was sent; that can be taken back at once."""
    at, texts = services.clock(), texts_of(request)
    try:
        day = parse_day(form.sent_on) if form.sent_on.strip() else at.date()
        with services.database.write() as session:
            said = Said(form.to, form.how, day, form.note, form.version)
            made = sent.record(session, viewer, document, said, at)
    except CrossfileError as error:
        return refused(form.back, tell(error, texts))
    undo = f"/sent/{made}/taken-back"
    return done(form.back, texts.gettext(NOTED), undo=undo, fields=(("back", form.back),))


@router.post("/sent/{sending}/acknowledged", name="acknowledge_sending_page")
def acknowledge(
    sending: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[DayForm, Form()],
) -> Response:
    """They said that they have it; that can be taken back at once."""
    at, texts = services.clock(), texts_of(request)
    try:
        day = parse_day(form.on) if form.on.strip() else at.date()
        with services.database.write() as session:
            sent.acknowledge(session, viewer, sending, day, at)
    except CrossfileError as error:
        return refused(form.back, tell(error, texts))
    undo = f"/sent/{sending}/not-acknowledged"
    return done(form.back, texts.gettext(NOTED), undo=undo, fields=(("back", form.back),))


@router.post("/sent/{sending}/not-acknowledged", name="not_acknowledged_page")
def not_acknowledged(
    sending: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[DayForm, Form()],
) -> Response:
    """They did not say so, after all."""
    with services.database.write() as session:
        sent.acknowledge(session, viewer, sending, None, services.clock())
    return done(form.back, texts_of(request).gettext(AS_BEFORE))


@router.post("/sent/{sending}/taken-back", name="take_sending_back_page")
def take_back(
    sending: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[DayForm, Form()],
) -> Response:
    """It was not sent, after all; that can be taken back at once."""
    with services.database.write() as session:
        sent.take_back(session, viewer, sending, services.clock())
    undo, said = f"/sent/{sending}/restored", texts_of(request).gettext(AS_BEFORE)
    return done(form.back, said, undo=undo, fields=(("back", form.back),))


@router.post("/sent/{sending}/restored", name="restore_sending_page")
def restore(
    sending: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[DayForm, Form()],
) -> Response:
    """It was sent: what was taken back stands again."""
    with services.database.write() as session:
        sent.restore(session, viewer, sending, services.clock())
    return done(form.back, texts_of(request).gettext(NOTED))


def card_of(
    session: Session,
    viewer: Viewer,
    view: DocumentView,
    versions: Sequence[Mapping[str, Any]],
    then: tuple[datetime | None, date | None],
) -> SentCard:
    """What was sent of a document, as its page shows it."""
    found = sent.sendings_of(session, viewer, view.document.id, as_of=then[0], on=then[1])
    current = sent.current_versions(session, [view.document.id], then[0])
    now = current[view.document.id].id if view.document.id in current else view.version.id
    number = file_number(view.document.id)
    return SentCard(
        rows=tuple(
            SendingRow(
                one.id, one.version, f"/documents/{number}?version={one.version}", one.to,
                one.how, one.sent_on, one.note, one.who, one.acknowledged_on or "",
                one.version_id != now,
            )
            for one in found
        ),
        hows=HOWS,
        versions=tuple(sorted((int(one["version"]) for one in versions), reverse=True)),
    )  # fmt: skip
