"""Questions that the archive answers with rows: as JSON, or as tables for spreadsheets."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.parameters import Paging, ServicesDep, SessionDep, Then, ViewerDep
from api.routes.registers import SchemesDep, Workbook
from api.service import Services
from archive import questions, registers
from archive.access import Viewer
from archive.errors import NotFound
from archive.package_files import csv_file
from archive.questions import EVERY, QUESTIONS, Answered
from archive.register_fields import REGISTERS
from archive.registers import EntryView
from archive.schemes import Schemes
from archive.workbooks import to_workbook

router = APIRouter(prefix="/api/v1/questions", tags=["questions"])

Name = Annotated[str, Path(max_length=60, pattern=r"^[a-z0-9-]+$")]


class AskedThen(Then):
    """As it stood at a time, or on a day; of which product, where it is asked of one."""

    product: Annotated[str, Field(max_length=200)] = ""


class AskedPart(Paging, AskedThen):
    """The same, and which part of the answer is wanted."""


class ColumnTold(BaseModel):
    """A column: its name, and what its values are: text, day, figure, document, …"""

    name: str
    type: str


class QuestionTold(BaseModel):
    """A question that can be asked."""

    question: str
    columns: list[ColumnTold]
    is_of_product: bool


class QuestionsTold(BaseModel):
    """All questions that there are."""

    items: list[QuestionTold]


class AnswerTold(QuestionTold):
    """Some rows of an answer, each with a value for every column, and how many there are."""

    items: Annotated[list[dict[str, str | int | None]], Field(description="By column.")]
    total: int


@router.get("", response_model=QuestionsTold, name="list_questions")
def list_questions(viewer: ViewerDep) -> Any:
    """The questions that the archive answers with rows."""
    told = [
        {
            "question": one.name,
            "columns": [{"name": column.name, "type": column.type} for column in one.columns],
            "is_of_product": one.is_of_product,
        }
        for one in QUESTIONS.values()
    ]
    return {"items": told}


@router.get(
    "/{question}.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
    name="question_csv",
)
def question_csv(
    question: Name,
    wanted: Annotated[AskedThen, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Response:
    """The whole answer as CSV."""
    found = answered(session, viewer, services, schemes, question, wanted)
    return Response(
        csv_file([one.name for one in found.question.columns], found.rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{question}.csv"'},
    )


@router.get(
    "/{question}.xlsx",
    response_class=Workbook,
    name="question_xlsx",
)
def question_xlsx(
    question: Name,
    wanted: Annotated[AskedThen, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Response:
    """The whole answer as XLSX."""
    found = answered(session, viewer, services, schemes, question, wanted)
    return Workbook(
        to_workbook(question, [one.name for one in found.question.columns], found.rows),
        headers={"Content-Disposition": f'attachment; filename="{question}.xlsx"'},
    )


@router.get("/{question}", response_model=AnswerTold, name="answer_question")
def answer_question(
    question: Name,
    wanted: Annotated[AskedPart, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """What the archive answers, now or of then."""
    part = slice(wanted.offset, wanted.offset + wanted.limit)
    return answered(session, viewer, services, schemes, question, wanted, part=part).told()


def answered(
    session: Session,
    viewer: Viewer,
    services: Services,
    schemes: Schemes,
    question: str,
    wanted: AskedThen,
    *,
    part: slice = EVERY,
) -> Answered:
    """What is answered to it, whole or in part. Raises `NotFound`, `UsageError`."""
    product = product_of(session, viewer, schemes, wanted.product, **wanted.times)
    return questions.answer(
        session, viewer, services.config, known(question), services.clock(), product=product,
        part=part, **wanted.times,
    )  # fmt: skip


def product_of(
    session: Session, viewer: Viewer, schemes: Schemes, name: str, **times: Any
) -> EntryView | None:
    """The product of that code, as it was; None without one. Raises `NotFound`."""
    if not name:
        return None
    return registers.get(session, viewer, REGISTERS["product"], name, schemes=schemes, **times)


def known(question: str) -> str:
    """The name of a question that there is. Raises `NotFound`."""
    if question not in QUESTIONS:
        raise NotFound("question", question)
    return question
