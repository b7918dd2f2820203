"""What the address of the search page says: a query, filters, an order, a part of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import parse_qsl

from archive.errors import UsageError
from archive.times import parse_day, parse_moment
from indexer.search.facets import FACETS
from indexer.search.merged import MOST_LISTED, Options
from indexer.search.seam import SORTS
from web.address import Address

ON_A_PAGE: Final = 25
FILTERS: Final = ("kind", "party", "product", "change", "milestone", "collection", "language")
YEARS: Final = ("from", "to")


@dataclass(frozen=True, slots=True)
class Asked:
    """The state of the search page."""

    address: Address
    query: str
    filters: tuple[tuple[str, str], ...] = ()
    since: str = ""  # a year
    until: str = ""
    sort: str = "best"
    page: int = 1
    as_of: datetime | None = None
    on: date | None = None

    @property
    def prefix(self) -> str:
        """The filters in the query language, to be searched before what was typed."""
        parts = [f'{name}:"{value}"' for name, value in self.filters]
        if self.since or self.until:
            parts.append(f"date:{self.since or '*'}..{self.until or '*'}")
        return "".join(f"{part} " for part in parts)

    @property
    def is_narrowed(self) -> bool:
        """Is there anything but what was typed?"""
        return bool(self.prefix)

    @property
    def options(self) -> Options:
        """The same for the search."""
        offset = (self.page - 1) * ON_A_PAGE
        return Options(ON_A_PAGE, offset, self.sort, FACETS, self.as_of, self.on)


def read(path: str, query_string: str) -> Asked:
    """The state that an address says. Raises `UsageError` for a time or page that is none."""
    pairs = parse_qsl(query_string, keep_blank_values=False, max_num_fields=100)
    known = {"q", "sort", "page", "as_of", "on", *FILTERS, *YEARS}
    kept = tuple((name, value[:2000]) for name, value in pairs if name in known)
    one = dict(kept)
    filters = tuple((name, value.replace('"', " ")) for name, value in kept if name in FILTERS)
    sort = one.get("sort", "best")
    return Asked(
        address=Address(path, kept),
        query=one.get("q", ""),
        filters=filters,
        since=_year(one.get("from", "")),
        until=_year(one.get("to", "")),
        sort=sort if sort in SORTS else "best",
        page=_page(one.get("page", "1")),
        as_of=parse_moment(one["as_of"]) if "as_of" in one else None,
        on=parse_day(one["on"]) if "on" in one else None,
    )


def _year(text: str) -> str:
    if text and not (len(text) == 4 and text.isdecimal() and text.isascii()):
        raise UsageError("%(text)r is no year; give it as 2024.", text=text)
    return text


def _page(text: str) -> int:
    most = MOST_LISTED // ON_A_PAGE
    if not (text.isdecimal() and text.isascii() and len(text) < 9 and 1 <= int(text) <= most):
        raise UsageError(
            "%(text)r is no part of the list; they are 1 to %(most)s.", text=text, most=most
        )
    return int(text)
