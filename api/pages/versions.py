"""What persons say of versions on pages: this one is a document of its own; and taking it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import done, texts_of
from api.parameters import Closed, DocumentId, RowId, ServicesDep, ViewerDep
from archive import version_proposals
from archive.records import file_number

router = APIRouter(include_in_schema=False)


class BackForm(Closed):
    """A button alone."""

    back: str = "/"


@router.post("/documents/{document}/versions/{version}/part", name="part_version_off")
def part_version_off(
    document: DocumentId,
    version: Annotated[int, Path(ge=1, le=1_000_000)],
    services: ServicesDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[BackForm, Form()],
) -> Response:
    """Make a version a document of its own."""
    with services.intake.deciding() as (session, receipts):
        at = services.clock()
        row = version_proposals.part_off(session, receipts, viewer, document, version, at)
        proposal, number = row.id, file_number(row.document_id or 0)
    said = texts_of(request).gettext("It is a document of its own now: %(document)s.")
    undo = f"/version-proposals/{proposal}/take-back"
    return done(form.back, said % {"document": number}, undo=undo, fields=(("back", form.back),))


@router.post("/version-proposals/{proposal}/take-back", name="take_version_back")
def take_version_back(
    proposal: RowId,
    services: ServicesDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[BackForm, Form()],
) -> Response:
    """Take back what was said of two documents that may be one."""
    with services.intake.deciding() as (session, receipts):
        version_proposals.take_back(session, receipts, viewer, proposal, services.clock())
    return done(form.back, texts_of(request).gettext("It is as it was."))
