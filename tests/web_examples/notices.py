"""Notices of decisions, to be sent and sent."""

from __future__ import annotations

from tests.web_examples.story import NOW
from web.views.common import Choice, Pager, Thing
from web.views.notices import NoticeRow, NoticesPage

CHANGE = Thing("change-request", "CR-118", "/change-requests/1", is_register=True)
MESSAGE = Thing("message", "D-000411", "/documents/D-000411")


def notice_rows() -> tuple[NoticeRow, ...]:
    name, address = "Eva Öst <i>", "eva@example.com"
    return (
        NoticeRow(
            1, CHANGE, "approved", name, address, f"mailto:{address}?subject=x",
            "CR-118 is approved: a <b>seal</b>", "en", NOW, MESSAGE, None, "", "",
            "550 no such <user>", True,
        ),
        NoticeRow(
            2, CHANGE, "rejected", "", "", "", "CR-118 is rejected", "sv", NOW, None, None, "", "",
            "", True,
        ),
        NoticeRow(
            3, CHANGE, "approved", name, address, "", "CR-118 is approved", "en", NOW, MESSAGE,
            NOW, "mail", "", "", True,
        ),
        NoticeRow(
            4, CHANGE, "deferred", name, "", "", "CR-118 is deferred", "en", NOW, MESSAGE, NOW,
            "person", "Anna Berg", "", True,
        ),
    )  # fmt: skip


def notices_page() -> NoticesPage:
    return NoticesPage(
        notice_rows(), 120,
        (
            Choice("to-be-sent", "", "/notices?state=to-be-sent", True),
            Choice("sent", "", "/notices?state=sent"),
        ),
        sends_itself=False,
        pager=Pager(1, 50, 120, next_href="/notices?page=2"),
    )  # fmt: skip
