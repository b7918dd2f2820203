"""Paper originals: where they lie, and who has them; labels to put on them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api.answers_found import PaperTold
from api.labels import label_pdf
from api.parameters import Closed, DocumentId, ServicesDep, SessionDep, ViewerDep
from archive import papers
from archive.opening import Which, open_document
from archive.papers import PaperSaid
from archive.records import file_number
from archive.times import parse_moment

router = APIRouter(prefix="/api/v1", tags=["papers"])

Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]


class Known(Closed):
    """As it was known at a time."""

    as_of: Annotated[str, Field(max_length=40)] | None = None


class Said(Closed):
    """All of what is so: who lends it names `lent_to`, who puts it back leaves that out."""

    place: Annotated[Line, Field(min_length=1)]
    form: Literal["signed", "copy"]
    lent_to: Line | None = None
    lent_until: date | None = None


@router.get("/documents/{document}/paper", response_model=PaperTold, name="get_paper")
def get_paper(
    document: DocumentId,
    known: Annotated[Known, Query()],
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """Where the paper original is, and what was said of it before, the newest first."""
    as_of = parse_moment(known.as_of) if known.as_of else None
    return papers.paper_of(session, viewer, document, as_of=as_of)


@router.get(
    "/documents/{document}/label.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
    name="get_label",
)
def get_label(document: DocumentId, services: ServicesDep, viewer: ViewerDep) -> Response:
    """A label to print: file number, title, place, and a QR code that says the file number."""
    with services.database.read() as session:  # not held while the label is set
        view = open_document(session, viewer, document, Which())
        paper = papers.paper_of(session, viewer, document)["paper"]
    title = view.version.title or view.version.file_name
    label = label_pdf(view.document.id, title, paper["place"] if paper else "")
    name = f'inline; filename="{file_number(view.document.id)}.pdf"'
    return Response(label, media_type="application/pdf", headers={"Content-Disposition": name})


@router.put("/documents/{document}/paper", response_model=PaperTold, name="set_paper")
def set_paper(document: DocumentId, said: Said, services: ServicesDep, viewer: ViewerDep) -> Any:
    """Say where the paper original lies, what it is, to whom it is lent; or that it is back."""
    told = PaperSaid(said.place, said.form, said.lent_to, said.lent_until)
    with services.database.write() as session:
        papers.set_paper(session, viewer, document, told, services.clock())
    with services.database.read() as session:
        return papers.paper_of(session, viewer, document)


@router.delete("/documents/{document}/paper", status_code=204, name="remove_paper")
def remove_paper(document: DocumentId, services: ServicesDep, viewer: ViewerDep) -> None:
    """Say that there is no paper original any more. What was said of it stays as history."""
    with services.database.write() as session:
        papers.remove_paper(session, viewer, document, services.clock())
