"""What was sent: which version to whom, when and how, acknowledged or not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.parameters import Closed, DocumentId, RowId, ServicesDep, SessionDep, Then, ViewerDep
from archive import sent
from archive.sent import LONGEST, Said, SendingView

router = APIRouter(prefix="/api/v1", tags=["sent"])


class NewSending(Closed):
    """A version was sent to somebody; without a number the current one, without a day today."""

    to: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    how: Literal["mail", "post", "hand", "portal", "other"]
    sent_on: date | None = None
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    note: Annotated[str, Field(max_length=LONGEST)] = ""


class Acknowledged(Closed):
    """The day on which they said that they have it; without one today."""

    on: date | None = None


class SendingTold(BaseModel):
    """A version that went to somebody; `is_old` where it is not the current one any more."""

    id: int
    document: str
    version: int
    to: str
    how: str
    sent_on: date
    note: str
    who: str
    recorded_at: datetime
    acknowledged_on: date | None
    is_old: bool


class SendingsTold(BaseModel):
    """What was sent of a document, the last first."""

    items: list[SendingTold]


@router.get("/documents/{document}/sent", response_model=SendingsTold, name="list_sendings")
def list_sendings(
    document: DocumentId,
    then: Annotated[Then, Query()],
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """Which versions of a document went to whom."""
    found = sent.sendings_of(session, viewer, document, **then.times)
    ids = {one.document_id for one in found}
    current = sent.current_versions(session, ids, then.moment)
    return {
        "items": [
            _told(one, is_old=one.version_id != current[one.document_id].id)
            for one in found
            if one.document_id in current
        ]
    }


@router.post(
    "/documents/{document}/sent", response_model=SendingsTold, status_code=201,
    name="record_sending",
)  # fmt: skip
def record_sending(
    document: DocumentId, new: NewSending, services: ServicesDep, viewer: ViewerDep
) -> Any:
    """Record that a version was sent; told is all that was sent of the document."""
    at = services.clock()
    said = Said(new.to, new.how, new.sent_on or at.date(), new.note, new.version)
    with services.database.write() as session:
        sent.record(session, viewer, document, said, at)
    with services.database.read() as session:
        return list_sendings(document, Then(), session, viewer)


@router.put("/sent/{sending}/acknowledged", status_code=204, name="acknowledge_sending")
def acknowledge(
    sending: RowId, said: Acknowledged, services: ServicesDep, viewer: ViewerDep
) -> None:
    """They said that they have it."""
    at = services.clock()
    with services.database.write() as session:
        sent.acknowledge(session, viewer, sending, said.on or at.date(), at)


@router.delete("/sent/{sending}/acknowledged", status_code=204, name="not_acknowledged")
def not_acknowledged(sending: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """They did not say so, after all."""
    with services.database.write() as session:
        sent.acknowledge(session, viewer, sending, None, services.clock())


@router.delete("/sent/{sending}", status_code=204, name="take_sending_back")
def take_back(sending: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """It was not sent, after all."""
    with services.database.write() as session:
        sent.take_back(session, viewer, sending, services.clock())


def _told(one: SendingView, *, is_old: bool) -> dict[str, Any]:
    return {
        "id": one.id, "document": one.document, "version": one.version, "to": one.to,
        "how": one.how, "sent_on": one.sent_on, "note": one.note, "who": one.who,
        "recorded_at": one.recorded_at, "acknowledged_on": one.acknowledged_on, "is_old": is_old,
    }  # fmt: skip
