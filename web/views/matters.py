"""Matters: the list of one's own, one of them, and what was done in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.drawing import Drawing
from web.views.common import Choice, Field, Pager, Thing
from web.views.custody import CustodianRow
from web.views.trail import Because


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One matter of the list."""

    href: str
    name: str
    reference: str
    state: str  # open | closed, of web.words.STATES
    opened_on: str
    closed_on: str | None


@dataclass(frozen=True, slots=True)
class MattersPage:
    """GET /matters?state=&page=; POST /matters opens one."""

    template: ClassVar[str] = "matters.html"
    rows: tuple[MatterRow, ...]
    total: int
    states: tuple[Choice, ...]
    may_open: bool
    pager: Pager | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody said of a document in a matter; an empty value: nobody did."""

    value: str = ""
    reason: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class MatterEntry:
    """A document of a matter. POST /matters/{id}/say."""

    thing: Thing
    document: str
    title: str
    date: str | None
    received_at: str
    is_new: bool
    begun: tuple[tuple[str, str], ...]  # (seed | search | by, what it was)
    because: tuple[Because, ...]
    decision: Mark = Mark()
    privileged: Mark = Mark()
    confidential: Mark = Mark()
    redacted: Mark = Mark()  # its value: the file number of the copy
    note: Mark = Mark()
    place: str = ""


@dataclass(frozen=True, slots=True)
class MatterMember:
    """POST /matters/{id}/members lets somebody in, /matters/{id}/members/out out."""

    user: int
    name: str
    is_responsible: bool


@dataclass(frozen=True, slots=True)
class GatheringRow:
    """What was searched, when, by whom, and what it left out."""

    number: int
    at: datetime
    who: str
    asked: tuple[tuple[str, str], ...]  # (name of web.words.FIELDS, value)
    new: int
    limits: tuple[tuple[str, str], ...]  # (file number, since | until | on | kind), some of them
    left_out: int  # how many
    lists: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: tuple[tuple[str, str], ...] = ()  # (search, what was not understood of it)
    refused: tuple[tuple[str, str], ...] = ()  # (seed or search, why it was left out)


@dataclass(frozen=True, slots=True)
class HoldRow:
    """POST /matters/{id}/holds/{hold}/release and /look."""

    id: int
    name: str
    ground: str
    asked: tuple[tuple[str, str], ...]
    documents: int
    placed_at: datetime
    who: str
    released_at: datetime | None
    release_reason: str
    custodians: tuple[CustodianRow, ...] = ()
    proposed: tuple[str, ...] = ()  # owners of the roots in which it lies
    text: str = ""  # what the last custodian was asked to keep


@dataclass(frozen=True, slots=True)
class MatterPage:
    """GET /matters/{id}?show=&page="""

    template: ClassVar[str] = "matter.html"
    path: str  # "/matters/123"
    name: str
    reference: str
    parties: tuple[str, ...]
    state: str
    opened_on: str
    closed_on: str | None
    revision: int
    may_hold: bool  # may change, hold, release
    may_work: bool  # may gather and say: not in a closed matter
    members: tuple[MatterMember, ...]
    shows: tuple[Choice, ...]
    rows: tuple[MatterEntry, ...]
    total: int
    options: tuple[Field, ...]  # of a gathering
    gatherings: tuple[GatheringRow, ...]
    holds: tuple[HoldRow, ...]
    pager: Pager | None = None


@dataclass(frozen=True, slots=True)
class MatterEventRow:
    """One thing that was done in a matter."""

    number: int
    at: str
    what: str  # of web.matter_words.MATTER_EVENTS
    who: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatterHistoryPage:
    """GET /matters/{id}/history?page="""

    template: ClassVar[str] = "matter_history.html"
    path: str
    name: str
    rows: tuple[MatterEventRow, ...]
    total: int
    pager: Pager | None = None


@dataclass(frozen=True, slots=True)
class ChronologyRow:
    """A line of the chronology of a matter."""

    date: str | None
    filed: str | None
    what: str  # of web.matter_words.CHRONOLOGY
    document: str | None
    number: str | None
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class ChronologyPage:
    """GET /matters/{id}/chronology?page="""

    template: ClassVar[str] = "chronology.html"
    path: str
    name: str
    api_path: str  # "/api/v1/matters/123/chronology", with .csv and .pdf behind it
    rows: tuple[ChronologyRow, ...]
    total: int
    drawing: Drawing | None = None
    pager: Pager | None = None
