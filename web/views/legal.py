"""Word lists of a matter: the list of them with a form, and the hit report of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Field, Pager


@dataclass(frozen=True, slots=True)
class WordListRow:
    """A word list, and when it was searched last."""

    href: str
    name: str
    terms: int
    runs: int
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class WordListsPage:
    """GET /matters/{id}/word-lists; POST there searches a new one."""

    template: ClassVar[str] = "word_lists.html"
    path: str  # of the matter
    name: str
    rows: tuple[WordListRow, ...]
    may_work: bool
    custodians: tuple[str, ...]  # by whom a list may be limited
    dates: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class TermRow:
    """The figures of a term; None where it finds too many."""

    number: int
    term: str
    documents: int | None
    families: int | None
    with_families: int | None
    only: int | None
    new: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A document; without terms it is there for its family."""

    document: str
    is_first: bool  # of its family and what is nearly the same
    is_inside: bool
    kind: str
    title: str
    number: str | None
    date: str | None
    versions: tuple[int, ...]
    terms: tuple[str, ...]
    alike: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class HitReportPage:
    """GET /matters/{id}/word-lists/{number}?run=&page=; POST …/runs, …/take."""

    template: ClassVar[str] = "word_list.html"
    path: str  # of the list
    api_path: str
    matter_path: str
    matter: str
    name: str
    asked: tuple[tuple[str, str], ...]
    run: int
    at: datetime
    who: str
    runs: tuple[tuple[int, str], ...]  # number, href
    index: tuple[int, int, int]  # versions indexed, waiting, unreadable
    terms: tuple[TermRow, ...]
    totals: TermRow
    versions: int
    lost: int
    left_out: tuple[tuple[str, int], ...]  # of web.matter_words.LEFT_OUT
    is_alike_whole: bool
    may_work: bool
    rows: tuple[FoundRow, ...]
    pager: Pager | None = None
