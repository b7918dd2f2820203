"""The search page, and what a first-run archive shows in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.views.common import Choice, HitRow, Pager, Thing


@dataclass(frozen=True, slots=True)
class Piece:
    """One understood piece of the query, shown as a chip that can be taken away."""

    what: str  # identifier | word | phrase | field | without
    text: str  # the piece as understood: "PO-2024-113", "delay"
    without_href: str  # this search without the piece
    scheme: str | None = None  # of an identifier
    field: str | None = None  # of a field: kind, party, date …
    bearers: int | None = None  # of an identifier: how many documents bear it
    citers: int | None = None
    thing: Thing | None = None  # of an identifier with exactly one bearer
    also: tuple[str, ...] = ()  # lemmas and expansions that were looked for too
    also_count: int = 0  # how many there are, where `also` shows only the first


@dataclass(frozen=True, slots=True)
class Note:
    """What was not understood, and where; shown beside the results."""

    text: str  # a whole sentence in the frame's language
    start: int | None = None  # code points into the query
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """Counts of one property over all hits."""

    name: str  # kind | party | product | collection | language | status
    values: tuple[Choice, ...]  # label "" for kind and language: shown by web.words
    rest: tuple[Choice, ...] = ()  # those that come after, folded away
    more: int = 0  # how many values are not shown at all


@dataclass(frozen=True, slots=True)
class YearBar:
    year: int
    count: int
    href: str  # this year alone; chosen already: without it
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to try when nothing was found."""

    what: str  # spelling | fewer | language | versions
    text: str  # the query or the piece that it is about
    href: str
    count: int | None = None  # how many it finds, where that is known


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is done with marked hits; each form sends `document` (repeated: file numbers).

    POST /links with `target` (number or name of a thing) and `relation`; GET
    /marked/documents.csv; GET /marked/matter, which is a `MatterChoice`. `target` and `marked` come
    back filled after a mistake (`error`).
    """

    relations: tuple[str, ...] = ()  # none: the viewer may not link
    is_in_a_matter: bool = False
    target: str = ""
    marked: frozenset[str] = frozenset()
    error: str = ""


@dataclass(frozen=True, slots=True)
class MatterChoice:
    """GET /marked/matter?document=&back=; POST there with `document`, `matter` and `reason`."""

    template: ClassVar[str] = "marked_matter.html"
    documents: tuple[Thing, ...]
    numbers: tuple[str, ...]  # as they were marked
    matters: tuple[Choice, ...]  # those of the viewer that are open
    back: str


@dataclass(frozen=True, slots=True)
class RootSeen:
    """A watched folder and what was seen in it so far."""

    name: str
    path: str
    files: int
    filed: int
    waiting: int  # seen, not yet at rest
    problem: str = ""  # why it can't be watched, a sentence


@dataclass(frozen=True, slots=True)
class FirstRun:
    """An archive without a document says what is watched, and what was seen so far."""

    roots: tuple[RootSeen, ...]
    may_upload: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    """GET / with q, sort, page, and whatever the handler's facets put into the address.

    The year facet is a form too: GET / with `from` and `to` (years) beside the hidden fields
    `keep`. An empty query shows the newest documents.
    """

    template: ClassVar[str] = "search.html"
    query: str
    hits: tuple[HitRow, ...]
    total: int  # documents that have all of it
    total_any: int  # documents that have some of it, those not counted
    some_from: int | None = None  # index in `hits` from where they have only some; None: nowhere
    pieces: tuple[Piece, ...] = ()
    notes: tuple[Note, ...] = ()
    facets: tuple[Facet, ...] = ()
    years: tuple[YearBar, ...] = ()
    keep: tuple[tuple[str, str], ...] = ()  # parameters of the address that forms must keep
    filters: tuple[Choice, ...] = ()  # facets in force; href takes them away
    sorts: tuple[Choice, ...] = ()  # value: a key of web.words.SORTS
    pager: Pager | None = None
    suggestions: tuple[Suggestion, ...] = ()
    took_ms: float | None = None
    bulk: Bulk = Bulk()
    first_run: FirstRun | None = None
    saved: str = ""  # the query with its filters, as it would be kept; "" where there is none
