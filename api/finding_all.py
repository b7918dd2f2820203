"""All documents that a search finds, for matters, holds and saved searches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from api.service import Services
from archive.access import Viewer
from archive.errors import UsageError
from archive.records import document_id_of

if TYPE_CHECKING:
    from archive.matter_gathering import Searching

AT_ONCE: Final = 1000


def searching_of(services: Services) -> Searching:
    """What finds the documents that have everything a query asks for.

    It raises `UsageError` where there are more than a search lists: nothing is left out unsaid. How
    many is not said: a hold is searched for as nobody is kept from anything.
    """

    def search(
        session: Session, viewer: Viewer, query: str, as_of: datetime | None, /
    ) -> Sequence[int]:
        from indexer.search.merged import Options

        found: dict[int, None] = {}
        taken, total = 0, 1
        while taken < total:
            options = Options(AT_ONCE, taken, "path", (), as_of, has_snippets=False)
            results = services.finder.search(session, viewer, query, options)
            hits = results.hits[: results.total - taken]  # behind them: what has some of it only
            if not hits and results.total > taken:
                raise UsageError(
                    "The search %(query)s finds more documents than can be listed. Ask for less at "
                    "once.",
                    query=query,
                )
            found |= dict.fromkeys(document_id_of(hit.row.document) for hit in hits)
            taken, total = taken + len(hits), results.total
        return list(found)

    return search
