"""Trails, as an answer, as a table, as a package."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.answers_found import Trail
from api.auth import require_no_other_site
from api.packing import package_answer
from api.parameters import DocumentNumber, ServicesDep, SessionDep, Then, ViewerDep
from api.service import Services
from archive.access import Right, Viewer
from archive.builtin_schemes import entry_schemes
from archive.package import record_package, write_package
from archive.package_files import csv_file, reasons
from archive.trail import DEFAULT_DEPTH, Wish, gather

router = APIRouter(prefix="/api/v1", tags=["trail"])

Seed = Annotated[str, Field(min_length=1, max_length=500)]


class WantedTrail(Then):
    """Where a trail begins (file number, own number, path, or `product:X100`), how far it goes.

    `through` names lists (documents that cite very many) that are followed as well.
    """

    seed: Annotated[list[Seed], Field(min_length=1, max_length=100)]
    since: date | None = None
    until: date | None = None
    depth: Annotated[int, Field(ge=0, le=10)] = DEFAULT_DEPTH
    through: Annotated[list[DocumentNumber], Field(max_length=100, default_factory=list)]

    def wish(self) -> Wish:
        """The same for the archive. Raises `UsageError`."""
        return Wish(
            tuple(self.seed), self.since, self.until, self.moment, self.on, self.depth,
            frozenset(self.through),
        )  # fmt: skip


WantedTrailDep = Annotated[WantedTrail, Query()]
TABLE = (
    "document", "version", "kind", "number", "title", "date", "received_at", "path", "depth",
    "because", "status",
)  # fmt: skip


def _gathered(
    wanted: WantedTrail, services: Services, session: Session, viewer: Viewer
) -> dict[str, Any]:
    return gather(session, viewer, wanted.wish(), entry_schemes(services.config.schemes))


@router.get("/trail", response_model=Trail, name="trail")
def trail(
    wanted: WantedTrailDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """What hangs together with the seeds, in order of time, each with the reason why."""
    return _gathered(wanted, services, session, viewer)


@router.get(
    "/trail.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
    name="trail_csv",
)
def trail_csv(
    wanted: WantedTrailDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The entries of a trail as a table, as spreadsheets read it; after them what is missing.

    `status` is `in`; of what is missing `waiting` or `ambiguous`, with its number and who cites it.
    """
    found = _gathered(wanted, services, session, viewer)
    lines = [{**one, "because": reasons(one), "status": "in"} for one in found["entries"]]
    for gap in found["missing"]:
        why = reasons({"because": [{**gap, "to": None}]})
        lines.append({**gap, "number": gap["identifier"], "because": why})
    return Response(
        csv_file(TABLE, [[line.get(field) for field in TABLE] for line in lines]),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="trail.csv"'},
    )


@router.get(
    "/trail.zip",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}}},
    name="trail_zip",
)
def trail_zip(
    request: Request,
    wanted: WantedTrailDep,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> StreamingResponse:
    """The trail with its originals as a package (BagIt) that a stranger can check.

    That it was taken is recorded: it is not for a look in passing, nor for other sites' pages.
    """
    if request.scope.get("is_head"):
        raise HTTPException(405, "Ask for the package with GET.", {"Allow": "GET"})
    require_no_other_site(request, services.config.server.public_url)
    viewer.require(Right.TRAIL)
    at = services.clock()

    def write(path: Path) -> None:
        found = _gathered(wanted, services, session, viewer)
        made = write_package(
            session, viewer, services.vault, found, path, at, history=services.history
        )
        with services.database.write() as writing:
            record_package(writing, viewer, made, at)

    return package_answer(services, at, write)
