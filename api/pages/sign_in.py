"""Coming in and going out, and the preferences that the sign-in page offers already."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.requests import Request

from api.auth import cookie_name, set_cookie, sign_in
from api.pages.frame import (
    KEYS,
    LANGUAGE,
    THEME,
    THEMES,
    frame_of,
    pages_of,
    safe_back,
    signed_in_of,
)
from api.pages.sentences import tell
from api.parameters import Closed, ServicesDep, SignedInDep
from archive import accounts
from archive.errors import NotSignedIn, TooManyTries
from archive.sign_ins import end_session, use_link
from web.views.house import SignInPage

router = APIRouter(include_in_schema=False)

A_YEAR_S = 365 * 24 * 3600


class SignInForm(Closed):
    """What the sign-in page posts."""

    name: str = ""
    password: str = ""
    back: str = "/"


class PreferenceForm(Closed):
    """One preference, and where to go afterwards."""

    language: str = ""
    theme: str = ""
    keys: str = ""
    back: str = "/"


@router.get("/sign-in", name="sign_in_page")
def sign_in_page(request: Request, back: str = "/") -> Response:
    """The form; whoever is signed in already goes on."""
    if signed_in_of(request):
        return RedirectResponse(safe_back(back), status_code=303)
    html = pages_of(request).render(SignInPage(safe_back(back)), frame_of(request))
    return HTMLResponse(html)


@router.post("/sign-in", name="sign_in")
def sign_in_by_password(
    request: Request, services: ServicesDep, form: Annotated[SignInForm, Form()]
) -> Response:
    """Check name and password; a new session, or the form again with what was wrong."""
    frame = frame_of(request)
    texts = pages_of(request).texts(frame.language)
    back = safe_back(form.back)
    try:
        secret = sign_in(services, form.name, form.password, **_from(request))
    except NotSignedIn:
        status, said = 401, texts.gettext("The name or the password is wrong.")
    except TooManyTries as error:
        status, said = 429, tell(error, texts)
    else:
        response = RedirectResponse(back, status_code=303)
        set_cookie(request, response, secret)
        return response
    page = SignInPage(back, form.name, said)
    return HTMLResponse(pages_of(request).render(page, frame), status_code=status)


@router.get("/sign-in/{secret}", name="follow_sign_in_link")
def follow_sign_in_link(request: Request, services: ServicesDep, secret: str) -> Response:
    """Sign in by a link that works once. From a page of another site it takes a click more: else
    that page could sign a reader in as somebody else."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        page = SignInPage(link=f"/sign-in/{quote(secret)}")
        return HTMLResponse(pages_of(request).render(page, frame_of(request)))
    return sign_in_by_link(request, services, secret)


@router.post("/sign-in/{secret}", name="sign_in_by_link")
def sign_in_by_link(request: Request, services: ServicesDep, secret: str) -> Response:
    """Sign in by a link that works once; whoever has come in by it goes on."""
    response = RedirectResponse("/", status_code=303)
    try:
        with services.database.write() as session:
            agent = _from(request)["agent"]
            cookie = use_link(session, secret, at=services.clock(), agent=agent)
    except NotSignedIn:
        if signed_in_of(request):
            return response
        frame = frame_of(request)
        texts = pages_of(request).texts(frame.language)
        said = texts.gettext("This link was used already, or is too old. Ask for another one.")
        html = pages_of(request).render(SignInPage(error=said), frame)
        return HTMLResponse(html, status_code=401)
    set_cookie(request, response, cookie)
    return response


@router.post("/sign-out", name="sign_out")
def sign_out(request: Request, services: ServicesDep, signed_in: SignedInDep) -> Response:
    """End the session for good, here and in the browser."""
    if signed_in.session_id is not None:
        with services.database.write() as session:
            end_session(session, signed_in.session_id, by=signed_in.viewer, at=services.clock())
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(cookie_name(request))
    return response


@router.post("/preferences", name="prefer")
def prefer(
    request: Request, services: ServicesDep, form: Annotated[PreferenceForm, Form()]
) -> Response:
    """Keep language, theme or keys: in the browser, and the language with the user as well."""
    response = RedirectResponse(safe_back(form.back), status_code=303)
    signed_in = signed_in_of(request)
    wishes = (
        (LANGUAGE, form.language, accounts.LANGUAGES),
        (THEME, form.theme, THEMES),
        (KEYS, form.keys, ("on", "off")),
    )
    for cookie, value, values in wishes:
        if value in values:
            response.set_cookie(cookie, value, max_age=A_YEAR_S, samesite="lax", httponly=True)
    if signed_in and form.language in accounts.LANGUAGES:
        viewer = signed_in.viewer
        with services.database.write() as session:
            accounts.set_language(session, viewer.account_id or 0, form.language, by=viewer)
    return response


def _from(request: Request) -> dict[str, str]:
    address = request.client.host if request.client else ""
    return {"address": address, "agent": request.headers.get("user-agent", "")}
