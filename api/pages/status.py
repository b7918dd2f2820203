"""How the archive stands, as a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import VERSION
from api.pages.frame import show
from api.pages.search import roots_seen
from api.parameters import ServicesDep, SessionDep, ViewerDep
from api.standing import standing_of
from archive.access import Right
from archive.jobs import JobKind
from archive.status import collections_of, queue_of, reasons_of
from web.address import Address
from web.views.house import (
    CollectionRow,
    Figures,
    ReasonRow,
    StageRow,
    StatusPage,
    WantedProgram,
)

router = APIRouter(include_in_schema=False)


@router.get("/status", name="status_page")
def status_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Counts of what one may read; for administrators queue, disk and engine too."""
    rows = tuple(
        CollectionRow(
            one.name,
            sum(one.by_status.values()),
            one.by_status.get("searchable", 0),
            one.by_status.get("queued", 0),
            one.by_status.get("unreadable", 0),
            one.last_received_at,
            _unreadable(one.name),
        )
        for one in collections_of(session, viewer)
    )
    figures = None
    if viewer.may(Right.ADMINISTER):
        now = services.clock()
        whole = standing_of(session, viewer, services)
        trial = whole["last_trial"] or {"at": None, "sound": True}
        rates = {str(JobKind.PARSE): whole["rates"]["read_per_minute"]}
        figures = Figures(
            stages=tuple(
                StageRow(
                    one.stage,
                    one.waiting,
                    one.running,
                    one.given_up,
                    one.oldest_at,
                    rates.get(str(one.stage)),
                )
                for one in queue_of(session, now)
            ),
            roots=roots_seen(session, viewer, services.config),
            disk_used_bytes=whole["blobs"]["bytes"],
            disk_free_bytes=whole["disk"]["free_bytes"],
            engine=whole["engine"],
            version=VERSION,
            started_at=_started(request),
            wanted=tuple(
                WantedProgram(tuple(one["programs"]), one["package"], one["files"])
                for one in whole["programs_wanted"]
            ),
            last_backup_at=_moment(whole["last_backup"]),
            last_trial_at=_moment(trial["at"]),
            is_trial_sound=trial["sound"],
            unseen_since=_moment(whole["scrub"]["longest_unseen_since"]),
        )
    reasons = tuple(
        ReasonRow(code, count, str(Address("/").having(q=f"status:{code}")))
        for code, count in reasons_of(session, viewer).items()
    )
    return show(request, StatusPage(rows, figures, reasons), session)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _unreadable(collection: str) -> str:
    return str(Address("/").having(q="status:unreadable", collection=collection))


def _started(request: Request) -> datetime:
    state: Any = request.app.state
    started: datetime = state.started_at
    return started
