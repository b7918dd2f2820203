"""How the archive stands."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.answers_found import Status
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.telling import tell_status

router = APIRouter(prefix="/api/v1", tags=["status"])


@router.get("/status", response_model=Status, name="status")
def status(services: ServicesDep, session: SessionDep, viewer: ViewerDep) -> Any:
    """Counts of what one may read; for administrators queue, disk and engine too."""
    return tell_status(session, viewer, services.config, services.clock())
