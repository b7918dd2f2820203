"""What the address of a document's page says: which version, which page of it, what is marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from api.pages.frame import safe_back
from archive.errors import UsageError
from archive.opening import Which
from archive.records import file_number
from archive.times import parse_day, parse_moment
from web.address import Address

STAY: Final = ("q", "version", "as_of", "on", "view", "back")  # kept from page to page
_MARK: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Opened:
    """The state of a document's page."""

    address: Address  # without `page` and `mark`
    query: str
    which: Which
    page: int
    is_text: bool  # shown as text, where there is a picture too
    mark: tuple[int, int] | None  # code points of the page's text
    back: str
    as_of: str
    on: str

    def at(self, page: int, mark: tuple[int, int] | None = None) -> str:
        """The address of another page, with a stretch of it marked."""
        place = self.address.having(page=str(page) if page > 1 else "")
        if mark is None:
            return str(place)
        return f"{place.having(mark=f'{mark[0]}-{mark[1]}')}#mark"


def read(document_id: int, query_string: str) -> Opened:
    """The state that an address says. Raises `UsageError` for a number or time that is none."""
    pairs = dict(parse_qsl(query_string, max_num_fields=50))
    kept = tuple((name, pairs[name][:2000]) for name in STAY if name in pairs)
    mark = _MARK.fullmatch(pairs.get("mark", ""))
    version = pairs.get("version")
    as_of, on = pairs.get("as_of", ""), pairs.get("on", "")
    return Opened(
        address=Address(f"/documents/{file_number(document_id)}", kept),
        query=pairs.get("q", "")[:2000],
        which=Which(
            number_of(version) if version else None,
            parse_moment(as_of) if as_of else None,
            parse_day(on) if on else None,
        ),
        page=number_of(pairs.get("page", "1")),
        is_text=pairs.get("view") == "text",
        mark=(int(mark[1]), int(mark[2])) if mark else None,
        back=safe_back(pairs["back"]) if "back" in pairs else "",
        as_of=as_of,
        on=on,
    )


def place_of(document: str, page: int | None, start: int | None, end: int | None) -> str:
    """The address of a stretch of a document's current version; of its page where that is all."""
    address = Address(f"/documents/{document}").having(page=str(page) if page and page > 1 else "")
    if page is None or start is None or end is None:
        return str(address)
    return f"{address.having(mark=f'{start}-{end}')}#mark"


def changed_since(change: Mapping[str, Any] | None) -> str:
    """The address of what changed in a target since it was ruled on (archive.suspicion)."""
    if not change or change["before"] is None or change["now"] is None:
        return ""
    place = Address(f"/documents/{change['document']}/difference")
    return str(place.having(**{"from": str(change["before"]), "to": str(change["now"])}))


def number_of(text: str) -> int:
    """A number of a page or version as an address says it. Raises `UsageError`."""
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text) > 0):
        raise UsageError("%(text)r is no number of a page or version.", text=text)
    return int(text)
