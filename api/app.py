"""The composition root of the service: routes, layers, what is started and what is ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.types import Scope

from api import VERSION, problems
from api.auth import Gate
from api.canary import Canary
from api.digests import Digests
from api.edge import Edge
from api.metrics import Metrics
from api.pages import rooms
from api.parameters import ViewerDep
from api.routes import (
    access,
    account,
    attention,
    bundles,
    calendar,
    chain,
    changes,
    closing,
    concerns,
    custodians,
    differences,
    digest,
    documents,
    file_passwords,
    graph,
    health,
    holds,
    matter_chronology,
    matters,
    notices,
    papers,
    parties,
    plan_tables,
    plans,
    proofs,
    questions,
    registers,
    retention,
    rulings,
    saved_searches,
    search,
    sent,
    status,
    timeline,
    trail,
    users,
    wanted,
    word_lists,
)
from api.seen import Seen
from api.service import PageRenderer, Services
from api.waiting import WaitingCounts
from indexer.stage_settings import schemes_of
from web.render import STATIC

#: Every route of the service stands in one of these; api.auth.PUBLIC says which need no sign-in.
ROUTERS: Final = (
    health.router,  # a request looks through them in this order: what is asked most comes first
    search.router,
    saved_searches.router,
    digest.router,
    account.router,
    users.router,
    access.router,
    registers.router,
    changes.router,
    concerns.router,
    plan_tables.router,
    plans.router,
    timeline.router,
    closing.router,
    notices.router,
    questions.router,
    calendar.router,
    documents.router,
    differences.router,
    chain.router,
    graph.router,
    papers.router,
    sent.router,
    proofs.router,
    bundles.router,
    parties.router,
    file_passwords.router,
    rulings.router,
    trail.router,
    matter_chronology.router,
    matters.router,
    holds.router,
    custodians.router,
    retention.router,
    wanted.router,
    word_lists.router,
    status.router,
    attention.router,
    *rooms.ROUTERS,
)
OPENAPI: Final = "/api/v1/openapi.json"
IMMUTABLE: Final = "public, max-age=31536000, immutable"


class Static(StaticFiles):
    """Files whose address changes with their content (`?v=`) may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Any:
        """The file, or 404."""
        response = await super().get_response(path, scope)
        if scope["query_string"].startswith(b"v=") and response.status_code == 200:
            response.headers["Cache-Control"] = IMMUTABLE
        return response


def create_app(services: Services, pages: PageRenderer) -> FastAPI:
    """The application over these services. Nothing is opened or started before its lifespan."""
    seen = Seen(services.database)
    metrics = Metrics(services.database, services.config.data.folder)
    digests = Digests(services, pages)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        seen.start()
        digests.start()
        services.pictures.warm()
        services.finder.share(services.database.url)
        yield
        digests.stop()
        services.close()
        seen.stop()

    app = FastAPI(
        title="Crossfile",
        version=VERSION,
        description="A document archive and cross-reference search service.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # served below, to whoever is signed in
        redirect_slashes=False,  # they would lead to whatever host was asked for
        generate_unique_id_function=_route_name,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.services, app.state.pages, app.state.metrics = services, pages, metrics
    app.state.schemes = schemes_of(services.config)
    app.state.started_at = services.clock()
    app.state.waiting = WaitingCounts(services)
    app.state.canary = Canary(services)
    for error in problems.EXPECTED:
        app.add_exception_handler(error, problems.answer)
    for router in ROUTERS:
        app.include_router(router)
    app.add_api_route(OPENAPI, openapi, name="openapi", include_in_schema=False)
    app.mount("/static", Static(directory=STATIC, check_dir=False), name="static")
    app.add_middleware(Gate, services=services, seen=seen)
    is_https = services.config.server.public_url.startswith("https://")
    app.add_middleware(Edge, metrics=metrics, is_https=is_https)  # the last added is outermost
    return app


def openapi(request: Request, viewer: ViewerDep) -> dict[str, Any]:
    """The description of the API."""
    return document_of(request.app)


def document_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an application, with its problems and its ways to sign in."""
    schema = problems.described(app.openapi())
    schema["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "crossfile"},
    }
    schema["security"] = [{"token": []}, {"session": []}]
    for path in ("/healthz", "/readyz"):
        schema["paths"][path]["get"]["security"] = []
    return schema


def _route_name(route: APIRoute) -> str:
    return route.name
