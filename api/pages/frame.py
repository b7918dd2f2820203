"""What surrounds a page: who asks, in which language, with which preferences."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request

from api.service import PageRenderer, Services
from archive.access import Right
from archive.sign_ins import SignedIn
from web.render import choose_language
from web.views.common import Frame, Viewer

THEMES = ("system", "light", "dark")
LANGUAGE, THEME, KEYS = "crossfile-language", "crossfile-theme", "crossfile-keys"  # cookies


def services_of(request: Request) -> Services:
    """What the application was made with."""
    return cast("Services", request.app.state.services)


def pages_of(request: Request) -> PageRenderer:
    """What renders the pages of the application."""
    return cast("PageRenderer", request.app.state.pages)


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
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        now=services_of(request).clock(),
        theme=theme if theme in THEMES else "system",
        keys=cookies.get(KEYS) != "off",
        viewer=None
        if viewer is None
        else Viewer(
            name=viewer.name,
            role=viewer.role,
            may_upload=viewer.may(Right.FILE) and bool(viewer.writes),
            may_administer=viewer.may(Right.ADMINISTER),
        ),
    )


def safe_back(back: str) -> str:
    """`back` if it is a path of ours, else the front page.

    Browsers take `//host`, `/\\host` and `/<tab>/host` for other hosts (WHATWG URL, section 4.4).
    """
    is_ours = back.startswith("/") and not back.startswith("//")
    return back if is_ours and "\\" not in back and back.isprintable() else "/"
