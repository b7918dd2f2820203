"""Users, grants, collections and tokens: the administrator's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.pages.frame import done, show
from api.pages.sentences import tell
from api.pages.users_view import UsersPagesDep
from api.parameters import Closed, RowId, SessionDep
from archive import accounts, grants, groups, sign_ins, tokens
from archive.config import base_url
from archive.errors import CrossfileError, UsageError

router = APIRouter(include_in_schema=False)

LINK_LIFETIME: Final = timedelta(days=1)


class NewUserForm(Closed):
    """A user to be added; without a password they come in by a link."""

    name: str
    role: str
    password: str = ""
    back: str = "/users"


class UserForm(Closed):
    """One thing of a user that is changed."""

    role: str = ""
    active: str = ""
    password: str = ""
    back: str = "/users"


class GrantForm(Closed):
    """What a user or group may do in a collection."""

    who: str
    to: Literal["", "user", "group"] = ""  # as which `who` is known; else whichever there is
    collection: str
    what: str
    back: str = "/users"


class NameForm(Closed):
    """The name of something new; of whom it is."""

    name: str = ""
    user: str = ""
    back: str = "/users"


@router.get("/users", name="users_page")
def users_page(
    pages: UsersPagesDep,
    session: SessionDep,
) -> Response:
    """Everybody, and what they may do."""
    return show(pages.request, pages.page(session), session)


@router.post("/users", name="add_user_page")
def add_user(
    pages: UsersPagesDep,
    form: Annotated[NewUserForm, Form()],
) -> Response:
    """Add a user, who sees nothing before something is granted."""

    def act(session: Session) -> None:
        hashed = form.password and pages.services.passwords.hash(form.password, name=form.name)
        user = accounts.create(session, form.name, form.role, **pages.by)
        if hashed:
            accounts.set_password(session, user.id, hashed, **pages.by)

    said = pages.texts.gettext("%(name)s was added, and sees nothing before a grant.")
    return pages.carry_out(act, form.back, said % {"name": form.name})


@router.post("/users/{user}", name="change_user_page")
def change_user(
    pages: UsersPagesDep,
    user: RowId,
    form: Annotated[UserForm, Form()],
) -> Response:
    """Change role or password, turn a user off or on."""

    def act(session: Session) -> None:
        name = accounts.get(session, user).name
        if form.role:
            accounts.set_role(session, user, form.role, **pages.by)
        if form.password:
            hashed = pages.services.passwords.hash(form.password, name=name)
            accounts.set_password(session, user, hashed, **pages.by)
        if form.active:
            turn = accounts.enable if form.active == "1" else accounts.disable
            turn(session, user, **pages.by)

    said = pages.texts.gettext("It is saved.")
    return pages.carry_out(act, form.back, said)


@router.post("/users/{user}/link", name="make_link_page")
def make_link(
    pages: UsersPagesDep,
    user: RowId,
    form: Annotated[NameForm, Form()],
) -> Response:
    """A link that signs the user in once; shown this once, hence no redirect."""
    with pages.services.database.write() as session:
        secret = sign_ins.make_link(session, user, **pages.by, lifetime=LINK_LIFETIME)
    link = f"{base_url(pages.services.config.server)}/sign-in/{secret}"
    return pages.again(link=link)


@router.post("/grants", name="grant_page")
def grant(
    pages: UsersPagesDep,
    form: Annotated[GrantForm, Form()],
) -> Response:
    """Let a user, or the group of that name, read or write in a collection."""

    def act(session: Session) -> None:
        found = {one.name for one in groups.list_groups(session, by=pages.viewer).items}
        users = {one.name for one in accounts.list_users(session, by=pages.viewer).items}
        if not form.to and form.who in found and form.who.casefold() in users:
            raise UsageError(
                "A user and a group are called %(name)s. Say which on the command line: "
                "crossfile grant add --user or --group.",
                name=form.who,
            )
        whom: dict[str, str] = {form.to or ("group" if form.who in found else "user"): form.who}
        grants.grant(session, form.collection, form.what, **{**pages.by, **whom})

    said = pages.texts.gettext("%(who)s sees %(collection)s from now on.")
    told = said % {"who": form.who, "collection": form.collection}
    return pages.carry_out(act, form.back, told)


@router.post("/grants/{grant_id}/remove", name="revoke_page")
def revoke(
    pages: UsersPagesDep,
    grant_id: RowId,
    form: Annotated[NameForm, Form()],
) -> Response:
    """Take a grant back; undone by granting it again."""
    with pages.services.database.write() as session:
        was = grants.revoke(session, grant_id, **pages.by)
    again = {
        "who": was.user or was.group or "",
        "to": "user" if was.user else "group",
        "collection": was.collection,
        "what": was.right,
        "back": form.back,
    }
    said = pages.texts.gettext("The grant is taken back.")
    return done(form.back, said, undo="/grants", fields=tuple(again.items()))


@router.post("/collections", name="add_collection_page")
def add_collection(
    pages: UsersPagesDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """A new collection, which only administrators see."""

    def act(session: Session) -> None:
        grants.make_collection(session, form.name, **pages.by)

    said = pages.texts.gettext("%(name)s was added.") % {"name": form.name}
    return pages.carry_out(act, form.back, said)


@router.post("/tokens", name="make_token_page")
def make_token(
    pages: UsersPagesDep,
    form: Annotated[NameForm, Form()],
) -> Response:
    """A token of a user; its secret is shown this once, hence no redirect."""
    secret = error = ""
    try:
        with pages.services.database.write() as session:
            user = accounts.find(session, form.user)
            _, secret = tokens.make_token(session, user.id, form.name, **pages.by)
    except CrossfileError as wrong:
        error = tell(wrong, pages.texts)
    return pages.again(secret=secret, error=error)


@router.post("/tokens/{token}/remove", name="end_token_page")
def end_token(
    pages: UsersPagesDep,
    token: RowId,
    form: Annotated[NameForm, Form()],
) -> Response:
    """End a token for good."""
    with pages.services.database.write() as session:
        tokens.end_token(session, token, **pages.by)
    return done(form.back, pages.texts.gettext("The token has ended."))
