"""Searches that one keeps, and what is new in them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.finding_all import searching_of
from api.parameters import Closed, Moment, Paging, RowId, ServicesDep, SessionDep, ViewerDep
from archive import saved_searches
from archive.documents import load_views, told
from archive.saved_searches import LONGEST_NAME, LONGEST_QUERY, KeptSearch

router = APIRouter(prefix="/api/v1/saved-searches", tags=["search"])


class NewSearch(Closed):
    """A search to be kept, under a name; without one under its own words."""

    query: Annotated[str, Field(min_length=1, max_length=LONGEST_QUERY)]
    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""


class Looked(Closed):
    """When one looked: what was received later stays new."""

    until: Moment | None = None


class SearchTold(BaseModel):
    """A search that one keeps; `new` is null where it finds too much, and `reason` says so."""

    id: int
    name: str
    query: str
    created_at: datetime
    looked_at: datetime
    total: int | None
    new: int | None
    reason: str


class SearchesTold(BaseModel):
    """One's own, by name."""

    items: list[SearchTold]


class NewTold(BaseModel):
    """Documents in the fields of the export, those received last first; how many there are."""

    items: Annotated[list[dict[str, Any]], Field(description="As `GET /api/v1/documents` has it.")]
    total: int


@router.get("", response_model=SearchesTold, name="list_saved_searches")
def list_searches(services: ServicesDep, session: SessionDep, viewer: ViewerDep) -> Any:
    """The searches that one keeps, with how many new documents each finds."""
    searching, items = searching_of(services), []
    for one in saved_searches.list_searches(session, viewer):
        news = saved_searches.news_of(session, viewer, one.id, searching=searching)
        failure = news.failure
        items.append(
            {
                **_fields(one),
                "total": None if failure else len(news.found),
                "new": None if failure else len(news.new),
                "reason": str(failure) if failure else "",
            }
        )
    return {"items": items}


@router.post("", response_model=SearchTold, status_code=201, name="save_search")
def save_search(
    new: NewSearch, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Keep a search: what it finds now is no news."""
    found = searching_of(services)(session, viewer, new.query, None)
    with services.database.write() as writing:
        kept = saved_searches.save(writing, viewer, new.name, new.query, found, services.clock())
    return {**_fields(kept), "total": None, "new": 0, "reason": ""}


@router.get("/{search}/new", response_model=NewTold, name="new_in_saved_search")
def new_in_search(
    search: RowId,
    paging: Annotated[Paging, Query()],
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Any:
    """What is new in it since one last looked."""
    news = saved_searches.news_of(session, viewer, search, searching=searching_of(services))
    if news.failure:
        raise news.failure
    part = news.new[paging.offset : paging.offset + paging.limit]
    views = {view.document.id: view for view in load_views(session, viewer, ids=sorted(part))}
    lines = told(session, viewer, [views[one] for one in part if one in views])
    return {"items": list(lines), "total": len(news.new)}


@router.put("/{search}/looked", status_code=204, name="look_at_saved_search")
def look(
    search: RowId, looked: Looked, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> None:
    """What it finds now is seen."""
    news = saved_searches.news_of(session, viewer, search, searching=searching_of(services))
    with services.database.write() as writing:
        saved_searches.look(writing, viewer, search, news, services.clock(), until=looked.until)


@router.delete("/{search}", status_code=204, name="remove_saved_search")
def remove(search: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """Keep it no longer."""
    with services.database.write() as session:
        saved_searches.remove(session, viewer, search, services.clock())


def _fields(one: KeptSearch) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "query": one.query, "created_at": one.created_at,
        "looked_at": one.looked_at,
    }  # fmt: skip
