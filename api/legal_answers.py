"""What requests for word lists of matters say, and what they are answered with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.matter_answers import NO_NUL, Line, NoteTold
from api.parameters import Closed
from archive.hit_reports import HitReport
from archive.legal_searches import LONGEST_NAME, LONGEST_TERM, MOST_LIMITS, MOST_TERMS, ListAsked
from archive.times import parse_moment

Term = Annotated[str, Field(max_length=LONGEST_TERM, pattern=NO_NUL)]


class NewWordList(Closed):
    """A word list with its limits. Each term is a query."""

    name: Annotated[str, Field(max_length=LONGEST_NAME, pattern=NO_NUL)] = ""
    terms: Annotated[list[Term], Field(max_length=MOST_TERMS)]
    folders: Annotated[list[Line], Field(max_length=MOST_LIMITS, default_factory=list)]
    custodians: Annotated[list[Line], Field(max_length=MOST_LIMITS, default_factory=list)]
    since: date | None = None
    until: date | None = None
    as_of: Annotated[str, Field(max_length=40)] | None = None
    all_versions: bool = False

    def asked(self) -> ListAsked:
        """The same for the archive. Raises `UsageError`."""
        return ListAsked(
            tuple(self.terms), tuple(self.folders), tuple(self.custodians), self.since, self.until,
            parse_moment(self.as_of) if self.as_of else None, self.all_versions,
        )  # fmt: skip


class RunTold(BaseModel):
    """One time that a list was searched."""

    number: int
    at: datetime
    who: str


class WordListTold(BaseModel):
    """A word list, and each time that it was searched, the last first."""

    number: int
    name: str
    asked: dict[str, Any]
    created_at: datetime
    who: str
    runs: list[RunTold]


class WordListsTold(BaseModel):
    """All word lists of a matter, the last first."""

    items: list[WordListTold]
    custodians: list[str]


class TermTold(BaseModel):
    """What one term found. A term that finds too many is not counted anywhere."""

    number: int
    term: str
    documents: int
    families: int
    with_families: int
    only: int
    new: int
    notes: list[NoteTold]
    is_too_many: bool


class FoundTold(BaseModel):
    """A document; without terms it is there for its family. `family` is the same for all of one
    family and its near-duplicates."""

    document: str
    family: int
    is_inside: bool
    kind: str | None
    title: str
    number: str | None
    date: str | None
    versions: list[int]
    terms: list[int]
    alike: list[str]
    is_new: bool


class HitReportTold(BaseModel):
    """What a word list found once: figures for each term and all, and some of the documents."""

    number: int
    name: str
    asked: dict[str, Any]
    run: int
    at: datetime
    who: str
    index: dict[str, int]
    terms: list[TermTold]
    documents: int
    families: int
    with_families: int
    versions: int
    new: int
    lost: int
    left_out: dict[str, int]
    is_alike_whole: bool
    items: list[FoundTold]
    total: int


def told_report(found: HitReport, *, limit: int, offset: int) -> dict[str, Any]:
    """The report with a part of its documents."""
    told = {name: getattr(found, name) for name in HitReport.__slots__ if name != "found"}
    return told | {"items": found.found[offset : offset + limit], "total": len(found.found)}
