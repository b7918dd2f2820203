"""The page of a product's timeline: a picture made here, and the same as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.entries import find_entry, times_of
from api.pages.frame import services_of, show, texts_of
from api.pages.registers import page_of, pager
from api.pages.things import load_things
from api.pages.timeline_picture import picture
from api.parameters import SessionDep, ViewerDep
from api.routes.registers import SchemesDep
from api.routes.timeline import chosen_marks
from archive.access import Viewer
from archive.need_documents import Then
from archive.references import Target
from archive.register_fields import REGISTERS
from archive.timeline import Mark, Timeline, timeline_of
from archive.times import parse_day
from web.address import Address
from web.plan_words import TIMELINE_LANES
from web.timeline_drawing import end_of_month, months
from web.views.common import Choice
from web.views.timeline import TimelinePage, TimelineRow

router = APIRouter(include_in_schema=False)
ON_A_PAGE: Final = 50


@router.get("/products/{entry}/timeline", name="timeline_page")
def timeline_page(
    entry: str, request: Request, session: SessionDep, viewer: ViewerDep, schemes: SchemesDep
) -> Response:
    """All of a product's life, a year of it, or some days."""
    asked = dict(parse_qsl(request.url.query))
    as_of, on = times_of(asked)
    since, until = (_day(asked.get(name, "")) for name in ("since", "until"))
    known = find_entry(session, viewer, REGISTERS["product"], entry, schemes, asked)
    target = Target("product", known.id)
    thing = load_things(session, viewer, [target])[target].thing
    today = services_of(request).clock().date()
    timeline = timeline_of(session, viewer, known, Then(today, as_of, on))
    kind, number = asked.get("kind", ""), page_of(asked.get("page", "1"))
    then = {name: asked.get(name, "") for name in ("as_of", "on")}
    address = Address(f"{thing.href}/timeline").having(**then)
    here = address.having(since=since, until=until)
    marks = chosen_marks(timeline, since, until, "")
    chosen = chosen_marks(timeline, since, until, kind)
    texts = texts_of(request)
    page = TimelinePage(
        thing=thing,
        drawing=picture(session, viewer, timeline, address, today, since=since, until=until),
        rows=_rows(session, viewer, chosen[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]),
        total=len(chosen),
        years=_years(timeline, address, since, until),
        months=_months(address, since, until),
        kinds=_kinds(marks, here, kind, texts.gettext),
        undated=timeline.undated,
        back_href=str(address) if since or until or kind else "",
        json_href=f"/api/v1{here.having(kind=kind)}",
        since=since,
        until=until,
        kind=kind,
        pager=pager(here.having(kind=kind), number, len(chosen), ON_A_PAGE),
        **then,
    )
    return show(request, page, session)


def _day(text: str) -> str:
    return parse_day(text).isoformat() if text else ""


def _rows(session: Session, viewer: Viewer, marks: Sequence[Mark]) -> tuple[TimelineRow, ...]:
    known = load_things(session, viewer, {one.target for one in marks})
    return tuple(
        TimelineRow(one.day, known[one.target].thing, one.title, one.what, one.state)
        for one in marks
        if one.target in known
    )


def _years(timeline: Timeline, address: Address, since: str, until: str) -> tuple[Choice, ...]:
    counts = Counter(one.day[:4] for one in timeline.marks)
    if len(counts) < 2:
        return ()
    return tuple(
        Choice(
            year, year, str(address.having(since=f"{year}-01-01", until=f"{year}-12-31")),
            since[:4] == until[:4] == year, counts[year],
        )
        for year in sorted(counts)
    )  # fmt: skip


def _months(address: Address, since: str, until: str) -> tuple[Choice, ...]:
    """The months of the year that is looked at, or in which the days are that are."""
    year = since[:4]
    if not year or year != until[:4]:
        return ()
    return tuple(
        Choice(
            f"{first:%m}", f"{first:%m}",
            str(address.having(since=first.isoformat(), until=end_of_month(first).isoformat())),
            since[:7] == until[:7] == first.isoformat()[:7],
        )
        for first in months(date(int(year), 1, 1), date(int(year), 12, 1))
    )  # fmt: skip


def _kinds(
    marks: Sequence[Mark], address: Address, chosen: str, gettext: Callable[[str], str]
) -> tuple[Choice, ...]:
    """Lanes by how much is in them; those of registers first."""
    counts = Counter(one.lane for one in marks)
    if len(counts) < 2 and not chosen:
        return ()
    return tuple(
        Choice(
            lane, gettext(TIMELINE_LANES[lane]) if lane in TIMELINE_LANES else "",
            str(address.having(kind="" if lane == chosen else lane)), lane == chosen, count,
        )
        for lane, count in sorted(
            counts.items(), key=lambda one: (one[0] not in TIMELINE_LANES, -one[1], one[0])
        )
    )  # fmt: skip
