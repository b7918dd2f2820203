"""Quality concerns: reported from a document, answered, closed; those of a document or product."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api.parameters import (
    Closed,
    DocumentId,
    ServicesDep,
    SessionDep,
    Then,
    ViewerDep,
)
from api.routes.registers import EntryName, SchemesDep, Wanted
from archive import concerns, need_documents, registers
from archive.access import Viewer
from archive.concerns import REGISTER, Reported
from archive.register_fields import LONGEST_LINE, LONGEST_TEXT, REGISTERS
from archive.registers import EntryView

router = APIRouter(prefix="/api/v1", tags=["quality concerns"])


class NewReport(Closed):
    """What was seen; in the current version, reported today, to be answered in 30 days unless said.

    It is numbered after the document: `QC-000123-1`.
    """

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]
    seen: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    products: Annotated[tuple[str, ...], Field(max_length=1000)] = ()
    owner: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    due_on: date | None = None
    reported_on: date | None = None
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class NewConcernMove(Closed):
    """A move: `text` is the answer, or why. `revision` is that of what one read."""

    move: Annotated[str, Field(max_length=40)]
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    revision: int | None = None
    happened_on: date | None = None


class ConcernStanding(BaseModel):
    """Where a concern stands, or stood; `moves` are those that one may make now.

    `phases` says of each product in which phase of its life it was when the concern was reported.
    """

    number: str
    title: str
    revision: int
    state: str
    document: str | None
    owner: str | None
    reported_on: date
    due_on: date | None
    is_overdue: bool
    phases: dict[str, str]
    moves: list[str]


class ConcernStandings(BaseModel):
    """Quality concerns, each as it stands."""

    items: list[ConcernStanding]


def _then(services: ServicesDep, wanted: Then) -> need_documents.Then:
    return need_documents.Then(services.clock().date(), **wanted.times)


def _told(
    session: Session, viewer: Viewer, found: list[EntryView], then: need_documents.Then
) -> dict[str, Any]:
    return {"items": [concerns.tell(session, viewer, one, then) for one in found]}


@router.get(
    "/documents/{document}/concerns", response_model=ConcernStandings,
    name="list_document_concerns",
)  # fmt: skip
def list_document_concerns(
    document: DocumentId,
    wanted: Annotated[Then, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """The quality concerns that were reported from a document, in any of its versions."""
    found = concerns.concerns_of_document(session, viewer, document, **wanted.times)
    return _told(session, viewer, found, _then(services, wanted))


@router.post(
    "/documents/{document}/concerns", response_model=ConcernStanding, status_code=201,
    name="report_concern",
)  # fmt: skip
def report_concern(
    document: DocumentId,
    new: NewReport,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """Report a quality concern from a document; it is kept in the document's collection."""
    said = Reported(**new.model_dump())
    with services.database.write() as session:
        made = concerns.report(session, viewer, document, said, services.clock(), schemes)
        return concerns.tell(session, viewer, made, _then(services, Then()))


@router.get(
    "/products/{entry}/concerns", response_model=ConcernStandings, name="list_product_concerns"
)
def list_product_concerns(
    entry: EntryName,
    wanted: Annotated[Wanted, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """The quality concerns that name a product, by the day on which they were reported."""
    product = registers.get(
        session, viewer, REGISTERS["product"], entry, schemes=schemes,
        collection=wanted.collection, **wanted.times,
    )  # fmt: skip
    then = _then(services, wanted)
    found = concerns.concerns_of_product(session, viewer, product, then)
    return _told(session, viewer, found, then)


@router.get("/concerns/{entry}/moves", response_model=ConcernStanding, name="get_concern_moves")
def get_moves(
    entry: EntryName,
    wanted: Annotated[Wanted, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """Where it stands, and the moves that one may make from here."""
    known = registers.get(
        session, viewer, REGISTER, entry, schemes=schemes, collection=wanted.collection,
        **wanted.times,
    )  # fmt: skip
    return concerns.tell(session, viewer, known, _then(services, wanted))


@router.post("/concerns/{entry}/moves", response_model=ConcernStanding, name="move_concern")
def move_concern(
    entry: EntryName,
    new: NewConcernMove,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
) -> Any:
    """Answer it, close it, open it again: 409 where it is in another state, which is recorded."""
    with services.database.write() as session:
        known = registers.get(session, viewer, REGISTER, entry, schemes=schemes)
        revision = known.revision if new.revision is None else new.revision
        moved = concerns.move(
            session, viewer, known, new.move, services.clock(), text=new.text, revision=revision,
            schemes=schemes, happened_on=new.happened_on,
        )  # fmt: skip
        return concerns.tell(session, viewer, moved, _then(services, Then()))
