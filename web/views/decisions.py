"""The decision page of a change request: one screen, one sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from web.views.common import Thing


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What is said of a change request in one field, by whom, since when."""

    field: str  # of web.words.FIELDS
    text: str
    who: str
    at: datetime
    kind: str = ""  # of costs: one-off | running


@dataclass(frozen=True, slots=True)
class SheetLine:
    """An affected document and its answer; or a person's word: who, why, which, when."""

    text: str
    note: str
    said: str  # answer: cited | carried | waived | ""; decision: approve | reject
    mark: str  # the version; the day
    thing: Thing | None = None


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """GET /change-requests/{id}/decision ?as_of=&on=

    Texts are cut so that it fits one screen of 1280 by 800, and one page of A4. Posts moves as the
    page of the entry does.
    """

    template: ClassVar[str] = "decision.html"
    thing: Thing
    title: str
    state: str
    head: tuple[tuple[str, str], ...]  # (name of web.words.FIELDS, value)
    review: tuple[ReviewRow, ...]
    affected: tuple[SheetLine, ...]
    affected_more: int  # that are not shown
    approvals: tuple[SheetLine, ...]
    persons: int
    missing: int
    roles: tuple[str, ...]
    is_past_decision: bool
    moves: tuple[str, ...]
    refusals: tuple[str, ...]
    revision: int
    path: str
    pdf_href: str
    as_of: str = ""
    on: str = ""
