"""Searches that one keeps: the list of them, and what is new in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import HitRow, Pager


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search that is kept. POST /saved-searches/{id}/removed."""

    id: int
    name: str
    query: str
    href: str  # what is new in it
    all_href: str  # all that it finds
    looked_at: datetime
    new: int | None  # None where it finds too much
    total: int = 0
    failure: str = ""  # why, a sentence in the frame's language


@dataclass(frozen=True, slots=True)
class SavedSearchesPage:
    """GET /saved-searches. POST there: `name`, `query`."""

    template: ClassVar[str] = "saved_searches.html"
    rows: tuple[SearchRow, ...]


@dataclass(frozen=True, slots=True)
class NewsPage:
    """GET /saved-searches/{id}?page=. POST /saved-searches/{id}/looked with `until`."""

    template: ClassVar[str] = "saved_search.html"
    search: SearchRow
    hits: tuple[HitRow, ...]
    until: str  # when the page was made
    pager: Pager | None = None
