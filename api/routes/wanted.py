"""What is cited most and is not in the archive."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.answers_views import WantedTold
from api.parameters import Paging, ServicesDep, SessionDep, ViewerDep
from archive.builtin_schemes import entry_schemes
from archive.wanted import Wish, list_wanted
from archive.wanting import Asked

router = APIRouter(prefix="/api/v1", tags=["wanted"])


class WantedNumbers(Paging):
    """Which numbers are wanted: of a scheme, or one of them by its key."""

    scheme: Annotated[str, Field(max_length=100)] | None = None
    key: Annotated[str, Field(max_length=500)] | None = None


@router.get("/wanted", response_model=WantedTold, name="list_wanted")
def wanted(
    asked: Annotated[WantedNumbers, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """Numbers that documents cite and nothing bears, those first that most documents cite."""
    whose = Asked(viewer, services.clock().date(), None, entry_schemes(services.config.schemes))
    return list_wanted(session, whose, Wish(asked.scheme, asked.key, asked.limit, asked.offset))
