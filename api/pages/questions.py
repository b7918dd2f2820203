"""The pages of questions that are answered with rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.entries import times_of
from api.pages.frame import show, texts_of
from api.pages.registers import page_of, pager
from api.pages.things import load_things
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.routes.questions import known
from archive import questions
from archive.access import Viewer
from archive.asking import Row
from archive.change_states import CHANGES
from archive.models import Entry
from archive.questions import Question
from archive.records import document_id_of
from archive.references import Target
from web.address import Address
from web.views.common import Thing
from web.views.questions import AnswerPage, Cell, QuestionLink, QuestionsPage
from web.words import say

router = APIRouter(prefix="/questions", include_in_schema=False)
ON_A_PAGE: Final = 100

#: What each question is called, and what it is about.
WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "changes-not-carried": (
            say("Approved changes not carried into a document"),
            say("Each document that an approved change affects, without a later version that "
                "cites the change, and without a person's word."),
        ),
        "open-changes": (
            say("Open changes by age"),
            say("Change requests that are neither done nor turned down, the oldest first."),
        ),
        "changes-by-state": (
            say("Changes by age and state"),
            say("How many change requests are in each state, by the days since they came in."),
        ),
        "decisions-by-person": (
            say("Decisions by person"),
            say("Who approved or rejected what; also what counts no more since it was reopened."),
        ),
        "changed-without-request": (
            say("Documents changed without a change request"),
            say("Later versions of specifications and drawings that name no change request, and "
                "of which nobody said that they carry one."),
        ),
        "contracts-in-force": (
            say("Contracts in force"),
            say("Contracts that hold on the day, with their amendments; those that end first "
                "come first."),
        ),
        "contracts-running-out": (
            say("Contracts that run out"),
            say("Contracts that end within 30, 60 or 90 days, or go on unless notice is given."),
        ),
        "discrepancies": (
            say("Discrepancies of orders, deliveries and invoices"),
            say("Invoices after the end of their contract or over their order, orders over their "
                "contract or without one, deliveries of a month ago that nobody billed."),
        ),
    }
)  # fmt: skip


@router.get("", name="questions_page")
def questions_page(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """All questions."""
    texts = texts_of(request)
    links = tuple(
        QuestionLink(texts.gettext(title), texts.gettext(about), f"/questions/{name}")
        for name, (title, about) in WORDS.items()
    )
    return show(request, QuestionsPage(links), session)


@router.get("/{question}", name="answer_page")
def answer_page(
    question: str, request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The answer to one of them, now or of then."""
    asked = dict(parse_qsl(request.url.query))
    as_of, on = times_of(asked)
    number = page_of(asked.get("page", "1"))
    found = questions.answer(
        session, viewer, services.config, known(question), services.clock(), as_of=as_of, on=on,
        limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE,
    )  # fmt: skip
    texts = texts_of(request)
    then = {name: asked.get(name, "") for name in ("as_of", "on")}
    address = Address(f"/questions/{question}").having(**then)
    api = f"/api/v1/questions/{question}"
    title, about = WORDS[question]
    page = AnswerPage(
        title=texts.gettext(title),
        help=texts.gettext(about),
        heads=tuple((one.name, one.type) for one in found.question.columns),
        rows=_rows(session, viewer, found.question, found.rows),
        total=found.total,
        csv_href=str(Address(f"{api}.csv").having(**then)) if found.total else "",
        xlsx_href=str(Address(f"{api}.xlsx").having(**then)) if found.total else "",
        json_href=str(Address(api).having(**then)),
        pager=pager(address, number, found.total, ON_A_PAGE),
        **then,
    )
    return show(request, page, session)


def _rows(
    session: Session, viewer: Viewer, question: Question, rows: Iterable[Row]
) -> tuple[tuple[Cell, ...], ...]:
    rows = list(rows)
    types = [column.type for column in question.columns]
    named: dict[str, set[str]] = {"document": set(), CHANGES: set()}
    for row in rows:
        for kind, value in zip(types, row, strict=True):
            named.get(_register(kind), set()).update(_parts(kind, value))
    things = _documents(session, viewer, named["document"])
    things |= _changes(session, viewer, named[CHANGES])

    def cell(kind: str, value: str | int | None) -> Cell:
        linked = [things.get((_register(kind), part)) for part in _parts(kind, value)]
        text = "" if value is None else str(value)
        return Cell(text, tuple(one for one in linked if one), kind)

    return tuple(
        tuple(cell(kind, value) for kind, value in zip(types, row, strict=True)) for row in rows
    )


def _register(kind: str) -> str:
    """What a column of that type names: documents, change requests, nothing."""
    return "document" if kind == "documents" else kind


def _parts(kind: str, value: str | int | None) -> list[str]:
    """What a value names: one thing, or several."""
    if value is None:
        return []
    return str(value).split("; ") if kind == "documents" else [str(value)]


def _documents(
    session: Session, viewer: Viewer, numbers: Iterable[str]
) -> dict[tuple[str, str], Thing]:
    targets = {number: Target("document", document_id_of(number)) for number in numbers}
    loaded = load_things(session, viewer, targets.values())
    return {("document", number): loaded[one].thing for number, one in targets.items()}


def _changes(session: Session, viewer: Viewer, codes: set[str]) -> dict[tuple[str, str], Thing]:
    rows = session.execute(
        select(Entry.code, Entry.id)
        .where(
            Entry.register == CHANGES,
            Entry.code.in_(codes),
            Entry.collection_id.in_(viewer.reads),
        )
        .order_by(Entry.id.desc())
    )
    targets = {row.code: Target(CHANGES, row.id) for row in rows}
    loaded = load_things(session, viewer, targets.values())
    plain = {
        code: Thing(CHANGES, code, f"/change-requests/{quote(code, safe='')}") for code in codes
    }
    return {
        (CHANGES, code): loaded[targets[code]].thing if code in targets else plain[code]
        for code in codes
    }
