"""The life of a product: of a few papers, or of two thousand."""

from __future__ import annotations

from datetime import date, timedelta

from tests.web_examples.story import ORDER, PRODUCT
from web.timeline_drawing import Frame, Point, draw
from web.views.common import Choice, Pager, Thing
from web.views.timeline import TimelinePage, TimelineRow

KINDS = ("invoice", "purchase-order", "delivery-note", "specification", "quality-report", "minutes")
FIRST = date(2017, 3, 1)
HREF = "/products/PX-200/timeline"


def closer(since: str, until: str, lane: str) -> str:
    return f"{HREF}?since={since}&until={until}&kind={lane}"


def points(count: int) -> list[Point]:
    """So many documents over nine years, with a few changes, milestones and phases."""
    found = []
    for number in range(count):
        day = FIRST + timedelta(days=(number * 7919) % 3200)
        kind = KINDS[(number * number) % len(KINDS)]
        found.append(
            Point(day.isoformat(), kind, "dated", f"N-{number}", f"/documents/D-{number + 1:06}")
        )
    for number, state in enumerate(("planned", "developing", "launched", "serviced")):
        day = FIRST.replace(year=2017 + 2 * number).isoformat()
        found.append(Point(day, "phases", "phase", state, "/products/PX-200"))
    for number in range(12):
        day, later = FIRST + timedelta(days=250 * number), timedelta(days=40)
        change = (f"CR-{number}", f"/change-requests/CR-{number}")
        found.append(Point(day.isoformat(), "changes", "received", *change))
        found.append(Point((day + later).isoformat(), "changes", "decided", *change))
        stone = (f"M-{number}", f"/milestones/M-{number}")
        found.append(Point(day.isoformat(), "milestones", "planned", *stone))
        found.append(Point((day + later / 2).isoformat(), "milestones", "reached", *stone))
    return found


def timeline_page(count: int) -> TimelinePage:
    rows = (
        TimelineRow("2017-03-01", PRODUCT, "Circulation pump", "phase", "planned"),
        TimelineRow(
            "2018-01-01", Thing("change-request", "CR-1", "/change-requests/CR-1"), "Another seal",
            "received", "approved",
        ),
        TimelineRow("2024-02-11", ORDER, "400 pump housings", "dated"),
    )  # fmt: skip
    return TimelinePage(
        thing=PRODUCT,
        drawing=draw(points(count), ("milestones", "changes"), Frame("2024-06-01", closer=closer)),
        rows=rows,
        total=count,
        years=(Choice("2017", "2017", "?since=2017-01-01", True, 40),),
        months=(Choice("01", "01", "?since=2017-01-01"),),
        kinds=(Choice("changes", "changes", "?kind=changes", False, 24),
               Choice("invoice", "", "?kind=invoice", True, 900)),
        undated=3,
        back_href=HREF,
        json_href="/api/v1/products/PX-200/timeline",
        since="2017-01-01",
        until="2017-12-31",
        pager=Pager(1, 50, count, next_href="?page=2"),
    )  # fmt: skip
