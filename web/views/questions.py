"""Questions that are answered with rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.views.common import Pager, Thing


@dataclass(frozen=True, slots=True)
class Cell:
    """A value: as it is said, or links to what it names."""

    text: str = ""
    things: tuple[Thing, ...] = ()
    kind: str = "text"  # of its column: see archive.asking


@dataclass(frozen=True, slots=True)
class QuestionLink:
    """A question, said in the frame's language."""

    title: str
    help: str
    href: str


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    """GET /questions"""

    template: ClassVar[str] = "questions.html"
    questions: tuple[QuestionLink, ...]


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """GET /questions/{name}?as_of=&on=&page="""

    template: ClassVar[str] = "question.html"
    title: str
    help: str
    heads: tuple[tuple[str, str], ...]  # (name of web.words.FIELDS, type of its column)
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    csv_href: str = ""
    xlsx_href: str = ""
    json_href: str = ""
    pager: Pager | None = None
    as_of: str = ""
    on: str = ""
    is_of_product: bool = False  # it is asked of one: `product`, empty at first
    product: str = ""
