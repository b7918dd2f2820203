"""Questions with an answer of rows: one table, from which pages, API, commands and CSV come.

A question is data: a name, columns, and what finds the rows. To ask one more, add it to QUESTIONS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.orm import Session

from archive import (
    change_questions,
    contracts,
    decision_questions,
    in_force,
    sent,
    trade_discrepancies,
)
from archive.access import Viewer
from archive.asking import Asked, Column, Row
from archive.config import Config
from archive.errors import UsageError
from archive.registers import EntryView

EVERY: Final = slice(None)  # of the rows


@dataclass(frozen=True, slots=True)
class Question:
    """`find` gives all rows, in their order; parts of them are cut afterwards."""

    name: str
    columns: tuple[Column, ...]
    find: Callable[[Session, Asked], Sequence[Row]]
    is_of_product: bool = False  # it is asked of one product


QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Question(
                "changes-not-carried", change_questions.NOT_CARRIED, change_questions.not_carried
            ),
            Question("open-changes", change_questions.OPEN, change_questions.open_changes),
            Question("changes-by-state", change_questions.BY_STATE, change_questions.by_state),
            Question(
                "decisions-by-person", decision_questions.DECISIONS, decision_questions.decisions
            ),
            Question(
                "changed-without-request",
                decision_questions.UNASKED,
                decision_questions.changed_without_request,
            ),
            Question("contracts-in-force", contracts.IN_FORCE, contracts.in_force),
            Question("contracts-running-out", contracts.RUNNING_OUT, contracts.running_out),
            Question(
                "discrepancies",
                trade_discrepancies.DISCREPANCIES,
                trade_discrepancies.discrepancies,
            ),
            Question("sent", sent.SENT, sent.sent),
            Question("old-versions-out", sent.OLD_ONES, sent.old_ones),
            Question("in-force", in_force.COLUMNS, in_force.in_force, is_of_product=True),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Answered:
    """Some rows of an answer, and how many there are."""

    question: Question
    rows: tuple[Row, ...]
    total: int

    def told(self) -> dict[str, Any]:
        """The answer in the fields of the API."""
        names = [column.name for column in self.question.columns]
        return {
            "question": self.question.name,
            "columns": [{"name": one.name, "type": one.type} for one in self.question.columns],
            "is_of_product": self.question.is_of_product,
            "items": [dict(zip(names, row, strict=True)) for row in self.rows],
            "total": self.total,
        }


def question_of(name: str) -> Question:
    """The question of that name. Raises `UsageError`."""
    if name not in QUESTIONS:
        raise UsageError(
            "There is no question %(name)r; there are %(known)s.",
            name=name, known=", ".join(QUESTIONS),
        )  # fmt: skip
    return QUESTIONS[name]


def answer(
    session: Session,
    viewer: Viewer,
    config: Config,
    name: str,
    at: datetime,
    *,
    as_of: datetime | None = None,
    on: date | None = None,
    product: EntryView | None = None,
    part: slice = EVERY,
) -> Answered:
    """What the archive answers this viewer, now or of then. Raises `UsageError`."""
    question = question_of(name)
    if question.is_of_product and product is None:
        raise UsageError("Say of which product, by its code.")
    if product is not None and not question.is_of_product:
        raise UsageError("The question %(question)s is asked of no product.", question=name)
    today = on or (as_of or at).date()
    rows = question.find(session, Asked(viewer, config, today, as_of, on, product))
    return Answered(question, tuple(rows[part]), len(rows))
