"""Bundles: pages of a file that are documents of their own; the sheet that parts a pile."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from api.answers import Parts
from api.labels import separator_pdf
from api.parameters import Closed, DocumentId, RowId, ServicesDep, SessionDep, ViewerDep
from archive import bundle_proposals, bundles
from archive.opening import Which

router = APIRouter(prefix="/api/v1", tags=["bundles"])

PageNumber = Annotated[int, Field(ge=1, le=1_000_000)]


class OfVersion(Closed):
    """Of which version; else of the current one."""

    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class PagesSaid(Closed):
    """The first and the last page, both in it."""

    first: PageNumber
    last: PageNumber


class PartsSaid(Closed):
    """Stretches of pages, each a document of its own."""

    ranges: Annotated[list[PagesSaid], Field(min_length=1, max_length=1000)]


class PartsDecided(Closed):
    """All that is proposed, some of it, or none; `undo` takes an answer back."""

    answer: Literal["accept", "reject", "undo"]
    ranges: Annotated[list[PagesSaid], Field(min_length=1, max_length=1000)] | None = None


@router.get("/documents/{document}/parts", response_model=Parts, name="get_parts")
def get_parts(
    document: DocumentId,
    of: Annotated[OfVersion, Query()],
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """The pages of a bundle that are documents of their own, in their order."""
    return {"items": bundles.parts_of(session, viewer, document, Which(of.version))}


@router.post("/documents/{document}/parts", response_model=Parts, status_code=202, name="say_parts")
def say_parts(
    document: DocumentId, said: PartsSaid, services: ServicesDep, viewer: ViewerDep
) -> Any:
    """Say that pages of the current version are documents of their own; the bundle stays as it is.

    They are taken out and read as soon as possible: `document` is null until then.
    """
    ranges = [(pages.first, pages.last) for pages in said.ranges]
    with services.database.write() as session:
        bundles.say_parts(session, viewer, document, ranges, services.clock())
    with services.database.read() as session:
        return {"items": bundles.parts_of(session, viewer, document, Which())}


@router.delete("/documents/{document}/parts/{part}", status_code=204, name="take_part_back")
def take_part_back(
    document: DocumentId, part: RowId, services: ServicesDep, viewer: ViewerDep
) -> None:
    """Say that the pages are no document of their own; its file number leads to the bundle then."""
    with services.intake.deciding() as (session, receipts):
        bundles.take_back(session, receipts, viewer, document, part, services.clock())


@router.post("/part-proposals/{proposal}", status_code=204, name="answer_part_proposal")
def answer_part_proposal(
    proposal: RowId, decided: PartsDecided, services: ServicesDep, viewer: ViewerDep
) -> None:
    """Answer what separator pages propose."""
    at = services.clock()
    with services.intake.deciding() as (session, receipts):
        if decided.answer == "accept":
            some = [(pages.first, pages.last) for pages in decided.ranges or ()]
            bundle_proposals.accept(session, viewer, proposal, at, ranges=some or None)
        elif decided.answer == "reject":
            bundle_proposals.reject(session, viewer, proposal, at)
        else:
            bundle_proposals.ask_again(session, receipts, viewer, proposal, at)


@router.get(
    "/separator.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
    name="get_separator",
)
def get_separator(viewer: ViewerDep) -> Response:
    """A sheet to print and to lay between documents that are scanned together."""
    name = 'inline; filename="separator.pdf"'
    headers = {"Content-Disposition": name}
    return Response(separator_pdf(), media_type="application/pdf", headers=headers)
