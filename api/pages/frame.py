"""What surrounds a page: who asks, in which language, with which preferences."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import replace
from typing import Final, cast
from urllib.parse import SplitResult, urlsplit, urlunsplit

from babel.support import NullTranslations
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.service import PageRenderer, Services
from api.waiting import WaitingCounts
from archive.access import Right
from archive.sign_ins import SignedIn
from web.render import choose_language
from web.views.common import Frame, Notice, View, Viewer

THEMES = ("system", "light", "dark")
LANGUAGE, THEME, KEYS = "crossfile-language", "crossfile-theme", "crossfile-keys"  # cookies
NOTICE: Final = "crossfile-notice"  # a cookie: what was just done, until the next page shows it
NOTICE_S: Final = 60
LONGEST_NOTICE: Final = 2000  # characters; browsers keep 4096 bytes of a cookie


def services_of(request: Request) -> Services:
    """What the application was made with."""
    return cast("Services", request.app.state.services)


def pages_of(request: Request) -> PageRenderer:
    """What renders the pages of the application."""
    return cast("PageRenderer", request.app.state.pages)


def waiting_of(request: Request) -> WaitingCounts:
    """The counts that pages show of what waits."""
    return cast("WaitingCounts", request.app.state.waiting)


def signed_in_of(request: Request) -> SignedIn | None:
    """Who asks, as the gate has found out."""
    return cast("SignedIn | None", getattr(request.state, "signed_in", None))


def frame_of(request: Request) -> Frame:
    """The frame of a page that answers this request."""
    signed_in = signed_in_of(request)
    viewer = signed_in.viewer if signed_in else None
    cookies = request.cookies
    wish = (viewer.language if viewer else None) or cookies.get(LANGUAGE)
    theme = cookies.get(THEME, "system")
    return Frame(
        language=choose_language(wish, request.headers.get("accept-language", "")),
        here=_here(request),
        now=services_of(request).clock(),
        theme=theme if theme in THEMES else "system",
        keys=cookies.get(KEYS) != "off",
        viewer=None
        if viewer is None
        else Viewer(
            name=viewer.name,
            role=viewer.role,
            may_file=viewer.may(Right.FILE),
            may_upload=viewer.may(Right.FILE) and bool(viewer.writes),
            may_administer=viewer.may(Right.ADMINISTER),
            may_dispose=viewer.may(Right.DISPOSE),
        ),
    )


def _here(request: Request) -> str:
    """The page that is looked at: this one, or the one whose form was sent."""
    if request.method in ("GET", "HEAD"):
        url = urlsplit(str(request.url))
    else:
        url = split_of(request.headers.get("referer", ""))
    return safe_back(urlunsplit(("", "", url.path, url.query, "")))


def split_of(address: str) -> SplitResult:
    """The parts of an address that a client sent; of one that is none, nothing.

    >>> split_of("http://[x").netloc
    ''
    """
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def texts_of(request: Request) -> NullTranslations:
    """The catalogue of the language in which this request is answered."""
    return pages_of(request).texts(frame_of(request).language)


def show(
    request: Request,
    view: View,
    session: Session | None = None,
    *,
    query: str = "",
    status: int = 200,
) -> HTMLResponse:
    """The page, with what was just done at its top. `session` counts what waits for the viewer."""
    frame = frame_of(request)
    signed_in = signed_in_of(request)
    waiting = None
    if session is not None and signed_in is not None and signed_in.viewer.may(Right.FILE):
        counts = waiting_of(request)
        if NOTICE in request.cookies:
            counts.forget()
        waiting = counts.count(session, signed_in.viewer)
    notice = _notice(request)
    frame = replace(frame, query=query, attention=waiting, notice=notice)
    response = HTMLResponse(pages_of(request).render(view, frame), status_code=status)
    if NOTICE in request.cookies:
        response.delete_cookie(NOTICE)
    return response


def printed(pdf: bytes, name: str) -> Response:
    """A page as PDF, shown by the browser; `name` is what it is of."""
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in name)
    headers = {"Content-Disposition": f'inline; filename="{plain}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def part(request: Request, view: View) -> HTMLResponse:
    """A fragment without a frame around it."""
    return HTMLResponse(pages_of(request).render(view, frame_of(request)))


def done(
    back: str,
    text: str = "",
    *,
    undo: str = "",
    fields: tuple[tuple[str, str], ...] = (),
    is_wrong: bool = False,
) -> Response:
    """Go back to a page of ours, which says `text` once, and offers to POST `fields` to `undo`.

    Where there are too many fields for a cookie, it says the text alone.
    """
    response = RedirectResponse(safe_back(back), status_code=303)
    for said in ((text, undo, fields, is_wrong), (text, "", (), is_wrong)) if text else ():
        kept = base64.urlsafe_b64encode(json.dumps(said).encode()).decode()
        if len(kept) <= LONGEST_NOTICE:
            response.set_cookie(NOTICE, kept, max_age=NOTICE_S, samesite="lax", httponly=True)
            break
    return response


def refused(back: str, text: str) -> Response:
    """Go back to a page of ours, which says once why nothing was done."""
    return done(back, text, is_wrong=True)


def _notice(request: Request) -> Notice | None:
    try:
        text, undo, fields, is_wrong = json.loads(base64.urlsafe_b64decode(request.cookies[NOTICE]))
        pairs = tuple((str(name), str(value)) for name, value in fields)
    except (KeyError, ValueError, TypeError, binascii.Error):
        return None
    return Notice(str(text), safe_back(undo) if undo else "", pairs, bool(is_wrong))


def safe_back(back: str) -> str:
    """`back` if it is a path of ours, else the front page.

    Browsers take `//host`, `/\\host` and `/<tab>/host` for other hosts (WHATWG URL, section 4.4).
    """
    is_ours = back.startswith("/") and not back.startswith("//")
    return back if is_ours and "\\" not in back and back.isprintable() else "/"
