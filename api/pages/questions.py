"""The pages of questions that are answered with rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.answer_rows import answer_rows
from api.pages.entries import times_of
from api.pages.frame import show, texts_of
from api.pages.registers import page_of, pager
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.routes.questions import known, product_of
from api.routes.registers import SchemesDep
from archive import questions
from archive.questions import QUESTIONS, Answered
from web.address import Address
from web.views.questions import AnswerPage, QuestionLink, QuestionsPage
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
        "sent": (
            say("What was sent to whom"),
            say("Every version that somebody recorded as sent, the last first, and whether it was "
                "acknowledged."),
        ),
        "old-versions-out": (
            say("Who has an old version"),
            say("Versions that were sent and are not the current ones any more, or of documents "
                "that others took the place of; not to whom the current one was sent as well."),
        ),
        "in-force": (
            say("What was in force for a product on a day"),
            say("Specifications, drawings, contracts and prices of a product, each as it held on "
                "the day."),
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
    question: str,
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Response:
    """The answer to one of them, now or of then; which product is meant is asked there too."""
    asked = dict(parse_qsl(request.url.query))
    as_of, on = times_of(asked)
    number = page_of(asked.get("page", "1"))
    wanted, named = QUESTIONS[known(question)], asked.get("product", "").strip()
    if wanted.is_of_product and not named:
        found = Answered(wanted, (), 0)
    else:
        product = product_of(session, viewer, schemes, named, as_of=as_of, on=on)
        found = questions.answer(
            session, viewer, services.config, question, services.clock(), as_of=as_of, on=on,
            product=product, part=slice((number - 1) * ON_A_PAGE, number * ON_A_PAGE),
        )  # fmt: skip
    texts = texts_of(request)
    then = {name: asked.get(name, "") for name in ("as_of", "on", "product")}
    address = Address(f"/questions/{question}").having(**then)
    api = f"/api/v1/questions/{question}"
    title, about = WORDS[question]
    page = AnswerPage(
        title=texts.gettext(title),
        help=texts.gettext(about),
        heads=tuple((one.name, one.type) for one in found.question.columns),
        rows=answer_rows(session, viewer, found.question.columns, found.rows),
        total=found.total,
        csv_href=str(Address(f"{api}.csv").having(**then)) if found.total else "",
        xlsx_href=str(Address(f"{api}.xlsx").having(**then)) if found.total else "",
        json_href=str(Address(api).having(**then)),
        pager=pager(address, number, found.total, ON_A_PAGE),
        is_of_product=wanted.is_of_product,
        **then,
    )
    return show(request, page, session)
