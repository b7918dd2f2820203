"""Quality concerns: on the page of a document, of a product, and on their own."""

from __future__ import annotations

from dataclasses import dataclass

from web.views.common import Thing


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """A quality concern in a list."""

    thing: Thing
    title: str
    state: str  # of web.words.STATES
    owner: str
    due: str
    is_late: bool
    version: int | None = None  # that it was reported from, on the page of its document


@dataclass(frozen=True, slots=True)
class ConcernsCard:
    """Those of a document. POST /documents/{D}/concerns (`title`, `seen`, `products`, `owner`,
    `due_on`, `version`)."""

    rows: tuple[ConcernLine, ...] = ()
    may_report: bool = False
    products: str = ""  # that the document speaks of: A-1;B-2
    version: int = 1


@dataclass(frozen=True, slots=True)
class ConcernBlock:
    """What only quality concerns have. POST PATH/moves (`move`, `text`, `revision`)."""

    state: str
    owner: str
    due: str
    is_late: bool
    answered_by: str
    answered_on: str
    phases: tuple[tuple[str, str], ...]  # (product, phase), of the day of the report
    moves: tuple[str, ...]  # that the viewer may make, of web.move_words.MOVES
    document: Thing | None = None  # the version that it was reported from
    version: int | None = None
