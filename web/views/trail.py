"""The trail: what hangs together, in order of time, each with the reason why it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.drawing import Drawing
from web.views.common import Amount, Field, Pager, Thing


@dataclass(frozen=True, slots=True)
class Because:
    """One step of the path by which an entry came in."""

    source: Thing  # the entry that it hangs on
    relation: str
    is_inbound: bool = False  # `source` cites this one, not this one `source`
    quote: str = ""
    page: int | None = None
    href: str = ""  # the quote on its page


@dataclass(frozen=True, slots=True)
class Entry:
    thing: Thing
    date: str | None  # ISO; None: without a date, last
    kind: str | None
    title: str
    document: str = ""  # file number
    version: int | None = None
    parties: tuple[Thing | str, ...] = ()  # as of a HitRow
    total: Amount | None = None
    received_at: str | None = None  # ISO date of filing
    depth: int = 0  # 0 for a seed
    because: tuple[Because, ...] = ()
    is_suspect: bool = False
    not_followed: int = 0  # how many it cites, where it is a list that the trail ends at
    follow_href: str = ""  # the same trail, on through it
    original_href: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A line of its own for what is missing: cited, and not in the archive."""

    identifier: str
    scheme: str
    date: str | None = None  # of the first document that cites it: where the line stands
    cited_by: tuple[Thing, ...] = ()
    relation: str = "cites"
    status: str = "waiting"  # waiting | ambiguous


@dataclass(frozen=True, slots=True)
class Choice:
    """A seed that more than one thing is called by; each link follows from that one."""

    name: str
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class TrailPage:
    """GET /trail?seed=&depth=&since=&until=&as_of=&on=&through=&page=

    `seed` is repeated, or holds several with semicolons between them."""

    template: ClassVar[str] = "trail.html"
    seeds: tuple[Thing, ...]
    lines: tuple[Entry | Gap, ...]  # in order of time
    documents: int
    options: tuple[Field, ...]  # seed, depth, since, until, as_of, on
    gaps: int = 0
    through: tuple[str, ...] = ()  # file numbers of lists that are followed
    is_truncated: bool = False
    csv_href: str = ""
    json_href: str = ""
    package_href: str = ""  # the ZIP with originals
    drawing: Drawing | None = None
    unknown_seeds: tuple[str, ...] = ()  # typed, and nothing is called so
    ambiguous_seeds: tuple[Choice, ...] = ()
    pager: Pager | None = None
