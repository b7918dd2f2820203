"""The life of a product in order of time: documents, changes, milestones, phases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.parameters import Paging, ServicesDep, SessionDep, ViewerDep
from api.routes.registers import EntryName, SchemesDep, Wanted
from archive import registers
from archive.need_documents import Then
from archive.records import file_number
from archive.register_fields import REGISTERS
from archive.timeline import Mark, Timeline, timeline_of

router = APIRouter(prefix="/api/v1", tags=["products"])


class WantedTimeline(Wanted, Paging):
    """Which days of it; which kind of documents, or `changes`, `milestones`, `phases`."""

    since: date | None = None
    until: date | None = None
    kind: Annotated[str, Field(max_length=40)] = ""


class TimelineMarkTold(BaseModel):
    """Something on a day.

    `what`: a document is of its date (`dated`), a change request `received` or `decided`, a
    milestone `planned` or `reached`, and a `phase` of the product's life begins. `type` and `id`
    say of which document (its file number) or entry (its id).
    """

    date: date
    lane: str
    what: str
    type: str
    id: str
    number: str
    title: str
    state: str


class TimelineTold(BaseModel):
    """Some of it, the earliest first; how many there are, and how many documents have no date."""

    items: list[TimelineMarkTold]
    total: int
    undated: int


@router.get("/products/{entry}/timeline", response_model=TimelineTold, name="product_timeline")
def product_timeline(
    entry: EntryName,
    wanted: Annotated[WantedTimeline, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """What happened to a product, and what is planned, by day."""
    known = registers.get(
        session, viewer, REGISTERS["product"], entry, schemes=schemes,
        collection=wanted.collection, **wanted.times,
    )  # fmt: skip
    then = Then(services.clock().date(), wanted.moment, wanted.on)
    timeline = timeline_of(session, viewer, known, then)
    since, until = (day.isoformat() if day else "" for day in (wanted.since, wanted.until))
    chosen = chosen_marks(timeline, since, until, wanted.kind)
    return {
        "items": [_told(one) for one in chosen[wanted.offset : wanted.offset + wanted.limit]],
        "total": len(chosen),
        "undated": timeline.undated,
    }


def chosen_marks(timeline: Timeline, since: str, until: str, kind: str) -> Sequence[Mark]:
    """Those of these days (ISO; "" for no end), of that lane ("" for all)."""
    return [
        one
        for one in timeline.marks
        if since <= one.day <= (until or one.day) and kind in ("", one.lane)
    ]


def _told(one: Mark) -> dict[str, Any]:
    is_document = one.target.type == "document"
    return {
        "date": one.day, "lane": one.lane, "what": one.what, "type": one.target.type,
        "id": file_number(one.target.id) if is_document else str(one.target.id),
        "number": one.number, "title": one.title, "state": one.state,
    }  # fmt: skip
