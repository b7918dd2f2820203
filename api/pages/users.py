"""Users, grants, collections and tokens: the administrator's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.pages.account import session_rows
from api.pages.frame import done, show, texts_of
from api.pages.registers import page_of, pager
from api.pages.sentences import tell
from api.parameters import (
    AdministratorDep,
    Closed,
    RowId,
    ServicesDep,
    SessionDep,
    SignedInDep,
)
from api.service import Services, base_url
from archive import accounts, grants, groups, sign_ins, tokens
from archive.access import ROLES, Viewer
from archive.errors import CrossfileError
from archive.listing import MOST
from archive.status import collections_of
from web.address import Address
from web.views.house import CollectionRow, GrantRow, GroupRow, TokenRow, UserRow, UsersPage

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 50
MOST_SESSIONS: Final = 50
LINK_LIFETIME: Final = timedelta(days=1)


class NewUserForm(Closed):
    """A user to be added; without a password they come in by a link."""

    name: str
    role: str
    password: str = ""
    back: str = "/users"
    csrf: str = ""


class UserForm(Closed):
    """One thing of a user that is changed."""

    role: str = ""
    active: str = ""
    password: str = ""
    back: str = "/users"
    csrf: str = ""


class GrantForm(Closed):
    """What a user or group may do in a collection."""

    who: str
    collection: str
    what: str
    back: str = "/users"
    csrf: str = ""


class NameForm(Closed):
    """The name of something new; of whom it is."""

    name: str = ""
    user: str = ""
    back: str = "/users"
    csrf: str = ""


@router.get("/users", name="users_page")
def users_page(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    viewer: AdministratorDep,
    who: SignedInDep,
) -> Response:
    """Everybody, and what they may do."""
    return show(request, _page(request, services, session, who.session_id, viewer), session)


@router.post("/users", name="add_user_page")
def add_user(
    request: Request,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[NewUserForm, Form()],
) -> Response:
    """Add a user, who sees nothing before something is granted."""

    def act(session: Session) -> None:
        hashed = form.password and services.passwords.hash(form.password, name=form.name)
        user = accounts.create(session, form.name, form.role, by=viewer, at=services.clock())
        if hashed:
            accounts.set_password(session, user.id, hashed, by=viewer, at=services.clock())

    said = texts_of(request).gettext("%(name)s was added, and sees nothing before a grant.")
    return carry_out(request, services, who.session_id, viewer, act, form.back,
               said % {"name": form.name})  # fmt: skip


@router.post("/users/{user}", name="change_user_page")
def change_user(
    request: Request,
    user: RowId,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[UserForm, Form()],
) -> Response:
    """Change role or password, turn a user off or on."""

    def act(session: Session) -> None:
        now, name = services.clock(), accounts.get(session, user).name
        if form.role:
            accounts.set_role(session, user, form.role, by=viewer, at=now)
        if form.password:
            hashed = services.passwords.hash(form.password, name=name)
            accounts.set_password(session, user, hashed, by=viewer, at=now)
        if form.active:
            turn = accounts.enable if form.active == "1" else accounts.disable
            turn(session, user, by=viewer, at=now)

    said = texts_of(request).gettext("It is saved.")
    return carry_out(request, services, who.session_id, viewer, act, form.back, said)


@router.post("/users/{user}/link", name="make_link_page")
def make_link(
    request: Request,
    user: RowId,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """A link that signs the user in once; shown this once, hence no redirect."""
    with services.database.write() as session:
        secret = sign_ins.make_link(
            session, user, by=viewer, at=services.clock(), lifetime=LINK_LIFETIME
        )
    link = f"{base_url(services.config.server)}/sign-in/{secret}"
    with services.database.read() as session:
        page = _page(request, services, session, who.session_id, viewer, link=link)
        return show(request, page, session)


@router.post("/grants", name="grant_page")
def grant(
    request: Request,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[GrantForm, Form()],
) -> Response:
    """Let a user, else the group of that name, read or write in a collection."""

    def act(session: Session) -> None:
        named = {"user": form.who}
        if form.who in {one.name for one in groups.list_groups(session, by=viewer).items}:
            named = {"group": form.who}
        grants.grant(session, form.collection, form.what, by=viewer, at=services.clock(), **named)

    said = texts_of(request).gettext("%(who)s sees %(collection)s from now on.")
    told = said % {"who": form.who, "collection": form.collection}
    return carry_out(request, services, who.session_id, viewer, act, form.back, told)


@router.post("/grants/{grant_id}/remove", name="revoke_page")
def revoke(
    request: Request,
    grant_id: RowId,
    services: ServicesDep,
    viewer: AdministratorDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """Take a grant back."""
    with services.database.write() as session:
        grants.revoke(session, grant_id, by=viewer, at=services.clock())
    return done(form.back, texts_of(request).gettext("The grant is taken back."))


@router.post("/collections", name="add_collection_page")
def add_collection(
    request: Request,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """A new collection, which only administrators see."""

    def act(session: Session) -> None:
        grants.make_collection(session, form.name, by=viewer, at=services.clock())

    said = texts_of(request).gettext("%(name)s was added.") % {"name": form.name}
    return carry_out(request, services, who.session_id, viewer, act, form.back, said)


@router.post("/tokens", name="make_token_page")
def make_token(
    request: Request,
    services: ServicesDep,
    viewer: AdministratorDep,
    who: SignedInDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """A token of a user; its secret is shown this once, hence no redirect."""
    secret = error = ""
    try:
        with services.database.write() as session:
            user = accounts.find(session, form.user)
            _, secret = tokens.make_token(
                session, user.id, form.name, by=viewer, at=services.clock()
            )
    except CrossfileError as wrong:
        error = tell(wrong, texts_of(request))
    with services.database.read() as session:
        page = _page(request, services, session, who.session_id, viewer, secret=secret, error=error)
        return show(request, page, session, status=422 if error else 200)


@router.post("/tokens/{token}/remove", name="end_token_page")
def end_token(
    request: Request,
    token: RowId,
    services: ServicesDep,
    viewer: AdministratorDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """End a token for good."""
    with services.database.write() as session:
        tokens.end_token(session, token, by=viewer, at=services.clock())
    return done(form.back, texts_of(request).gettext("The token has ended."))


def carry_out(
    request: Request,
    services: Services,
    session_id: int | None,
    viewer: Viewer,
    act: Callable[[Session], None],
    back: str,
    said: str,
) -> Response:
    """Do it and go back; or the page again, with what was wrong."""
    try:
        with services.database.write() as session:
            act(session)
    except CrossfileError as error:
        with services.database.read() as session:
            wrong = tell(error, texts_of(request))
            page = _page(request, services, session, session_id, viewer, error=wrong)
            return show(request, page, session, status=422)
    return done(back, said)


def _page(
    request: Request,
    services: Services,
    session: Session,
    session_id: int | None,
    viewer: Viewer,
    *,
    secret: str = "",
    link: str = "",
    error: str = "",
) -> UsersPage:
    number = page_of(dict(parse_qsl(request.url.query)).get("page", "1"))
    users = accounts.list_users(
        session, by=viewer, limit=ON_A_PAGE, offset=(number - 1) * ON_A_PAGE
    )
    opened = sign_ins.list_sessions(
        session, by=viewer, now=services.clock(), lifetimes=services.lifetimes, limit=MOST
    )
    counts = Counter(one.user_id for one in opened.items)
    last = {one.user_id: one.seen_at for one in reversed(opened.items)}
    return UsersPage(
        users=tuple(
            UserRow(
                str(user.id), user.name, user.role, user.disabled_at is None,
                last.get(user.id), counts[user.id],
            )
            for user in users.items
        ),
        collections=tuple(
            CollectionRow(one.name, sum(one.by_status.values()), 0, 0, 0)
            for one in collections_of(session, viewer)
        ),
        grants=tuple(
            GrantRow(
                str(one.id), one.user or one.group or "", one.collection, one.right,
                one.user is None,
            )
            for one in grants.list_grants(session, by=viewer).items
        ),
        tokens=tuple(
            TokenRow(str(one.id), one.name, one.role, one.created_at, one.seen_at, one.user)
            for one in tokens.list_tokens(session, by=viewer).items
            if one.ended_at is None
        ),
        sessions=session_rows(opened.items[:MOST_SESSIONS], session_id),
        roles=tuple(ROLES),
        rights=grants.RIGHTS,
        groups=_groups(session, viewer),
        secret=secret,
        link=link,
        error=error,
        pager=pager(Address("/users"), number, users.total, ON_A_PAGE),
    )  # fmt: skip


def _groups(session: Session, viewer: Viewer) -> tuple[GroupRow, ...]:
    return tuple(
        GroupRow(
            str(group.id),
            group.name,
            tuple(
                (str(member.user_id), member.user)
                for member in groups.list_members(session, group.id, by=viewer).items
            ),
        )
        for group in groups.list_groups(session, by=viewer).items
    )
