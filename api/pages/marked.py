"""What is done with documents that are marked in a list: exported, put into a matter."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.matter_answers import Text
from api.pages.frame import done, refused, safe_back, show, texts_of
from api.pages.sentences import tell
from api.pages.things import load_things
from api.parameters import (
    Closed,
    DocumentNumber,
    RowNumber,
    ServicesDep,
    SessionDep,
    ViewerDep,
)
from archive import matter_sayings, matters
from archive.access import Right, Viewer
from archive.documents import load_views, told
from archive.errors import CrossfileError
from archive.package_files import csv_file
from archive.records import document_id_of
from archive.references import Target
from web.address import Address
from web.views.common import Choice
from web.views.search import MatterChoice

router = APIRouter(prefix="/marked", include_in_schema=False)

PATH: Final = "/marked/matter"
TABLE: Final = (
    "document", "kind", "number", "revision", "title", "date", "due_date", "total", "currency",
    "parties", "path", "collection", "received_at", "status", "sha256",
)  # fmt: skip

Marked = Annotated[list[DocumentNumber], Field(default_factory=list, max_length=1000)]


class MarkedInList(BaseModel):
    """What the form below a list says: the marked documents, and what is typed beside."""

    model_config = ConfigDict(extra="ignore")

    document: Marked
    back: str = "/"


class MatterForm(Closed):
    """Into which matter the documents are put, and why."""

    document: Marked
    matter: RowNumber
    reason: Text = ""
    back: str = "/"


def is_in_a_matter(session: Session, viewer: Viewer) -> bool:
    """Can the viewer put documents into some matter? Nothing of which one is told."""
    if not viewer.may(Right.TRAIL):
        return False
    return session.scalar(matters.member_of(viewer).limit(1)) is not None


@router.get("/documents.csv", name="export_marked")
def export_marked(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    marked: Annotated[MarkedInList, Query()],
) -> Response:
    """The marked documents as a table, in the order of the list, as spreadsheets read it."""
    if not marked.document:
        return refused(marked.back, texts_of(request).gettext("Mark some documents first."))
    lines = _lines(session, viewer, marked.document)
    return Response(
        csv_file(TABLE, [[line[field] for field in TABLE] for line in lines]),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="documents.csv"'},
    )


def _lines(session: Session, viewer: Viewer, numbers: list[str]) -> list[dict[str, Any]]:
    ids = list(dict.fromkeys(map(document_id_of, numbers)))
    views = {view.document.id: view for view in load_views(session, viewer, ids=ids)}
    lines = told(session, viewer, [views[one] for one in ids if one in views])
    return [
        line | {"parties": "; ".join(party["name"] for party in line["parties"])} for line in lines
    ]


@router.get("/matter", name="choose_matter")
def choose_matter(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    marked: Annotated[MarkedInList, Query()],
) -> Response:
    """Into which matter? That one's own were looked at is recorded in each, as on their page."""
    if not marked.document:
        return refused(marked.back, texts_of(request).gettext("Mark some documents first."))
    with services.database.write() as writing:
        found = matters.list_matters(writing, viewer, state="open").items
        matters.note_listed(writing, viewer, (one.id for one in found), "list", services.clock())
    targets = [Target("document", one) for one in map(document_id_of, marked.document)]
    known = load_things(session, viewer, targets)
    page = MatterChoice(
        documents=tuple(known[one].thing for one in dict.fromkeys(targets) if one in known),
        numbers=tuple(dict.fromkeys(marked.document)),
        matters=tuple(Choice(str(one.id), f"{one.name} {one.reference}".strip()) for one in found),
        back=safe_back(marked.back),
    )
    return show(request, page, session)


@router.post("/matter", name="put_into_matter")
def put_into_matter(
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[MatterForm, Form()],
) -> Response:
    """Include the marked documents in a matter, all or none."""
    texts, at = texts_of(request), services.clock()
    with services.database.write() as session:
        matters.enter(session, viewer, form.matter, "entries", at)
    numbers = [document_id_of(one) for one in form.document]
    try:
        with services.database.write() as session:
            matter_sayings.say(
                session, viewer, form.matter, numbers, "decision", "included", at,
                reason=form.reason,
            )  # fmt: skip
    except CrossfileError as error:
        again = Address(PATH, tuple(("document", one) for one in form.document))
        return refused(str(again.having(back=form.back)), tell(error, texts))
    said = texts.ngettext(
        "%(num)d document is in the matter.", "%(num)d documents are in the matter.", len(numbers)
    )
    return done(form.back, said % {"num": len(numbers)})
