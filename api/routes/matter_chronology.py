"""The chronology of a matter: as an answer, as a table, as a PDF."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.matter_answers import ChronologyTold
from api.parameters import RowId, ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive import matters
from archive.access import Viewer
from archive.builtin_schemes import entry_schemes
from archive.chronology import Line, chronology_csv
from archive.matter_package import matter_chronology
from archive.matters import MatterView

router = APIRouter(prefix="/api/v1/matters", tags=["matters"])


@router.get("/{matter}/chronology", response_model=ChronologyTold, name="get_chronology")
def get_chronology(
    matter: RowId, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """What is not excluded, in order of time, with decisions, milestones, and what is missing."""
    _, lines = chronology_for(services, session, viewer, matter)
    return {"items": [line.told() for line in lines]}


@router.get(
    "/{matter}/chronology.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
    name="get_chronology_csv",
)
def get_chronology_csv(
    matter: RowId, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The same as a table, as spreadsheets read it."""
    _, lines = chronology_for(services, session, viewer, matter)
    headers = {"Content-Disposition": 'attachment; filename="chronology.csv"'}
    return Response(chronology_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)


@router.get(
    "/{matter}/chronology.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
    name="get_chronology_pdf",
)
def get_chronology_pdf(
    matter: RowId, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The same as PDF, with page numbers and bookmarks."""
    from archive.chronology_pdf import chronology_pdf  # Typst: not for every start

    found, lines = chronology_for(services, session, viewer, matter)
    made = chronology_pdf(found.name, lines, services.clock())
    headers = {"Content-Disposition": 'attachment; filename="chronology.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


def chronology_for(
    services: Services, session: Session, viewer: Viewer, matter: int
) -> tuple[MatterView, list[Line]]:
    """A matter and its chronology; that it was looked at is recorded. Raises `NotFound`."""
    with services.database.write() as writing:
        found = matters.enter(writing, viewer, matter, "chronology", services.clock())
    schemes = entry_schemes(services.config.schemes)
    return found, matter_chronology(session, viewer, matter, entry_schemes=schemes)
