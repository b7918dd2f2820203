"""The page of a document; its facts are set right there."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages import (
    bundles,
    concerns,
    document_leaf,
    document_references,
    document_view,
    papers,
    retention,
    sent,
    taught,
)
from api.pages.chain import KINDS as CHAIN_KINDS
from api.pages.document_address import Opened, read
from api.pages.frame import done, show, texts_of
from api.pages.reasons import tell_reason
from api.pages.things import load_things, party_things
from api.parameters import Closed, DocumentId, ServicesDep, SessionDep, ViewerDep
from api.routes.documents import get_content
from api.service import Services
from archive import opening, rulings
from archive.access import Right, Viewer
from archive.builtin_schemes import entry_schemes
from archive.documents import DocumentView
from archive.errors import Destroyed, UsageError
from archive.history import history_of
from archive.models import Version
from archive.opening import Which, open_document
from archive.papers import paper_of
from archive.paths import gone_since
from archive.records import file_number
from archive.references import Target, incoming, outgoing
from archive.rereading import ask_reread
from archive.vocabulary import PAPER_FORMS, RELATIONS
from web.views.document import DocumentPage

router = APIRouter(include_in_schema=False)
router.add_api_route("/documents/{document}/original", get_content, name="original")

MOST_HISTORY = 30


class FactForm(Closed):
    """One fact set right. `was` tells one party of a role from another."""

    fact: str
    value: str = ""
    version: int | None = None
    role: str = ""
    was: str = ""
    read: str = ""  # "1": as it was read, whatever persons said of it
    back: str = "/"


class BackForm(Closed):
    """A button alone."""

    back: str = "/"


@router.get("/documents/{document}", name="document_page")
def document_page(
    request: Request,
    document: DocumentId,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
) -> Response:
    """One document. A number that it bore before leads to it."""
    opened = read(document, request.url.query)
    try:
        view = open_document(session, viewer, document, opened.which)
    except Destroyed as error:
        stone = retention.tombstone_page(session, viewer, error.document_id, texts_of(request))
        return show(request, stone, session)
    if view.document.id != document:
        moved = opened.address.having(version=str(view.version.number))
        here = replace(moved, path=f"/documents/{file_number(view.document.id)}")
        return RedirectResponse(str(here), status_code=303)
    page = _page(request, services, session, viewer, view, opened)
    return show(request, page, session, query=opened.query)


def _page(
    request: Request,
    services: Services,
    session: Session,
    viewer: Viewer,
    view: DocumentView,
    opened: Opened,
) -> DocumentPage:
    texts, as_of = texts_of(request), opened.which.as_of
    today = (as_of or services.clock()).date()
    version, number = view.version, file_number(view.document.id)
    out = outgoing(session, viewer, version_ids=[version.id], as_of=as_of)
    target = Target("document", view.document.id)
    into = incoming(session, viewer, target, as_of=as_of, on=opened.which.on)
    rows_in = into[-document_references.MOST_ROWS :]
    targets = document_references.targets_of([*out, *rows_in])
    candidates = {target for view in out for target in view.candidates}
    known = load_things(session, viewer, targets, placed=candidates)
    persons = document_references.persons_of(session, [*out, *rows_in])
    outward = document_references.outward(out, opened, known, persons, viewer)
    outward = document_references.with_namesakes(session, viewer, out, outward, as_of)
    outward = document_references.with_revisions(session, out, outward, as_of)
    inward = document_references.inward(rows_in, known, persons, viewer)
    if as_of is None:
        outward, inward = (
            document_references.with_changes(session, views, rows)
            for views, rows in ((out, outward), (rows_in, inward))
        )
    most, of_entries = document_references.MOST_ROWS, entry_schemes(services.config.schemes)
    versions = opening.versions_of(session, view, as_of=as_of)
    said = opening.facts_of(session, version.id, as_of=as_of)
    parties = [(f["value"], f["id"]) for f in said if f["name"] == "party"]
    things = party_things(session, viewer, parties)
    said = taught.with_reasons(session, view.document.collection_id, said, texts)
    facts = document_view.facts_of(view, opened, said, things)
    pages = document_leaf.load_pages(services, session, viewer, view, opened, out)
    head = document_view.head_of(
        view, opened, versions, things, shows_collection=len(viewer.reads) > 1,
        gone=gone_since(session, [view.document.id], as_of).get(view.document.id),
    )  # fmt: skip
    head = replace(head, reason=tell_reason(head.reason, texts))
    meant = document_references.meant_by(out, known, texts)
    leaf = document_leaf.leaf_of(services, session, viewer, view, opened, pages, meant, head.sha256)
    is_picture = bool(leaf and leaf.picture_href) and not opened.is_text
    history = history_of(session, viewer, view.document.id, as_of=as_of, limit=MOST_HISTORY)
    current = _current_number(session, view, opened.which)
    previous, following = document_leaf.beside(pages, opened)
    parents = document_references.family(out, known, inbound=False)
    can_edit = document_view.may_edit(viewer, view, opened)
    here = opened.address.having(page=str(opened.page) if opened.page > 1 else "")
    return DocumentPage(
        head=head,
        leaf=leaf,
        tabs=document_leaf.tabs_of(pages, opened),
        view="picture" if is_picture else "text",
        other_view_href=str(here.having(view="text" if is_picture else "")),
        facts=facts,
        references_out=tuple(
            replace(row, is_of_entries=row.scheme in of_entries) for row in outward[:most]
        ),
        references_in=tuple(inward[:most]),
        all_out_href=document_references.all_of("cited-by", number, len(outward), most),
        all_in_href=document_references.all_of("cites", number, len(into), most),
        versions=document_view.days_of(view, opened, versions, current),
        sightings=document_view.sightings_of(versions),
        history=document_view.history_rows(history.items, facts, texts),
        trail_href=document_view.trail_href(number),
        graph_href=f"/documents/{number}/graph#here",
        chain_href=f"/documents/{number}/chain" if version.kind in CHAIN_KINDS else "",
        parent=parents[0] if parents else None,
        children=document_references.family(into, known, inbound=True),
        missing_facts=document_view.missing_facts(facts) if can_edit else (),
        relations=RELATIONS if can_edit else (),
        paper_forms=PAPER_FORMS if can_edit else (),
        previous_mark_href=previous,
        next_mark_href=following,
        back_href=document_view.back_href(opened),
        as_of=opened.as_of,
        on=opened.on,
        may_edit=can_edit,
        sent=sent.card_of(session, viewer, view, versions, (as_of, opened.which.on)),
        concerns=concerns.card_of(
            session,
            viewer,
            view,
            (one.thing for one in known.values()),
            today,
            (as_of, opened.which.on),
        ),
        parts=bundles.card_of(session, viewer, view, opened.which, can_edit=can_edit),
        paper=papers.card_of(paper_of(session, viewer, view.document.id, as_of=as_of), today),
    )


def _current_number(session: Session, view: DocumentView, which: Which) -> int:
    """The number of the version that is the current one, of now or of then."""
    if which.version is None:
        return view.version.number
    current = session.get(Version, view.document.current_version_id)
    return current.number if current else view.version.number


@router.post("/documents/{document}/facts", name="set_fact")
def set_fact(
    document: DocumentId,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[FactForm, Form()],
) -> Response:
    """Set a fact right; an empty value takes a person's word back."""
    view = open_document(session, viewer, document, Which())
    if form.version is not None and form.version != view.version.number:
        raise UsageError("Another version is the current one by now; look at that one first.")
    is_party = form.fact == "party"
    values = {} if is_party else {form.fact: form.value.strip() or None}
    parties = _parties(view.version.parties, form) if is_party else None
    undo = _undo(session, view.version, form)
    with services.database.write() as writing:
        rulings.set_facts(
            writing,
            viewer,
            view.document.id,
            values,
            services.clock(),
            schemes=request.app.state.schemes,
            parties=parties,
        )
    said = texts_of(request).gettext("It is set right.")
    return done(form.back, said, undo=request.url.path, fields=undo)


