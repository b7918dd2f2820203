"""Saved searches and the digest."""

from __future__ import annotations

from tests.web_examples.story import NOW, ORDER, hits
from web.views.common import Choice, Pager, Thing
from web.views.digest import DayRow, DigestPage, DigestWishForm, MovedRow
from web.views.saved_searches import NewsPage, SavedSearchesPage, SearchRow

CHANGE = Thing("change-request", "CR-118", "/change-requests/CR-118", "Another seal")
STONE = Thing("milestone", "PX-200-launch", "/milestones/PX-200-launch", "Launch")


def saved_searches_page() -> SavedSearchesPage:
    row = SearchRow(
        3, "Late pumps", 'kind:"invoice" delay', "/saved-searches/3", "/?q=delay", NOW, 4, 31
    )
    return SavedSearchesPage(
        (
            row,
            SearchRow(4, "x", "x", "/saved-searches/4", "/?q=x", NOW, 0, 0),
            SearchRow(5, "all", "*", "/saved-searches/5", "/?q=*", NOW, None, 0, "Too many."),
        )
    )


def news_page() -> NewsPage:
    return NewsPage(
        saved_searches_page().rows[0], hits(), NOW.isoformat(), Pager(1, 50, 80, "", "?page=2")
    )


def digest_page() -> DigestPage:
    return DigestPage(
        since=NOW,
        searches=saved_searches_page().rows[:1],
        days=(DayRow("2024-03-01", True, STONE, "Milestone PX-200-launch: Launch"),
              DayRow("2024-04-01", False, ORDER, "PO-2024-113 expires: 400 pump housings")),
        changes=(MovedRow(CHANGE, "Another seal", "presented"),),
        documents=hits(),
        arrived=40,
        attention=12,
        windows=(Choice("1", "", "/digest?days=1"), Choice("7", "", "/digest?days=7", True)),
        wish=DigestWishForm("week", "anna@example.com", "550 no such mailbox", "No address."),
    )  # fmt: skip
