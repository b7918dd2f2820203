"""Is it alive, is it ready, and its figures."""

from __future__ import annotations

import os
from typing import cast

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request

from api.canary import Canary
from api.metrics import Metrics
from api.parameters import AdministratorDep, ServicesDep
from archive.db import is_alive

router = APIRouter(tags=["health"])


@router.get("/healthz", response_class=PlainTextResponse, name="is_healthy")
def is_healthy() -> str:
    """Does the process answer?"""
    return "yes\n"


@router.get(
    "/readyz",
    response_class=PlainTextResponse,
    responses={503: {"content": {"text/plain": {}}, "description": "no"}},
    name="is_ready",
)
def is_ready(request: Request, services: ServicesDep) -> PlainTextResponse:
    """Do database, vault and search answer as they should?"""
    folders = (services.vault.blobs, services.vault.tmp)
    canary = cast("Canary", request.app.state.canary)
    is_writable = all(os.access(one, os.W_OK) for one in folders)
    if is_writable and is_alive(services.database) and canary.is_found():
        return PlainTextResponse("yes\n")
    return PlainTextResponse("no\n", status_code=503)


@router.get("/metrics", response_class=PlainTextResponse, name="metrics")
def metrics(request: Request, viewer: AdministratorDep) -> Response:
    """Figures in the text format of Prometheus, for an administrator."""
    figures = cast("Metrics", request.app.state.metrics)
    return Response(figures.text(), media_type=CONTENT_TYPE_LATEST)
