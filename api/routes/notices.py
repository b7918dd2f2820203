"""Notices that tell requesters what was decided: what is to be sent, what is sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from api.parameters import Paging, RowId, ServicesDep, SessionDep, ViewerDep
from archive import notices

router = APIRouter(prefix="/api/v1/notices", tags=["change requests"])


class WantedNotices(Paging):
    """Those in one state, or all."""

    state: Literal["to-be-sent", "sent"] | None = None


class NoticeTold(BaseModel):
    """A notice; `number` is its change request, `document` the message as it is filed.

    `sent_how`: by the mail server (`mail`) or a `person`, who is named in `who`. `failure`: why the
    mail server did not take it.
    """

    id: int
    number: str
    collection: str
    decision: str
    to_name: str
    to_address: str
    language: str
    subject: str
    made_at: datetime
    document: str | None
    sent_at: datetime | None
    sent_how: str | None
    who: str
    failure: str


class NoticesTold(BaseModel):
    """Some of the notices, the oldest first, and how many there are."""

    items: list[NoticeTold]
    total: int


@router.get("", response_model=NoticesTold, name="list_notices")
def list_notices(
    wanted: Annotated[WantedNotices, Query()], session: SessionDep, viewer: ViewerDep
) -> Any:
    """Notices of decisions on the change requests that one may read."""
    return notices.list_notices(
        session, viewer, state=wanted.state or "", limit=wanted.limit, offset=wanted.offset
    )


@router.get(
    "/{notice}/message",
    response_class=Response,
    responses={200: {"content": {"message/rfc822": {}}}},
    name="get_notice_message",
)
def get_message(notice: RowId, session: SessionDep, viewer: ViewerDep) -> Response:
    """The message itself (RFC 5322), for a mail program."""
    message = notices.message(session, viewer, notice)
    name = f'attachment; filename="notice-{notice}.eml"'
    headers = {"Content-Disposition": name}
    return Response(message, media_type="message/rfc822", headers=headers)


@router.put("/{notice}/sent", status_code=204, name="mark_notice_sent")
def mark_sent(notice: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """A person has sent it, or told the requester."""
    with services.database.write() as session:
        notices.mark_sent(session, viewer, notice, services.clock())


@router.delete("/{notice}/sent", status_code=204, name="take_notice_back")
def take_back(notice: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """A person has not sent it after all."""
    with services.database.write() as session:
        notices.take_back(session, viewer, notice, services.clock())


@router.post("/{notice}/again", status_code=204, name="send_notice_again")
def send_again(notice: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """Have the mail server asked again."""
    with services.database.write() as session:
        notices.send_again(session, viewer, notice, services.clock())
