"""The block of the document page that says where the paper original is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import done, texts_of
from api.parameters import Closed, DocumentId, ServicesDep, ViewerDep
from archive import papers
from archive.errors import UsageError
from archive.papers import PaperSaid
from archive.times import parse_day
from web.views.document import OldValue, PaperCard

router = APIRouter(include_in_schema=False)


class PaperForm(Closed):
    """What a person says of the paper original, by the button that was pressed."""

    answer: str
    place: str = ""
    form: str = ""
    lent_to: str = ""
    lent_until: str = ""
    back: str = "/"


@router.post("/documents/{document}/paper", name="say_of_paper")
def say_of_paper(
    document: DocumentId,
    services: ServicesDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[PaperForm, Form()],
) -> Response:
    """Say where the paper is, that it is back, or that there is none any more."""
    at, texts = services.clock(), texts_of(request)
    with services.database.write() as session:
        if form.answer == "set":
            until = parse_day(form.lent_until) if form.lent_until.strip() else None
            said = PaperSaid(form.place, form.form, form.lent_to, until)
            papers.set_paper(session, viewer, document, said, at)
        elif form.answer == "returned":
            papers.take_back(session, viewer, document, at)
        elif form.answer == "removed":
            papers.remove_paper(session, viewer, document, at)
        else:
            raise UsageError("There is no answer %(answer)r to this.", answer=form.answer)
    return done(form.back, texts.gettext("It is noted."))


def card_of(told: Mapping[str, Any], today: date) -> PaperCard | None:
    """The paper original as the page shows it; none where nothing was ever said of it."""
    paper, history = told["paper"], told["history"]
    if paper is None and not history:
        return None
    older = tuple(_old(line) for line in history)
    if paper is None:
        return PaperCard(older=older)
    until = paper["lent_until"]
    return PaperCard(
        place=paper["place"],
        form=paper["form"],
        lent_to=paper["lent_to"] or "",
        lent_until=until or "",
        is_overdue=bool(until and until < today.isoformat()),
        older=older,
    )


def _old(line: Mapping[str, Any]) -> OldValue:
    ended = line["retracted_at"]
    return OldValue(
        " · ".join(filter(None, (line["place"], line["lent_to"]))),
        datetime.fromisoformat(line["recorded_at"]),
        datetime.fromisoformat(ended) if ended else None,
        line["by"] or "",
    )
