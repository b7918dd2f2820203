"""The outermost layer: an id for each request, headers for each answer, and no error gets past."""

from __future__ import annotations

import secrets
import time
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import METHODS, answer
from web.render import SECURITY_POLICY

#: Set unless a route has set its own (OWASP Secure Headers; Referrer-Policy `no-referrer` would
#: make browsers send `Origin: null` with our own forms).
HEADERS: Final = {
    "Content-Security-Policy": SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",  # what stays in a cache is read after signing out
}
HTTPS_ONLY: Final = "max-age=31536000"


class Edge:
    """Wraps the whole application, errors of its other layers included."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, is_https: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = HEADERS | ({"Strict-Transport-Security": HTTPS_ONLY} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "other"
        if is_head := method == "HEAD":  # every route that is read has one (RFC 9110, section 9.1)
            scope = {**scope, "method": "GET", "is_head": True}
        request = Request(scope, receive)
        request.state.id = secrets.token_hex(8)
        began = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request.state.id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            response = await run_in_threadpool(_answer, request, error)
            if status:  # too late to say anything: the connection breaks, the log knows why
                raise
            await response(scope, receive, send_with_headers)
        finally:
            route = getattr(scope.get("route"), "name", "none")
            self._metrics.count(method, route, status, time.perf_counter() - began)


def _answer(request: Request, error: Exception) -> Response:
    """The answer to an error; where even that fails, of what, in a line."""
    try:
        return answer(request, error)
    except Exception as second:
        structlog.get_logger().error("failed to answer", id=request.state.id, exc_info=second)
        return PlainTextResponse(f"Something went wrong here: {request.state.id}.", 500)
