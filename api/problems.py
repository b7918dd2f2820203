"""What is answered when a request can't be: problem+json (RFC 9457), or a page for browsers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError, TimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match

from api.pages.frame import frame_of, pages_of, texts_of
from api.pages.sentences import tell
from archive.errors import (
    Ambiguous,
    BlobTooLarge,
    Conflict,
    CrossfileError,
    DatabaseAway,
    NotAllowed,
    NotFound,
    NotSignedIn,
    ReadingFailed,
    StorageFull,
    TooManyTries,
    UnknownTarget,
    UsageError,
)
from web.views.house import ErrorPage
from web.words import say

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
MEDIA_TYPE: Final = "application/problem+json"

#: The first that fits. What is not here is our own fault: 500, and only the log says what it was.
STATUS: Final[tuple[tuple[type[Exception], int], ...]] = (
    (UnknownTarget, 422),
    (UsageError, 400),
    (NotSignedIn, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Ambiguous, 409),
    (Conflict, 409),
    (BlobTooLarge, 413),
    (ReadingFailed, 422),
    (RequestValidationError, 422),
    (TooManyTries, 429),
    (OperationalError, 503),
    (DatabaseAway, 503),
    (TimeoutError, 503),
    (StorageFull, 507),
)
AWAY: Final = say("The database does not answer just now. Nothing is lost; try again in a moment.")
FAULT: Final = "Something went wrong here. The id says which line of the log tells more."


class Wrong(BaseModel):
    """One value of a request that was not understood."""

    where: str  # "query.limit", "body.name"
    message: str


class Problem(BaseModel):
    """Why a request was not done."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is no document D-000123.",
                    "id": "7f9c2ba4e88f827d",
                    "errors": [],
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str  # a sentence for people
    id: str  # of the request, as the log has it
    errors: list[Wrong] = []


def answer(request: Request, error: Exception) -> Response:
    """The response to a request that ended with `error`. What is unexpected is logged here."""
    if is_for_people(request) and _names_nothing(error):
        error = HTTPException(404)
    problem = problem_of(error, request.state.id)
    headers = _headers(request, error)
    if problem.status >= 500:
        structlog.get_logger().error("failed", id=problem.id, exc_info=error)
    if is_for_people(request):
        if problem.status == 401 and request.method == "GET":
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse("/sign-in?" + urlencode({"back": here}), status_code=303)
        page = ErrorPage(problem.status, message=_words(request, error, problem), id=problem.id)
        html = pages_of(request).render(page, frame_of(request))
        return HTMLResponse(html, status_code=problem.status, headers=headers)
    return Response(
        problem.model_dump_json(), problem.status, media_type=MEDIA_TYPE, headers=headers
    )


def problem_of(error: Exception, request_id: str) -> Problem:
    """The same error always has the same problem: it depends on nothing else."""
    status = _status(error)
    errors: list[Wrong] = []
    if isinstance(error, RequestValidationError):
        errors = [
            Wrong(where=".".join(str(part) for part in found["loc"]), message=found["msg"])
            for found in error.errors()
        ]
        detail = f"{errors[0].where}: {errors[0].message}." if errors else "It was not understood."
    elif isinstance(error, UnknownTarget):
        detail = str(error)
        errors = [Wrong(where="body.target", message=detail)]
    elif isinstance(error, HTTPException):
        detail = f"{error.detail.removesuffix('.')}."
    elif status == 503:
        detail = AWAY
    elif status == 500:
        detail = FAULT
    else:
        detail = str(error)
    detail = detail.encode("utf-8", "replace").decode()  # half a character can't be written
    title = HTTPStatus(status).phrase
    return Problem(title=title, status=status, detail=detail, id=request_id, errors=errors)


def is_for_people(request: Request) -> bool:
    """Is it a browser that asks for a page?"""
    path = request.url.path
    if path.startswith("/api/") or path in ("/healthz", "/readyz", "/metrics"):
        return False
    return (
        "text/html" in request.headers.get("accept", "")
        or request.headers.get("hx-request") == "true"  # a form of ours, sent without leaving it
    )


def _names_nothing(error: Exception) -> bool:
    """Whether an address can be that of nothing, as a document's whose number is no number."""
    return isinstance(error, RequestValidationError) and any(
        found["loc"][0] == "path" for found in error.errors()
    )


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def _headers(request: Request, error: Exception) -> dict[str, str]:
    if isinstance(error, TooManyTries):
        return {"Retry-After": str(error.wait_s)}
    if isinstance(error, NotSignedIn):
        return {"WWW-Authenticate": 'Bearer realm="Crossfile"'}
    if isinstance(error, HTTPException):
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = _allowed(request) or headers["Allow"]
        return headers
    return {}


def _allowed(request: Request) -> str:
    """What may be done at this address, over all its routes: each knows of itself only."""
    routes = request.app.router.routes
    return ", ".join(
        method
        for method in METHODS
        if any(r.matches({**request.scope, "method": method})[0] is Match.FULL for r in routes)
    )


def _words(request: Request, error: Exception, problem: Problem) -> str:
    """What the page says besides its own words for the status, in its language."""
    if problem.status in (404, 500):
        return ""
    texts = texts_of(request)
    if isinstance(error, CrossfileError):
        return tell(error, texts)
    if problem.errors:
        said = texts.gettext("What was sent as %(where)s was not understood.")
        return said % {"where": problem.errors[0].where}
    return texts.gettext(AWAY) if problem.status == 503 else ""


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """Add to an OpenAPI document which problems each operation may answer with."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= own.pop("$defs") | {"Problem": own}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path, operations in schema["paths"].items():
        if path == "/metrics":
            operations["get"]["responses"] |= {
                str(status): {"description": HTTPStatus(status).phrase, "content": content}
                for status in (401, 403)
            }
        if not path.startswith("/api/"):
            continue
        for method, operation in operations.items():
            statuses = {400, 401, 403, 404, 422, 500, 503}
            if path.endswith("/content"):
                statuses |= {416}
            if path.startswith("/api/v1/trail"):
                statuses |= {409}  # a number that more than one bears
            if method != "get":
                statuses |= {409, 413, 429, 507}
            operation["responses"] |= {
                str(status): {"description": HTTPStatus(status).phrase, "content": content}
                for status in sorted(statuses)
            }
    return schema


EXPECTED: Final = (CrossfileError, HTTPException, RequestValidationError, OperationalError)
