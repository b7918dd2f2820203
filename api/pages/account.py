"""One's own account: where one is signed in, the password; and the list of keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import done, show, texts_of
from api.pages.sentences import tell
from api.parameters import Closed, RowId, ServicesDep, SessionDep, SignedInDep, ViewerDep
from api.routes.account import NewPassword, change_own_password
from api.service import Services
from archive import accounts, sign_ins
from archive.errors import CrossfileError
from archive.sign_ins import OpenSession, SignedIn
from web.views.house import AccountPage, KeysPage, SessionRow

router = APIRouter(include_in_schema=False)

#: What browsers and systems call themselves, the telling one first.
BROWSERS: Final = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"), ("curl/", "curl"),
)  # fmt: skip
SYSTEMS: Final = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


class PasswordForm(Closed):
    """The old password as proof, where there is one, and the new one."""

    old: str = ""
    new: str
    back: str = "/account"


class BackForm(Closed):
    """A button alone."""

    back: str = "/account"


@router.get("/account", name="account_page")
def account_page(
    request: Request, services: ServicesDep, session: SessionDep, who: SignedInDep
) -> Response:
    """Where one is signed in."""
    return show(request, _page(services, session, who), session)


@router.post("/account/password", name="change_password_page")
def change_password(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    who: SignedInDep,
    form: Annotated[PasswordForm, Form()],
) -> Response:
    """Change one's password; all other sessions end."""
    texts = texts_of(request)
    try:
        change_own_password(NewPassword(old=form.old, new=form.new), services, who)
    except CrossfileError as error:
        page = _page(services, session, who, tell(error, texts))
        return show(request, page, session, status=422)
    return done("/account", texts.gettext("The password is changed; all other sessions ended."))


@router.post("/sessions/{session_id}/remove", name="end_session_page")
def end_session(
    request: Request,
    session_id: RowId,
    services: ServicesDep,
    viewer: ViewerDep,
    form: Annotated[BackForm, Form()],
) -> Response:
    """End one session: one's own, or anyone's as an administrator."""
    with services.database.write() as session:
        sign_ins.end_session(session, session_id, by=viewer, at=services.clock())
    return done(form.back, texts_of(request).gettext("The session has ended."))


@router.get("/keys", name="keys_page")
def keys_page(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """All keys."""
    return show(request, KeysPage(), session)


def _page(services: Services, session: Session, who: SignedIn, error: str = "") -> AccountPage:
    opened = sign_ins.list_sessions(
        session,
        by=who.viewer,
        now=services.clock(),
        lifetimes=services.lifetimes,
        user_id=who.viewer.account_id,
    )
    rows = session_rows(opened.items, who.session_id)
    user_id = who.viewer.account_id
    has_password = user_id is None or accounts.get(session, user_id).has_password
    return AccountPage(who.viewer.name, who.viewer.role, rows, error, has_password)


def session_rows(sessions: Sequence[OpenSession], this: int | None) -> tuple[SessionRow, ...]:
    """Sessions as rows, with the browser's name."""
    return tuple(
        SessionRow(
            str(one.id), one.user, one.created_at, one.seen_at, _agent(one.agent), one.id == this
        )
        for one in sessions
    )


def _agent(text: str) -> str:
    """A browser's own words in short: "Firefox, Windows"."""
    browser = next((name for mark, name in BROWSERS if mark in text), "")
    system = next((name for mark, name in SYSTEMS if mark in text), "")
    return ", ".join(part for part in (browser, system) if part) or text[:40]
