"""The pages of searches that one keeps: the list, and what is new in one of them."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import parse_qsl

from babel.support import NullTranslations
from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.finding_all import searching_of
from api.pages.frame import done, refused, show, texts_of
from api.pages.registers import page_of, pager
from api.pages.sentences import tell
from api.pages.things import hit_rows
from api.parameters import Closed, RowId, ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive import saved_searches
from archive.access import Viewer
from archive.errors import CrossfileError
from archive.saved_searches import KeptSearch, News
from archive.times import parse_moment
from web.address import Address
from web.views.saved_searches import NewsPage, SavedSearchesPage, SearchRow
from web.words import say

router = APIRouter(prefix="/saved-searches", include_in_schema=False)
PATH: Final = "/saved-searches"
ON_A_PAGE: Final = 50
REMOVED: Final = say("The search is removed.")
RESTORED: Final = say("The search is kept after all.")
SEEN: Final = say("They are seen.")
KEPT: Final = say("The search is kept under the name %(name)s.")


class SearchForm(Closed):
    """A search to be kept."""

    query: Annotated[str, Field(max_length=10_000)]
    name: Annotated[str, Field(max_length=1000)] = ""
    back: str = PATH


class BackForm(Closed):
    """Where it was asked; when the page was made."""

    back: str = PATH
    until: str = ""


@router.get("", name="saved_searches_page")
def saved_searches_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """All of one's own, each with how much is new."""
    rows = search_rows(services, session, viewer, texts_of(request))
    return show(request, SavedSearchesPage(rows), session)


def search_rows(
    services: Services, session: Session, viewer: Viewer, texts: NullTranslations
) -> tuple[SearchRow, ...]:
    """The searches that somebody keeps, as pages show them."""
    searching = searching_of(services)
    return tuple(
        _row(one, saved_searches.news_of(session, viewer, one.id, searching=searching), texts)
        for one in saved_searches.list_searches(session, viewer)
    )


def _row(one: KeptSearch, news: News, texts: NullTranslations) -> SearchRow:
    return SearchRow(
        one.id, one.name, one.query, f"{PATH}/{one.id}",
        str(Address("/").having(q=one.query, sort="newest")), one.looked_at,
        None if news.failure else len(news.new), len(news.found),
        tell(news.failure, texts) if news.failure else "",
    )  # fmt: skip


@router.post("", name="save_search_page")
def save(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    form: Annotated[SearchForm, Form()],
) -> Response:
    """Keep a search; that can be taken back at once."""
    texts = texts_of(request)
    try:
        found = searching_of(services)(session, viewer, form.query, None)
        with services.database.write() as writing:
            kept = saved_searches.save(
                writing, viewer, form.name, form.query, found, services.clock()
            )
    except CrossfileError as error:
        return refused(form.back, tell(error, texts))
    said = texts.gettext(KEPT) % {"name": kept.name}
    return done(form.back, said, undo=f"{PATH}/{kept.id}/removed", fields=(("back", form.back),))


@router.get("/{search}", name="saved_search_page")
def saved_search_page(
    search: RowId, request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """What is new in one of them."""
    asked = dict(parse_qsl(request.url.query))
    number, at = page_of(asked.get("page", "1")), services.clock()
    kept = saved_searches.get(session, viewer, search)
    news = saved_searches.news_of(session, viewer, search, searching=searching_of(services))
    part = news.new[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    rows = hit_rows(session, viewer, part, {})
    page = NewsPage(
        search=_row(kept, news, texts_of(request)),
        hits=tuple(rows[one] for one in part if one in rows),
        until=at.isoformat(),
        pager=pager(Address(f"{PATH}/{search}"), number, len(news.new), ON_A_PAGE),
    )
    return show(request, page, session)


@router.post("/{search}/looked", name="look_at_saved_search_page")
def look(
    search: RowId,
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:
    """What was shown is seen."""
    until = parse_moment(form.until) if form.until else None
    news = saved_searches.news_of(session, viewer, search, searching=searching_of(services))
    with services.database.write() as writing:
        saved_searches.look(writing, viewer, search, news, services.clock(), until=until)
    return done(form.back, texts_of(request).gettext(SEEN))


@router.post("/{search}/removed", name="remove_saved_search_page")
def remove(
    search: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:
    """Keep it no longer; that can be taken back at once."""
    with services.database.write() as session:
        saved_searches.remove(session, viewer, search, services.clock())
    back = form.back if form.back != f"{PATH}/{search}" else PATH
    said = texts_of(request).gettext(REMOVED)
    return done(back, said, undo=f"{PATH}/{search}/restored", fields=(("back", back),))


@router.post("/{search}/restored", name="restore_saved_search_page")
def restore(
    search: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:
    """Keep it after all."""
    with services.database.write() as session:
        saved_searches.restore(session, viewer, search)
    return done(form.back, texts_of(request).gettext(RESTORED))
