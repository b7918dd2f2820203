"""Days to come as a calendar that programs subscribe to: by token, or at an address of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from babel.support import NullTranslations
from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.requests import Request

from api.pages.frame import pages_of
from api.pages.things import load_things
from api.parameters import ServicesDep, SessionDep, SignedInDep, ViewerDep
from api.service import Services
from archive import tokens
from archive.access import Viewer
from archive.config import base_url
from archive.due_days import (
    ANSWER,
    DECISION,
    ENDS,
    EXPIRES,
    MILESTONE,
    NO_OWNER,
    NOTICE,
    DueDay,
    due_days,
)
from archive.errors import NotAllowed
from archive.icalendar import MEDIA_TYPE, CalendarEvent, to_icalendar
from web.render import choose_language
from web.words import say

router = APIRouter(tags=["calendar"])

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        MILESTONE: say("Milestone %(number)s: %(title)s"),
        ENDS: say("Contract %(number)s ends: %(title)s"),
        NOTICE: say("Last day for notice of contract %(number)s: %(title)s"),
        EXPIRES: say("%(number)s expires: %(title)s"),
        DECISION: say("Decision due on %(number)s: %(title)s"),
        ANSWER: say("Answer due on %(number)s: %(title)s"),
        NO_OWNER: say("Nobody answers for %(number)s: %(title)s"),
    }
)


class Calendar(Response):
    """A calendar as RFC 5545 has it."""

    media_type = MEDIA_TYPE


class CalendarAddress(BaseModel):
    """Where a program finds the calendar of a token without showing the token."""

    address: str


@router.get("/api/v1/calendar", name="calendar_address")
def calendar_address(
    services: ServicesDep, session: SessionDep, who: SignedInDep
) -> CalendarAddress:
    """The address of one's calendar; it opens that alone, as long as the token lives."""
    if who.token_id is None:
        raise NotAllowed("There is no address of a calendar for a session; ask with a token.")
    feed = tokens.feed_of(session, who.token_id, services.history.sign)
    return CalendarAddress(address=f"{base_url(services.config.server)}/calendar/{feed}.ics")


@router.get("/api/v1/calendar.ics", response_class=Calendar, name="calendar")
def calendar(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Milestones, expiries and decisions due, as far as one may see them."""
    return _calendar(request, services, session, viewer)


@router.get(
    "/calendar/{feed}.ics", response_class=Calendar, name="calendar_feed", include_in_schema=False
)
def calendar_feed(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The same at an address of its own, which says whose it is (api.auth.FEEDS)."""
    return _calendar(request, services, session, viewer)


def _calendar(request: Request, services: Services, session: Session, viewer: Viewer) -> Response:
    language = choose_language(viewer.language, request.headers.get("accept-language", ""))
    texts, today = pages_of(request).texts(language), services.clock().date()
    days, base = due_days(session, viewer, today), base_url(services.config.server)
    known = load_things(session, viewer, {one.target for one in days})
    events = [
        _event(one, texts, base + known[one.target].thing.href)
        for one in days
        if one.target in known
    ]
    return Calendar(to_icalendar("Crossfile", events, today))


def _event(one: DueDay, texts: NullTranslations, url: str) -> CalendarEvent:
    said = texts.gettext(SENTENCES[one.what]) % {"number": one.number, "title": one.title}
    return CalendarEvent(one.sign, one.day, said.rstrip(" :"), url=url, category=one.what)