def _undo(session: Session, version: Version, form: FactForm) -> tuple[tuple[str, str], ...]:
    """The form that sets a fact back: to what a person had said before, else to what was read."""
    said = [
        fact["value"]
        for fact in opening.facts_of(session, version.id)
        if fact["name"] == form.fact and fact["origin"] == "person" and fact["counts"]
    ]
    fields = [("fact", form.fact), ("back", form.back)]
    if form.fact == "party" and said:  # what was put in goes, what was taken away comes back
        fields += [("role", form.role), ("value", form.was), ("was", form.value.strip())]
    elif form.fact == "party":
        fields.append(("read", "1"))
    else:
        fields.append(("value", said[0] if said else ""))
    return tuple(fields)


def _parties(parties: list[dict[str, str]], form: FactForm) -> list[dict[str, str]]:
    """The parties of a document with one of them renamed, taken away or added."""
    if form.read:
        return []
    name = form.value.strip()
    kept = [p for p in parties if (p.get("role"), p["name"]) != (form.role, form.was)]
    return [*kept, {"role": form.role or "party", "name": name}] if name else kept


@router.post("/documents/{document}/reread", name="read_again")
def read_again(
    document: DocumentId,
    services: ServicesDep,
    session: SessionDep,
    viewer: ViewerDep,
    request: Request,
    form: Annotated[BackForm, Form()],
) -> Response:
    """Try once more to read it."""
    view = open_document(session, viewer, document, Which())
    viewer.require(Right.FILE, view.document.collection_id)
    with services.database.write() as writing:
        number = file_number(view.document.id)
        ask_reread(writing, viewer, [number], "parse", services.clock(), newest={})
    return done(form.back, texts_of(request).gettext("It is read again as soon as possible."))
