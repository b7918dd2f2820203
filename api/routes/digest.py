"""The digest: what happened lately, which days come; and how often one wants it by mail."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.parameters import Closed, Moment, ServicesDep, SessionDep, ViewerDep
from archive import digests
from archive.digests import content_of
from archive.records import file_number

router = APIRouter(prefix="/api/v1/digest", tags=["digest"])


class WantedDigest(Closed):
    """Since when; a week ago unless said."""

    since: Moment | None = None


class DayTold(BaseModel):
    """A day that comes.

    `what` is milestone, contract-ends, notice-by, expires, decision, answer (of a quality concern)
    or no-owner.
    """

    date: date
    what: str
    type: str
    id: str
    number: str
    title: str


class MovedTold(BaseModel):
    """A change request that came in or was moved, and where it is now."""

    number: str
    title: str
    state: str


class DigestTold(BaseModel):
    """`documents` are the newest of those that `arrived`."""

    since: datetime
    arrived: int
    documents: list[str]
    changes: list[MovedTold]
    days: list[DayTold]


class DigestWish(Closed):
    """How often it is mailed; null for never."""

    every: Literal["day", "week"] | None
    address: Annotated[str, Field(max_length=320)] = ""


@router.get("", response_model=DigestTold, name="get_digest")
def get_digest(
    wanted: Annotated[WantedDigest, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """What happened since then, as far as one may see it. Saved searches have a route of theirs."""
    at = services.clock()
    content = content_of(session, viewer, wanted.since or at - timedelta(days=7), at)
    return {
        "since": content.since,
        "arrived": content.arrived,
        "documents": [file_number(one) for one in content.documents],
        "changes": [
            {"number": one.number, "title": one.title, "state": one.state}
            for one in content.changes
        ],
        "days": [
            {
                "date": one.day, "what": one.what, "type": one.target.type,
                "id": file_number(one.target.id) if one.target.type == "document"
                else str(one.target.id), "number": one.number, "title": one.title,
            }
            for one in content.days
        ],
    }  # fmt: skip


@router.get("/wish", response_model=DigestWish, name="get_digest_wish")
def get_wish(session: SessionDep, viewer: ViewerDep) -> Any:
    """How often one wants it by mail."""
    wish = digests.wish_of(session, viewer)
    return {"every": wish.every or None, "address": wish.address}


@router.put("/wish", response_model=DigestWish, name="set_digest_wish")
def set_wish(wish: DigestWish, services: ServicesDep, viewer: ViewerDep) -> Any:
    """Want it every day or week, by mail where there is an address; or never."""
    with services.database.write() as session:
        digests.set_wish(session, viewer, wish.every or "", wish.address, services.clock())
    with services.database.read() as session:
        return get_wish(session, viewer)
