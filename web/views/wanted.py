"""What is cited most and is not in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.views.common import Choice, Pager, Thing


@dataclass(frozen=True, slots=True)
class WantedRow:
    """A number that documents cite and nothing bears."""

    identifier: str  # as it is written where it was read first
    scheme: str
    value: str  # as it is posted where it is marked
    documents: int  # that cite it
    citing_href: str  # the search for them
    cited_by: tuple[Thing, ...]  # the first few; each link opens the page where it is read
    issuer: str = ""  # whose number it is, where several parties' or several of its key are wanted
    oldest: str | None = None  # ISO: the first date of the documents that cite it
    register_href: str = ""  # where it can be registered, of a number that an entry would bear
    others: tuple[Thing, ...] = ()  # documents of other parties that bear it


@dataclass(frozen=True, slots=True)
class WantedAnswers:
    """POST /wanted with `number`, the marked ones, and `answer`: link (with `target`) | explain
    (with `reason`) | aside (with `until`). What was said where it could not be carried out."""

    target: str = ""
    reason: str = ""
    until: str = ""
    marked: frozenset[str] = frozenset()
    error: str = ""


@dataclass(frozen=True, slots=True)
class WantedPage:
    """GET /wanted?scheme=&key=&page="""

    template: ClassVar[str] = "wanted.html"
    rows: tuple[WantedRow, ...]  # those first that most documents cite
    total: int
    schemes: tuple[Choice, ...] = ()  # of documents: their counts make the total of all
    unregistered: tuple[Choice, ...] = ()  # of what registers would bear: no document is missing
    scheme: str = ""  # that is asked for
    upload_href: str = ""  # "" for those who may not file
    attention_href: str = ""  # where numbers are explained away
    json_href: str = ""
    pager: Pager | None = None
    answers: WantedAnswers | None = None  # None for those who may not file
