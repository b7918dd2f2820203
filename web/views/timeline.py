"""The life of a product in order of time: a picture, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.timeline_drawing import TimelineDrawing
from web.views.common import Choice, Pager, Thing


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing on a day."""

    day: str
    thing: Thing
    title: str
    what: str  # of web.plan_words.TIMELINE_WHATS
    state: str = ""  # of web.words.STATES


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """GET /products/{id}/timeline ?since=&until=&kind=&page=&as_of=&on="""

    template: ClassVar[str] = "timeline.html"
    thing: Thing
    drawing: TimelineDrawing | None  # None where nothing has a day
    rows: tuple[TimelineRow, ...]  # the table: what is of these days, of this kind
    total: int
    years: tuple[Choice, ...] = ()
    months: tuple[Choice, ...] = ()  # of the year that is looked at
    kinds: tuple[Choice, ...] = ()
    undated: int = 0  # documents on no day
    back_href: str = ""  # all of it, where a part is looked at
    json_href: str = ""
    since: str = ""
    until: str = ""
    kind: str = ""
    as_of: str = ""
    on: str = ""
    pager: Pager | None = None
