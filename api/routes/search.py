"""Search."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.answers_found import Found
from api.parameters import ServicesDep, SessionDep, Then, ViewerDep
from api.telling import tell_results
from archive.errors import UsageError
from indexer.search.facets import FACETS
from indexer.search.merged import MOST_LISTED, Options

router = APIRouter(prefix="/api/v1", tags=["search"])

Sort = Literal["best", "newest", "oldest", "number", "title", "path", "total"]


class Asked(Then):
    """What is searched, and which part of the answer is wanted."""

    q: Annotated[str, Field(max_length=2000)] = ""
    limit: Annotated[int, Field(ge=0, le=200)] = 20
    offset: Annotated[int, Field(ge=0, le=MOST_LISTED)] = 0
    sort: Sort = "best"
    facets: Annotated[
        str, Field(max_length=200, description=f"Some of {','.join(FACETS)}; all unless said.")
    ] = ",".join(FACETS)

    def options(self) -> Options:
        """The same for the search. Raises `UsageError`."""
        facets = [name.strip() for name in self.facets.split(",") if name.strip()]
        for name in facets:
            if name not in FACETS:
                raise UsageError(f"There is no facet {name!r}; ask for {', '.join(FACETS)}.")
        return Options(self.limit, self.offset, self.sort, facets, self.moment, self.on)


@router.get("/search", response_model=Found, name="search")
def search(
    asked: Annotated[Asked, Query()], services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Any:
    """Search as the box on the page does. What is not understood is said in `notes`."""
    results = services.finder.search(session, viewer, asked.q, asked.options())
    return tell_results(asked.q, results)
