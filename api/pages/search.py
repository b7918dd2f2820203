"""The search page, and linking in bulk from its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages import search_view
from api.pages.frame import done, safe_back, show, texts_of
from api.pages.marked import is_in_a_matter
from api.pages.search_address import Asked, read
from api.pages.sentences import tell
from api.parameters import (
    Closed,
    DocumentNumber,
    RowNumber,
    ServicesDep,
    SessionDep,
    ViewerDep,
)
from api.problems import is_for_people
from api.service import Services
from archive.access import Right, Viewer
from archive.config import Config
from archive.errors import CrossfileError, NotAllowed
from archive.linking import find_target, link_many, made_by_hand, unlink_many
from archive.models import Collection, Document, Sighting, Trouble
from archive.records import document_id_of
from archive.vocabulary import RELATIONS
from indexer.search.answers import Results
from web.views.search import Bulk, FirstRun, RootSeen, SearchPage

router = APIRouter(include_in_schema=False)


class LinkForm(Closed):
    """What the list posts: the marked documents, and what they are linked to."""

    document: Annotated[list[DocumentNumber], Field(default_factory=list, max_length=1000)]
    target: str = ""
    relation: str = ""
    back: str = "/"


class UnlinkForm(Closed):
    """References that were made by hand just now, to be taken back."""

    reference: Annotated[list[RowNumber], Field(default_factory=list, max_length=1000)]
    back: str = "/"


@router.get("/", name="search_page")
def search_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Search; a file number alone opens its document."""
    asked = read("/", request.url.query)
    results = _search(services, session, viewer, asked)
    if results.opens and asked.page == 1:
        return RedirectResponse(f"/documents/{results.opens}", status_code=303)
    page = _page(request, services, session, viewer, asked, results, _bulk(session, viewer))
    return show(request, page, session, query=asked.query)


@router.post("/links", name="link_marked")
def link_marked(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    form: Annotated[LinkForm, Form()],
) -> Response:
    """Link the marked documents, all or none; the list again where it can't be done."""
    viewer.require(Right.FILE)
    texts, at = texts_of(request), services.clock()
    try:
        numbers = [document_id_of(number) for number in form.document]
        target = find_target(session, viewer, form.target)
        with services.database.write() as writing:
            made = link_many(writing, viewer, numbers, target, form.relation, at)
    except NotAllowed:
        raise
    except CrossfileError as error:
        if not is_for_people(request):
            raise
        asked = read("/", safe_back(form.back).partition("?")[2])
        bulk = replace(
            _bulk(session, viewer), target=form.target, marked=frozenset(form.document),
            error=tell(error, texts),
        )  # fmt: skip
        results = _search(services, session, viewer, asked)
        page = _page(request, services, session, viewer, asked, results, bulk)
        return show(request, page, session, query=asked.query, status=422)
    said = texts.ngettext(
        "%(num)d document was linked to %(target)s.",
        "%(num)d documents were linked to %(target)s.",
        len(numbers),
    )
    return linked(
        services, form.back, said % {"num": len(numbers), "target": form.target}, made, at
    )


def linked(services: Services, back: str, said: str, made: Sequence[int], at: datetime) -> Response:
    """Say what was linked, and offer to take back what was not linked before."""
    with services.database.read() as session:
        new = made_by_hand(session, made, at)
    fields = (("back", back), *(("reference", str(number)) for number in new))
    return done(back, said, undo="/links/undo" if new else "", fields=fields)


@router.post("/links/undo", name="unlink")
def unlink(
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[UnlinkForm, Form()],
) -> Response:
    """Take back what was linked by hand."""
    with services.database.write() as session:
        unlink_many(session, viewer, form.reference, services.clock())
    return done(form.back, texts_of(request).gettext("It is as it was."))


def _search(services: Services, session: Session, viewer: Viewer, asked: Asked) -> Results:
    return services.finder.search(session, viewer, asked.prefix + asked.query, asked.options)


def _bulk(session: Session, viewer: Viewer) -> Bulk:
    may_link = viewer.may(Right.FILE) and bool(viewer.writes)
    return Bulk(RELATIONS if may_link else (), is_in_a_matter(session, viewer))


def _page(
    request: Request,
    services: Services,
    session: Session,
    viewer: Viewer,
    asked: Asked,
    results: Results,
    bulk: Bulk,
) -> SearchPage:
    texts = texts_of(request)
    names = collection_names(session, viewer) if len(viewer.reads) > 1 else {}
    hits = search_view.hits_of(session, viewer, asked, results, names, texts)
    some = [place for place, hit in enumerate(results.hits) if not hit.has_all]
    is_first_run = not (hits or asked.query or asked.is_narrowed) and asked.page == 1
    return SearchPage(
        query=asked.query,
        hits=hits,
        total=results.total,
        total_any=results.total_any,
        some_from=some[0] if some and results.total_any else None,
        pieces=search_view.pieces_of(session, viewer, asked, results, services.finder.schemes),
        notes=search_view.notes_of(asked, results, texts.gettext),
        facets=search_view.facets_of(asked, results),
        years=search_view.years_of(asked, results),
        keep=search_view.keep_of(asked),
        filters=search_view.filters_of(asked, texts),
        sorts=search_view.sorts_of(asked) if results.total > 1 else (),
        pager=search_view.pager_of(asked, results),
        suggestions=search_view.suggestions_of(asked, results, texts.gettext),
        took_ms=results.took_ms,
        bulk=bulk,
        first_run=first_run(session, viewer, services.config) if is_first_run else None,
        saved=(asked.prefix + asked.query).strip(),
    )


def collection_names(session: Session, viewer: Viewer) -> dict[int, str]:
    """The collections that the viewer reads, by id."""
    rows = session.execute(
        select(Collection.id, Collection.name).where(Collection.id.in_(viewer.reads))
    )
    return {row[0]: row[1] for row in rows}


def first_run(session: Session, viewer: Viewer, config: Config) -> FirstRun | None:
    """What is watched, where nothing was filed yet that the viewer may read."""
    if session.scalar(select(Document.id).where(Document.collection_id.in_(viewer.reads)).limit(1)):
        return None
    may_upload = viewer.may(Right.FILE) and bool(viewer.writes)
    return FirstRun(roots_seen(session, viewer, config), may_upload)


def roots_seen(session: Session, viewer: Viewer, config: Config) -> tuple[RootSeen, ...]:
    """The watched folders with what was seen in them; only administrators see those of others."""
    if not viewer.may(Right.ADMINISTER):
        return ()
    filed = dict(
        session.execute(
            select(Sighting.root, func.count())
            .where(Sighting.until.is_(None), Sighting.root.is_not(None))
            .group_by(Sighting.root)
        ).all()
    )
    troubles = dict(
        session.execute(select(Trouble.root, func.count()).group_by(Trouble.root)).all()
    )
    lost = dict(
        session.execute(select(Trouble.root, Trouble.reason).where(Trouble.path == "")).all()
    )
    return tuple(
        RootSeen(
            root.name,
            str(root.path),
            filed.get(root.name, 0) + troubles.get(root.name, 0),
            filed.get(root.name, 0),
            troubles.get(root.name, 0),
            lost.get(root.name, "") if root.path.is_dir() else lost.get(root.name) or "",
        )
        for root in config.roots
    )
