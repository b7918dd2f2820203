"""The pages of matters: the list of one's own, one of them, what was done in it."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import show, texts_of
from api.pages.matter_view import Asked, page_of_matter
from api.pages.registers import page_of, pager
from api.parameters import RowId, ServicesDep, SessionDep, ViewerDep
from archive import matter_history, matters
from archive.access import Right
from archive.matter_entries import SHOWN
from web.address import Address
from web.matter_words import ALL
from web.views.common import Choice
from web.views.matters import MatterEventRow, MatterHistoryPage, MatterRow, MattersPage

router = APIRouter(prefix="/matters", include_in_schema=False)
ON_A_PAGE: Final = 50
PATH: Final = "/matters"


@router.get("", name="matters_page")
def matters_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The matters that one is in. That they were looked at is recorded in each."""
    asked = dict(parse_qsl(request.url.query))
    state = asked["state"] if asked.get("state") in matters.STATES else ""
    number = page_of(asked.get("page", "1"))
    with services.database.write() as writing:
        found = matters.list_matters(
            writing, viewer, state=state, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
        )
        ids = [one.id for one in found.items]
        matters.note_listed(writing, viewer, ids, "list", services.clock())
    every = texts_of(request).gettext(ALL)
    page = MattersPage(
        tuple(
            MatterRow(
                f"{PATH}/{one.id}", one.name, one.reference, one.state, one.opened_on,
                one.closed_on,
            )
            for one in found.items
        ),
        found.total,
        tuple(
            Choice(one, "" if one else every, str(Address(PATH).having(state=one)), one == state)
            for one in ("", *matters.STATES)
        ),
        viewer.may(Right.TRAIL) and viewer.account_id is not None,
        pager(Address(PATH).having(state=state), number, found.total, ON_A_PAGE),
    )  # fmt: skip
    return show(request, page, session)


@router.get("/{matter}", name="matter_page")
def matter_page(
    matter: RowId, request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """A matter, for those who are in it."""
    asked = dict(parse_qsl(request.url.query))
    number = page_of(asked.get("page", "1"))
    with services.database.write() as writing:
        found = matters.enter(writing, viewer, matter, "page", services.clock())
    shown = asked["show"] if asked.get("show") in SHOWN else ""
    page = page_of_matter(
        session, viewer, found, Asked(shown, number), texts_of(request), services.config
    )
    return show(request, page, session)


@router.get("/{matter}/history", name="matter_history_page")
def history_page(
    matter: RowId, request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """What was done in a matter, and who looked at it."""
    asked = dict(parse_qsl(request.url.query))
    number = page_of(asked.get("page", "1"))
    with services.database.write() as writing:
        known = matters.enter(writing, viewer, matter, "history", services.clock())
    found = matter_history.history_of(
        session, viewer, matter, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
    )
    path = f"{PATH}/{matter}"
    page = MatterHistoryPage(
        path,
        known.name,
        tuple(
            MatterEventRow(
                one["number"], one["at"][:16].replace("T", " "), one["what"], one["by"],
                tuple(one.get("documents", ())),
            )
            for one in found.items
        ),
        found.total,
        pager(Address(f"{path}/history"), number, found.total, ON_A_PAGE),
    )  # fmt: skip
    return show(request, page, session)
