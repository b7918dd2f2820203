"""The page of schemes: what is in force, and a new one from a handful of examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import show, texts_of
from api.pages.sentences import tell
from api.pages.things import document_thing
from api.parameters import ServicesDep, SessionDep, ViewerDep
from archive.access import Viewer
from archive.documents import find_document
from archive.errors import CrossfileError, UsageError
from archive.models import Page
from archive.opening import Which, open_document
from archive.scheme_drafts import draft, found_in, in_toml
from archive.scheme_types import Scheme
from archive.vocabulary import KINDS, REGISTERS
from indexer.stage_settings import schemes_of
from web.views.common import Choice
from web.views.schemes import Drafted, SchemeRow, SchemesPage, Tried

router = APIRouter(include_in_schema=False)

MOST_CHARS: Final = 5_000  # typed into one field
MOST_PAGES: Final = 50  # of a document that are tried
MOST_FOUND: Final = 100
NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
BEARERS: Final = tuple(dict.fromkeys((*KINDS, *REGISTERS)))


@router.get("/schemes", name="schemes_page")
def schemes_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """The schemes, and what comes of the examples that the address gives."""
    pairs = parse_qsl(request.url.query, max_num_fields=20)
    asked = {name: value[:MOST_CHARS] for name, value in pairs}
    drafted, error = None, ""
    try:
        drafted = _drafted(session, viewer, asked) if asked.get("examples") else None
    except CrossfileError as wrong:
        error = tell(wrong, texts_of(request))
    own = {scheme.name for scheme in services.config.schemes}
    page = SchemesPage(
        schemes=tuple(
            SchemeRow(
                name, one.scheme.bearer, name in own, tuple(t for t, _ in one.scheme.examples[:2])
            )
            for name, one in sorted(schemes_of(services.config).by_name.items())
        ),
        bearers=tuple(
            Choice(one, "", "", is_chosen=one == asked.get("bearer", "other")) for one in BEARERS
        ),
        **{name: asked.get(name, "") for name in _TYPED},
        drafted=drafted,
        error=error,
    )
    return show(request, page, session, status=422 if error else 200)


_TYPED: Final = ("name", "examples", "counter_examples", "labels", "document")


def _drafted(session: Session, viewer: Viewer, asked: Mapping[str, str]) -> Drafted:
    name, bearer = asked.get("name", "").strip(), asked.get("bearer", "other")
    if not NAME.fullmatch(name) or bearer not in BEARERS:
        raise UsageError("Give the scheme a name of small letters, digits and dashes.")
    examples, others, labels = (
        [line.strip() for line in asked.get(field, "").splitlines() if line.strip()]
        for field in ("examples", "counter_examples", "labels")
    )
    scheme = draft(name, bearer, examples, counter_examples=others, labels=labels)
    tried = [_tried(scheme, text, is_wanted=True) for text, _ in scheme.examples]
    tried += [_tried(scheme, text, is_wanted=False) for text in others]
    toml = in_toml(scheme)
    if not (wanted := asked.get("document", "").strip()):
        return Drafted(toml, tuple(tried))
    number = find_document(session, viewer, wanted)
    view = open_document(session, viewer, number, Which())
    texts = session.execute(
        select(Page.number, Page.text)
        .where(Page.version_id == view.version.id)
        .order_by(Page.number)
        .limit(MOST_PAGES)
    )
    found = [(page, one) for page, text in texts for one in found_in(scheme, text)]
    thing = document_thing(number, view.version)
    return Drafted(toml, tuple(tried), thing, tuple(found[:MOST_FOUND]))


def _tried(scheme: Scheme, text: str, *, is_wanted: bool) -> Tried:
    found = found_in(scheme, text)
    return Tried(text, tuple(found), bool(found) == is_wanted)
