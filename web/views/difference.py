"""Two versions of one document beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.views.common import Choice, Pager, Quote, Thing


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A fact that says something else; "" where one of the two says nothing."""

    name: str  # vocabulary.SINGLE_FACTS or "party"
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Words with digits that took each other's place, and where they stand."""

    before: str
    after: str
    href: str  # the page of the later version
    page: int


@dataclass(frozen=True, slots=True)
class NumberRow:
    """An identifier that only one of the two cites."""

    relation: str
    scheme: str
    identifier: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A paragraph with its changed words; the link is to its page."""

    quote: Quote
    page: int
    href: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A paragraph before and after; None where it came or went."""

    before: Side | None
    after: Side | None


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """GET /documents/{D}/difference?from=&to=&page=&as_of=

    Figures and identifiers come first, then the paragraphs in the order of the later version.
    """

    template: ClassVar[str] = "difference.html"
    thing: Thing  # the document
    document: str  # file number
    before: int  # version numbers
    after: int
    choices_before: tuple[Choice, ...]
    choices_after: tuple[Choice, ...]
    values: tuple[ValueRow, ...]
    figures: tuple[FigureRow, ...]
    numbers: tuple[NumberRow, ...]
    changes: tuple[ChangeRow, ...]  # those of this part of the list
    total: int  # paragraphs that differ
    alike: int
    is_cut: bool = False  # more paragraphs than are compared
    has_text: bool = True  # False: one of the two could not be read
    pager: Pager | None = None
    as_of: str = ""
