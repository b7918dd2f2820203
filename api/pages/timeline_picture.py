"""Documents over time on the page of an entry; of a product all of its life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.requests import Request

from api.pages.frame import services_of
from api.pages.things import load_things
from archive.access import Viewer
from archive.documents import DocumentView
from archive.need_documents import Then
from archive.records import file_number
from archive.registers import EntryView
from archive.timeline import CHANGE_LANE, MILESTONE_LANE, PHASE_LANE, Mark, Timeline, timeline_of
from web import drawing
from web.address import Address
from web.timeline_drawing import Frame, Point, TimelineDrawing, draw

SIGNS: Final = (MILESTONE_LANE, CHANGE_LANE)


def drawing_block(
    request: Request,
    session: Session,
    viewer: Viewer,
    entry: EntryView,
    views: Sequence[DocumentView],
    then: tuple[datetime | None, date | None],
) -> dict[str, Any]:
    """What is drawn on the page of an entry, `views` being its documents; `then` as_of and on."""
    if entry.register.name != "product":
        points = (
            drawing.Point(
                view.version.date,
                view.version.kind or "other",
                view.version.own_number or file_number(view.document.id),
            )
            for view in views
            if view.version.date
        )
        return {"drawing": drawing.draw(points)}
    asked, today = request.query_params, services_of(request).clock().date()
    timeline = timeline_of(session, viewer, entry, Then(today, *then), views)
    address = Address(f"{request.url.path}/timeline").having(
        as_of=asked.get("as_of", ""), on=asked.get("on", "")
    )
    return {"timeline": picture(session, viewer, timeline, address, today)}


def picture(
    session: Session, viewer: Viewer, timeline: Timeline, address: Address, today: date, *,
    since: str = "", until: str = "",
) -> TimelineDrawing | None:  # fmt: skip
    """The picture; `address` is that of the page, where marks of several things lead to."""
    entries = {one.target for one in timeline.marks if one.target.type != "document"}
    known = load_things(session, viewer, entries)

    def href(one: Mark) -> str:
        if one.target.type == "document":
            return f"/documents/{file_number(one.target.id)}"
        return known[one.target].thing.href

    def closer(first: str, last: str, lane: str) -> str:
        return str(address.having(since=first, until=last, kind=lane))

    points = [
        Point(one.day, one.lane, one.what, one.state if one.lane == PHASE_LANE else one.number,
              href(one))
        for one in timeline.marks
    ]  # fmt: skip
    return draw(points, SIGNS, Frame(today.isoformat(), since, until, closer))
