"""The page of the digest, and how often one wants it by mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.digest_view import digest_of
from api.pages.frame import done, show, texts_of
from api.pages.sentences import tell
from api.parameters import Closed, ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive import digests
from archive.access import Viewer
from archive.errors import CrossfileError
from web.views.common import Choice
from web.views.digest import DigestPage, DigestWishForm
from web.words import say

router = APIRouter(prefix="/digest", include_in_schema=False)
PATH: Final = "/digest"
WINDOWS: Final = (1, 7, 30)
SAVED: Final = say("It is saved.")


class WishForm(Closed):
    """How often it is wanted ("" for never), to which address."""

    every: str = ""
    address: Annotated[str, Field(max_length=1000)] = ""
    back: str = PATH


@router.get("", name="digest_page")
def digest_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """What happened in the last days."""
    return show(request, _page(request, services, session, viewer), session)


@router.post("", name="want_digest_page")
def want(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    form: Annotated[WishForm, Form()],
) -> Response:
    """Want it every day or week, or never."""
    texts = texts_of(request)
    try:
        with services.database.write() as writing:
            digests.set_wish(writing, viewer, form.every, form.address, services.clock())
    except CrossfileError as error:
        page = _page(request, services, session, viewer)
        wish = DigestWishForm(form.every, form.address, error=tell(error, texts))
        return show(request, replace(page, wish=wish), session, status=422)
    return done(form.back, texts.gettext(SAVED))


def _page(request: Request, services: Services, session: Session, viewer: Viewer) -> DigestPage:
    wish = digests.wish_of(session, viewer)
    asked = request.query_params.get("days", "")
    days = int(asked) if asked in map(str, WINDOWS) else digests.DAYS.get(wish.every, 7)
    at = services.clock()
    page = digest_of(services, session, viewer, texts_of(request), at - timedelta(days=days), at)
    return replace(
        page,
        windows=tuple(Choice(str(one), "", f"{PATH}?days={one}", one == days) for one in WINDOWS),
        wish=DigestWishForm(wish.every, wish.address, wish.failure),
        sends_mail=bool(services.config.mail.host),
    )
