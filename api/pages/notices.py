"""The page of notices: who is to be told of which decision, and who has been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import done, refused, show, texts_of
from api.pages.registers import page_of, pager
from api.pages.sentences import tell
from api.pages.things import load_things
from api.parameters import Closed, RowId, ServicesDep, SessionDep, ViewerDep
from api.service import Services
from archive import notices
from archive.access import Right, Viewer
from archive.change_states import CHANGES
from archive.errors import CrossfileError
from archive.notices import NoticeView
from archive.records import document_id_of
from archive.references import Target
from web.address import Address
from web.views.common import Choice
from web.views.notices import NoticeRow, NoticesPage
from web.words import say

router = APIRouter(prefix="/notices", include_in_schema=False)
ON_A_PAGE: Final = 50
PATH: Final = "/notices"
SENT: Final = say("It is marked as sent.")
NOT_SENT: Final = say("It is to be sent.")
AGAIN: Final = say("It is tried again.")


class BackForm(Closed):
    """Where it was asked."""

    back: str = PATH


@router.get("", name="notices_page")
def notices_page(
    request: Request, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Response:
    """Notices that are to be sent, or that are sent, the oldest first."""
    asked = dict(parse_qsl(request.url.query))
    state = asked["state"] if asked.get("state") in notices.STATES else "to-be-sent"
    number = page_of(asked.get("page", "1"))
    found = notices.list_notices(
        session, viewer, state=state, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
    )
    address = Address(PATH).having(state=state)
    page = NoticesPage(
        rows=rows_of(session, viewer, found.items),
        total=found.total,
        states=tuple(
            Choice(one, "", str(Address(PATH).having(state=one)), one == state)
            for one in notices.STATES
        ),
        sends_itself=bool(services.config.mail.host),
        pager=pager(address, number, found.total, ON_A_PAGE),
    )
    return show(request, page, session)


def rows_of(
    session: Session, viewer: Viewer, found: tuple[NoticeView, ...]
) -> tuple[NoticeRow, ...]:
    """Notices as pages show them."""
    entries = {one.id: Target(CHANGES, one.entry_id) for one in found}
    filed = {
        one.id: Target("document", document_id_of(one.document)) for one in found if one.document
    }
    known = load_things(session, viewer, [*entries.values(), *filed.values()])
    return tuple(
        NoticeRow(
            one.id, known[entries[one.id]].thing, one.decision, one.to_name, one.to_address,
            f"mailto:{quote(one.to_address, safe='@')}?subject={quote(one.subject)}"
            if one.to_address else "",
            one.subject, one.language, one.made_at,
            known[filed[one.id]].thing if one.id in filed else None,
            one.sent_at, one.sent_how or "", one.who, one.failure,
            viewer.may(Right.FILE) and one.collection_id in viewer.writes,
        )
        for one in found
    )  # fmt: skip


def _carry_out(
    services: Services, request: Request, act: Callable[[Session, datetime], None], back: str,
    said: str, undo: str = "",
) -> Response:  # fmt: skip
    texts = texts_of(request)
    try:
        with services.database.write() as session:
            act(session, services.clock())
    except CrossfileError as error:
        return refused(back, tell(error, texts))
    return done(back, texts.gettext(said), undo=undo, fields=(("back", back),) if undo else ())


@router.post("/{notice}/sent", name="mark_notice_sent_page")
def mark_sent(
    notice: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:
    """It is sent; that can be taken back at once."""
    return _carry_out(
        services, request, lambda session, at: notices.mark_sent(session, viewer, notice, at),
        form.back, SENT, f"{PATH}/{notice}/not-sent",
    )  # fmt: skip


@router.post("/{notice}/not-sent", name="take_notice_back_page")
def take_back(
    notice: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:
    """It is not sent after all."""
    return _carry_out(
        services, request, lambda session, at: notices.take_back(session, viewer, notice, at),
        form.back, NOT_SENT,
    )  # fmt: skip


@router.post("/{notice}/again", name="send_notice_again_page")
def send_again(
    notice: RowId,
    request: Request,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:
    """Have the mail server asked again."""
    return _carry_out(
        services, request, lambda session, at: notices.send_again(session, viewer, notice, at),
        form.back, AGAIN,
    )  # fmt: skip
