"""Who asks: the gate that every request passes before anything of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

import structlog
from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.pages.frame import services_of, signed_in_of, split_of
from api.problems import answer
from api.seen import Seen
from api.service import Services
from archive import accounts, sign_ins
from archive.access import Right, Viewer
from archive.errors import BlobTooLarge, CrossfileError, NotAllowed, NotSignedIn
from archive.register_fields import REGISTERS
from archive.sign_ins import SignedIn, viewer_of_session
from archive.tokens import viewer_of_feed, viewer_of_token

#: All that answers without a session or token.
PUBLIC: Final = frozenset({"/sign-in", "/preferences", "/healthz", "/readyz"})
PUBLIC_FOLDERS: Final = ("/sign-in/", "/static/")

#: Here a token is told by the address itself, in a form that opens nothing else.
FEEDS: Final = "/calendar/"

#: Where files come in; every other body is a form or a small JSON document.
REGISTER_FILES: Final = {
    f"{prefix}/{register.plural}/import"
    for register in REGISTERS.values()
    for prefix in ("", "/api/v1")
}
FILES_COME_IN: Final = frozenset({"/api/v1/documents", "/upload"} | REGISTER_FILES)
SMALL_BODY: Final = 1 << 20
FORM_AROUND_FILE: Final = 1 << 16

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a request shows to be let in: the first of these that it has counts alone."""

    feed: str | None
    token: str | None
    cookie: str | None

    @property
    def is_any(self) -> bool:
        return self.feed is not None or self.token is not None or bool(self.cookie)


class Gate:
    """Finds out who asks and turns away whoever is nobody, on every path that is not `PUBLIC`.

    Being middleware, it stands before routes that forget to ask, and before bodies are read.
    """

    def __init__(self, app: ASGIApp, services: Services, seen: Seen) -> None:
        self._app = app
        self._services = services
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        response: Response | None = None
        try:
            require_own_page(request, self._services.config.server.public_url)
            limit = self._limit(request.url.path)
            if int(request.headers.get("content-length") or 0) > limit:
                raise BlobTooLarge(limit)
            request.state.signed_in = await self._recognise(request)
        except CrossfileError as error:
            response = await run_in_threadpool(answer, request, error)
        if response is None:
            await self._app(scope, limited(receive, limit), send)
        else:
            await response(scope, receive, send)

    async def _recognise(self, request: Request) -> SignedIn | None:
        shown = _shown(request)
        now = self._services.clock()
        found = None
        if shown.is_any and not request.url.path.startswith("/static/"):
            found = await run_in_threadpool(self._look_up, shown, now)
        if found is not None:
            self._seen.note(found, now)
        elif not is_public(request.url.path):
            raise NotSignedIn("Sign in, or send a token that is valid.")
        return found

    def _look_up(self, shown: _Shown, now: datetime) -> SignedIn | None:
        services = self._services
        with services.database.read() as session:
            if shown.feed is not None:
                return viewer_of_feed(session, shown.feed, services.history.sign, now=now)
            if shown.token is not None:
                return viewer_of_token(session, shown.token, now=now)
            return viewer_of_session(
                session, shown.cookie or "", now=now, lifetimes=services.lifetimes
            )

    def _limit(self, path: str) -> int:
        if path not in FILES_COME_IN:
            return SMALL_BODY
        return (self._services.config.server.max_upload_mb << 20) + FORM_AROUND_FILE


def is_public(path: str) -> bool:
    """Does this path answer everybody?"""
    return path in PUBLIC or path.startswith(PUBLIC_FOLDERS)


def limited(receive: Receive, limit: int) -> Receive:
    """`receive`, which stops bodies that say no length, or lie about it, at `limit` bytes."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:  # FastAPI lets nothing but an HTTPException through a body's reading
            raise HTTPException(413, str(BlobTooLarge(limit)))
        return message

    return receive_some


def require_own_page(request: Request, public_url: str) -> None:
    """Raise `NotAllowed` for a write that a browser sends on behalf of another site's page."""
    if request.method not in SAFE:
        require_no_other_site(request, public_url)


def require_no_other_site(request: Request, public_url: str) -> None:
    """Raise `NotAllowed` for what a browser sends on behalf of another site's page.

    By Sec-Fetch-Site; where a browser sends none (plain http in a local network), Origin has to be
    our own host (OWASP, "Cross-Site Request Forgery Prevention", Fetch Metadata with fallback).
    Programs send neither. A token is never sent by a browser on its own.
    """
    if _bearer(request) is not None:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_own = site in ("same-origin", "none")
    elif origin is not None:
        hosts = {request.headers.get("host"), urlsplit(public_url).netloc}
        is_own = split_of(origin).netloc in hosts - {"", None}
    else:
        is_own = True
    if not is_own:
        raise NotAllowed("This was sent from a page of another site. Do it on our own pages.")


def cookie_name(request: Request) -> str:
    """`__Host-` binds a cookie to host, path and https (RFC 6265bis, section 4.1.3.2)."""
    return "__Host-crossfile" if is_https(request) else "crossfile"


def is_https(request: Request) -> bool:
    """Do browsers reach us encrypted?"""
    public = services_of(request).config.server.public_url
    return public.startswith("https://") or request.url.scheme == "https"


def set_cookie(request: Request, response: Response, secret: str) -> None:
    """Hand the secret of a new session to the browser."""
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=services_of(request).config.server.session_max_h * 3600,
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )


def sign_in(services: Services, name: str, password: str, *, address: str, agent: str) -> str:
    """Check name and password; the secret of a new session.

    Raises `NotSignedIn`, or `TooManyTries`: after five wrong ones in a minute for one name from one
    address, or thirty from one address for whatever names.
    """
    now = services.clock()
    key = f"{name.casefold()[:100]}\n{address}"
    services.throttle.take(key, now)
    services.address_throttle.take(address, now)
    with services.database.read() as session:
        stored = accounts.stored_password(session, name)
    fits, newer = services.passwords.fits(password, stored[1] if stored else None)
    if stored is None or not fits:
        log = structlog.get_logger()
        log.warning("sign-in refused", user=stored[0] if stored else None, address=address)
        raise NotSignedIn("The name or the password is wrong.")
    services.throttle.forgive(key)
    with services.database.write() as session:
        if newer:
            accounts.rehash(session, stored[0], newer)
        return sign_ins.open_session(session, stored[0], at=now, agent=agent)


def _shown(request: Request) -> _Shown:
    feed = request.url.path.removeprefix(FEEDS).removesuffix(".ics")
    return _Shown(
        feed=feed if request.url.path.startswith(FEEDS) else None,
        token=_bearer(request),
        cookie=request.cookies.get(cookie_name(request)),
    )


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


# Dependencies that wait for nothing are `async`: FastAPI runs others in a thread each.


async def current_viewer(request: Request) -> Viewer:
    """The viewer of this request. Raises `NotSignedIn` on public paths, where there may be none."""
    signed_in = signed_in_of(request)
    if signed_in is None:
        raise NotSignedIn("Sign in, or send a token that is valid.")
    return signed_in.viewer


async def administrator(viewer: Annotated[Viewer, Depends(current_viewer)]) -> Viewer:
    """The viewer, who is an administrator. Raises `NotAllowed` for all others."""
    viewer.require(Right.ADMINISTER)
    return viewer
