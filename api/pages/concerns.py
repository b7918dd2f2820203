"""Quality concerns on pages: reported from a document, moved on their own, listed at a product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import done, refused, services_of, texts_of
from api.pages.sentences import tell
from api.pages.things import document_thing, load_things
from api.parameters import Closed, DocumentId, ServicesDep, ViewerDep
from api.routes.registers import SchemesDep
from archive import concerns, registers
from archive.access import Viewer
from archive.concern_states import CONCERNS, may_move, state_in
from archive.concerns import Reported, is_late, standing_of, version_of
from archive.documents import DocumentView
from archive.errors import CrossfileError, NotFound
from archive.need_documents import Then
from archive.opening import Which, open_document
from archive.references import Target
from archive.register_fields import LONGEST_LINE, LONGEST_TEXT
from archive.registers import EntryView
from archive.times import parse_day
from web.views.common import Thing
from web.views.concerns import ConcernBlock, ConcernLine, ConcernsCard
from web.words import say

router = APIRouter(include_in_schema=False)
REPORTED: Final = say("%(name)s is reported.")
DONE: Final = say("It is done.")
Times = tuple[datetime | None, date | None]


class ReportForm(Closed):
    """What was seen in a version; by when it is to be answered, in 30 days unless said."""

    title: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    seen: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    products: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    owner: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    due_on: str = ""
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    back: str = "/"


class MoveForm(Closed):
    """A move of a concern, with the answer or the reason."""

    move: str
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    revision: int = 0
    back: str = "/concerns"


@router.post("/documents/{document}/concerns", name="report_concern_page")
def report(
    document: DocumentId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[ReportForm, Form()],
) -> Response:
    """Report it; what is wrong with the form is said at the top of the document's page."""
    texts, at = texts_of(request), services.clock()
    try:
        due = parse_day(form.due_on) if form.due_on.strip() else None
        said = Reported(
            form.title, form.seen, form.products, form.owner, due_on=due, version=form.version
        )
        with services.database.write() as session:
            made = concerns.report(session, viewer, document, said, at, schemes)
    except CrossfileError as error:
        return refused(form.back, tell(error, texts))
    return done(form.back, texts.gettext(REPORTED) % {"name": made.code})


@router.post("/concerns/{entry}/moves", name="move_concern_page")
def move(
    entry: str,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    schemes: SchemesDep,
    form: Annotated[MoveForm, Form()],
) -> Response:
    """Move it as a button says; what is refused is said at the top of its page."""
    texts = texts_of(request)
    try:
        with services.database.write() as session:
            name = entry.removeprefix("~")
            known = registers.get(session, viewer, concerns.REGISTER, name, schemes=schemes)
            concerns.move(
                session, viewer, known, form.move, services.clock(), text=form.text,
                revision=form.revision or known.revision, schemes=schemes,
            )  # fmt: skip
    except CrossfileError as error:
        return refused(form.back, tell(error, texts))
    return done(form.back, texts.gettext(DONE))


def card_of(
    session: Session,
    viewer: Viewer,
    view: DocumentView,
    spoken: Iterable[Thing],
    today: date,
    times: Times,
) -> ConcernsCard:
    """Those of a document; `spoken` are the things that it speaks of."""
    as_of, on = times
    found = concerns.concerns_of_document(session, viewer, view.document.id, as_of=as_of, on=on)
    is_now = as_of is None and on is None
    codes = dict.fromkeys(one.text for one in spoken if one.type == "product")
    return ConcernsCard(
        rows=_lines(session, viewer, found, today),
        may_report=is_now and may_move(viewer, view.document.collection_id),
        products=";".join(codes),
        version=view.version.number,
    )


def _lines(
    session: Session, viewer: Viewer, found: Sequence[EntryView], today: date
) -> tuple[ConcernLine, ...]:
    known = load_things(session, viewer, [Target(CONCERNS, one.id) for one in found])
    return tuple(
        ConcernLine(
            known[Target(CONCERNS, one.id)].thing, one.name, state_in(one.values),
            one.values.get("owner", ""), one.values.get("due_on", ""),
            is_late(one, today.isoformat()), (version_of(one) or (0, None))[1],
        )
        for one in found
        if Target(CONCERNS, one.id) in known
    )  # fmt: skip


def concern_blocks(
    request: Request, session: Session, viewer: Viewer, entry: EntryView, times: Times
) -> dict[str, Any]:
    """What stands on the page of a concern alone (`concern`), and of a product (`concerns`)."""
    as_of, on = times
    then = Then(services_of(request).clock().date(), as_of, on)
    if entry.register.name == "product":
        found = concerns.concerns_of_product(session, viewer, entry, then)
        return {"concerns": _lines(session, viewer, found[::-1], then.day)}
    if entry.register.name != CONCERNS:
        return {}
    stands, said = standing_of(session, viewer, entry, then), entry.values
    block = ConcernBlock(
        state=stands.state, owner=said.get("owner", ""), due=said.get("due_on", ""),
        is_late=stands.is_overdue, answered_by=said.get("answered_by", ""),
        answered_on=said.get("answered_on", ""), phases=stands.phases, moves=stands.moves,
    )  # fmt: skip
    return {"concern": _with_document(session, viewer, entry, block)}


def _with_document(
    session: Session, viewer: Viewer, entry: EntryView, block: ConcernBlock
) -> ConcernBlock:
    """With the link to the version that it was reported from, where the viewer may see it."""
    named = version_of(entry)
    if named is None:
        return block
    try:
        view = open_document(session, viewer, named[0], Which(named[1]))
    except NotFound:
        return block
    number = view.version.number
    thing = document_thing(view.document.id, view.version, f"?version={number}")
    return replace(block, document=thing, version=number)
