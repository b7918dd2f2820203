"""How the archive stands."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.answers_found import Status
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.standing import standing_of

router = APIRouter(prefix="/api/v1", tags=["status"])


@router.get("/status", response_model=Status, name="status")
def status(services: ServicesDep, session: SessionDep, viewer: ViewerDep) -> Any:
    """Counts of what one may read; for administrators queue, disk and engine too."""
    return standing_of(session, viewer, services)
