"""The pages of retention: what is due, what two persons agree to destroy, what is left of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Final
from urllib.parse import parse_qsl

from babel.support import NullTranslations
from fastapi import APIRouter, Form
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.matter_answers import Text
from api.pages import document_view
from api.pages.frame import done, refused, show, texts_of
from api.pages.registers import page_of, pager
from api.pages.sentences import tell
from api.parameters import (
    Closed,
    DocumentNumber,
    RowId,
    ServicesDep,
    SessionDep,
    ViewerDep,
)
from api.retention_answers import DueLine, due_lines
from api.service import Services
from archive import disposal_views, disposals, tombstone_views
from archive.access import Right, Viewer
from archive.disposal_views import DisposalView
from archive.documents import find_document
from archive.errors import CrossfileError
from archive.history import history_of
from archive.records import document_id_of
from web.address import Address
from web.views.common import Choice, Thing
from web.views.retention import (
    DisposalLineRow,
    DisposalPage,
    DisposalRow,
    DueRow,
    RetentionPage,
    StoneRow,
    TombstonePage,
)
from web.words import say

router = APIRouter(prefix="/retention", include_in_schema=False)
ON_A_PAGE: Final = 50
MOST_HISTORY: Final = 100
PATH: Final = "/retention"
SHOWS: Final = {"due": say("due"), "disposals": say("disposals"), "destroyed": say("destroyed")}
PROPOSED: Final = say("It is proposed. Another person has to approve it.")
APPROVED: Final = say("It is approved.")
CALLED_OFF: Final = say("It is called off; nothing is destroyed.")


class ReasonForm(Closed):
    """Why."""

    reason: Text = ""
    back: str = PATH


class ProposeForm(ReasonForm):
    """What is marked."""

    document: Annotated[
        list[DocumentNumber],
        Field(max_length=disposals.MOST_AT_ONCE, default_factory=list),
    ]


class EraseForm(ReasonForm):
    """File numbers, with spaces or commas between, and the ground in law."""

    documents: Text
    ground: Text


@router.get("", name="retention_page")
def retention_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """What is due; or the disposals; or what is left of what was destroyed."""
    viewer.require(Right.DISPOSE)
    asked = dict(parse_qsl(request.url.query))
    what = asked["show"] if asked.get("show") in SHOWS else "due"
    number = page_of(asked.get("page", "1"))
    texts = texts_of(request)
    shows = tuple(
        Choice(one, texts.gettext(word), str(Address(PATH).having(show=one)), one == what)
        for one, word in SHOWS.items()
    )
    most, offset = ON_A_PAGE, (number - 1) * ON_A_PAGE
    page = RetentionPage(
        shows, what, 0, has_classes=bool(services.config.retention),
        may_propose=viewer.account_id is not None,
    )  # fmt: skip
    if what == "due":
        lines = due_lines(
            session, viewer, services.config, services.clock().date(), limit=most, offset=offset
        )
        page = replace(page, due=tuple(map(_due, lines.items)), total=lines.total)
    elif what == "disposals":
        found = disposal_views.list_disposals(session, viewer, limit=most, offset=offset)
        page = replace(page, disposals=tuple(map(_row, found.items)), total=found.total)
    else:
        stones = tombstone_views.list_tombstones(session, viewer, limit=most, offset=offset)
        page = replace(page, stones=tuple(map(_stone, stones.items)), total=stones.total)
    turns = pager(Address(PATH).having(show=what), number, page.total, ON_A_PAGE)
    return show(request, replace(page, pager=turns), session)


@router.get("/{disposal}", name="disposal_page")
def disposal_page(
    disposal: RowId, request: Request, services: ServicesDep, session: SessionDep,
    viewer: ViewerDep,
) -> Response:  # fmt: skip
    """One disposal, with its documents."""
    number = page_of(dict(parse_qsl(request.url.query)).get("page", "1"))
    view = disposal_views.get_disposal(session, viewer, disposal)
    found = disposal_views.lines_of(
        session, viewer, disposal, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
    )
    path = f"{PATH}/{disposal}"
    page = DisposalPage(
        path,
        _row(view),
        tuple(
            DisposalLineRow(
                one.document, f"/documents/{one.document}", one.retention_class, one.authority,
                one.outcome,
            )
            for one in found.items
        ),
        found.total,
        services.config.disposal.grace_days,
        view.may_approve,
        viewer.account_id is not None and view.state in ("proposed", "approved"),
        pager(Address(path), number, found.total, ON_A_PAGE),
    )  # fmt: skip
    return show(request, page, session)


def tombstone_page(
    session: Session, viewer: Viewer, document_id: int, texts: NullTranslations
) -> TombstonePage:
    """What stands at the number of a destroyed document. Raises `NotFound`."""
    one = tombstone_views.tombstone_of(session, viewer, document_id)
    history = history_of(session, viewer, document_id, limit=MOST_HISTORY)
    return TombstonePage(
        one.document, one.collection, one.kind, one.number, one.date, one.what,
        one.retention_class, one.authority, one.reason, one.proposed_by, one.proposed_at,
        one.approved_by, one.approved_at, one.destroyed_at, one.content, one.lies_at,
        document_view.history_rows(history.items, (), texts),
    )  # fmt: skip


@router.post("", name="propose_disposal_page")
def propose(
    request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[ProposeForm, Form()],
) -> Response:  # fmt: skip
    """Propose to destroy what is marked."""
    ids = [document_id_of(one) for one in form.document]

    def act(session: Session, at: datetime) -> None:
        classes = services.config.retention
        disposals.propose(session, viewer, ids, classes, at, reason=form.reason)

    return _carry_out(services, request, act, form.back, PROPOSED)


@router.post("/erasures", name="propose_erasure_page")
def propose_erasure(
    request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[EraseForm, Form()],
) -> Response:  # fmt: skip
    """Ask for an erasure under data protection law."""

    def act(session: Session, at: datetime) -> None:
        names = form.documents.replace(",", " ").split()
        ids = [find_document(session, viewer, name) for name in names]
        disposals.propose_erasure(session, viewer, ids, form.ground, at, reason=form.reason)

    return _carry_out(services, request, act, form.back, PROPOSED)


@router.post("/{disposal}/approve", name="approve_disposal_page")
def approve(
    disposal: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[ReasonForm, Form()],
) -> Response:  # fmt: skip
    """Agree to what another person proposed."""
    grace = timedelta(days=services.config.disposal.grace_days)

    def act(session: Session, at: datetime) -> None:
        disposals.approve(session, viewer, disposal, at, grace=grace, reason=form.reason)

    return _carry_out(services, request, act, form.back, APPROVED)


@router.post("/{disposal}/call-off", name="call_off_disposal_page")
def call_off(
    disposal: RowId, request: Request, services: ServicesDep, viewer: ViewerDep,
    form: Annotated[ReasonForm, Form()],
) -> Response:  # fmt: skip
    """Leave the documents where they are."""

    def act(session: Session, at: datetime) -> None:
        disposals.call_off(session, viewer, disposal, at, reason=form.reason)

    return _carry_out(services, request, act, form.back, CALLED_OFF)


def _carry_out(
    services: Services, request: Request, act: Callable[[Session, datetime], None], back: str,
    said: str,
) -> Response:  # fmt: skip
    texts = texts_of(request)
    try:
        with services.database.write() as session:
            act(session, services.clock())
    except CrossfileError as error:
        return refused(back, tell(error, texts))
    return done(back, texts.gettext(said))


def _due(one: DueLine) -> DueRow:
    href = f"/documents/{one.document}"
    thing = Thing(one.kind, one.number or one.document, href, one.title)
    return DueRow(
        one.document, thing, one.title, one.date, one.retention_class, one.authority, one.then,
        one.counted_from, one.due_on, one.goes_with,
    )  # fmt: skip


def _row(one: DisposalView) -> DisposalRow:
    return DisposalRow(
        f"{PATH}/{one.id}", one.what, one.state, one.documents, one.reason, one.proposed_by,
        one.proposed_at, one.decided_by, one.decided_at, one.decision_reason, one.run_after,
        one.done_at,
    )  # fmt: skip


def _stone(one: tombstone_views.TombstoneView) -> StoneRow:
    return StoneRow(
        one.document, f"/documents/{one.document}", one.what, one.kind, one.number, one.date,
        one.retention_class, one.destroyed_at, one.lies_at,
    )  # fmt: skip
