"""Questions that the archive answers with rows: as JSON, or as tables for spreadsheets."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.parameters import Paging, ServicesDep, SessionDep, Then, ViewerDep
from api.routes.registers import Workbook
from archive import questions
from archive.errors import NotFound
from archive.package_files import csv_file
from archive.questions import QUESTIONS
from archive.workbooks import to_workbook

router = APIRouter(prefix="/api/v1/questions", tags=["questions"])

Name = Annotated[str, Path(max_length=60, pattern=r"^[a-z0-9-]+$")]


class AskedThen(Then):
    """As it stood at a time, or on a day."""


class AskedPart(Paging, Then):
    """The same, and which part of the answer is wanted."""


class ColumnTold(BaseModel):
    """A column: its name, and what its values are: text, day, figure, document, …"""

    name: str
    type: str


class QuestionTold(BaseModel):
    """A question that can be asked."""

    question: str
    columns: list[ColumnTold]


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
) -> Response:
    """The whole answer as CSV."""
    found = questions.answer(
        session, viewer, services.config, known(question), services.clock(), **wanted.times
    )
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
) -> Response:
    """The whole answer as XLSX."""
    found = questions.answer(
        session, viewer, services.config, known(question), services.clock(), **wanted.times
    )
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
) -> Any:
    """What the archive answers, now or of then."""
    found = questions.answer(
        session, viewer, services.config, known(question), services.clock(),
        limit=wanted.limit, offset=wanted.offset, **wanted.times,
    )  # fmt: skip
    return found.told()


def known(question: str) -> str:
    """The name of a question that there is. Raises `NotFound`."""
    if question not in QUESTIONS:
        raise NotFound("question", question)
    return question
