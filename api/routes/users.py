"""Users, their sessions and tokens: kept by administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.parameters import (
    AdministratorDep,
    Closed,
    Name,
    PagingDep,
    RowId,
    Secret,
    ServicesDep,
    SessionDep,
    ViewerDep,
)
from archive import accounts, sign_ins, tokens
from archive.accounts import User
from archive.listing import Listing
from archive.sign_ins import OpenSession
from archive.tokens import TokenLine

router = APIRouter(prefix="/api/v1", tags=["users"])

Role = Literal["administrator", "manager", "coordinator", "staff", "legal"]
Language = Literal["en", "sv"]


class NewUser(Closed):
    """A user to be added; without a password a sign-in link is needed."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    role: Role
    password: Secret | None = None


class UserChange(Closed):
    """What is to change; what is left out stays."""

    role: Role | None = None
    is_active: bool | None = None
    password: Secret | None = None
    language: Language | None = None


class NewLink(Closed):
    """For how long the link works."""

    hours: Annotated[int, Field(ge=1, le=24 * 30)] = 24


class Link(BaseModel):
    """A path that signs in once. It is shown this once."""

    path: str


class NewToken(Closed):
    """A token for a user, by name."""

    user: Name
    name: Name
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class MadeToken(BaseModel):
    """A token; its secret is shown this once."""

    id: int
    token: str


@router.get("/users", name="list_users")
def list_users(paging: PagingDep, session: SessionDep, viewer: AdministratorDep) -> Listing[User]:
    """All users, by name."""
    return accounts.list_users(session, by=viewer, limit=paging.limit, offset=paging.offset)


@router.post("/users", status_code=201, name="add_user")
def add_user(new: NewUser, services: ServicesDep, viewer: AdministratorDep) -> User:
    """Add a user, who sees nothing before something is granted."""
    now = services.clock()
    hashed = new.password and services.passwords.hash(new.password, name=new.name)
    with services.database.write() as session:
        user = accounts.create(session, new.name, new.role, by=viewer, at=now)
        if hashed:
            accounts.set_password(session, user.id, hashed, by=viewer, at=now)
        return accounts.get(session, user.id)


@router.get("/users/{user}", name="get_user")
def get_user(user: RowId, session: SessionDep, viewer: AdministratorDep) -> User:
    """One user."""
    return accounts.get(session, user)


@router.patch("/users/{user}", name="change_user")
def change_user(
    user: RowId, change: UserChange, services: ServicesDep, viewer: AdministratorDep
) -> User:
    """Change role, password or language; keep a user out, or let one in again."""
    now = services.clock()
    with services.database.read() as session:
        name = accounts.get(session, user).name
    hashed = change.password and services.passwords.hash(change.password, name=name)
    with services.database.write() as session:
        if change.role:
            accounts.set_role(session, user, change.role, by=viewer, at=now)
        if hashed:
            accounts.set_password(session, user, hashed, by=viewer, at=now)
        if change.language:
            accounts.set_language(session, user, change.language, by=viewer)
        if change.is_active is not None:
            turn = accounts.enable if change.is_active else accounts.disable
            turn(session, user, by=viewer, at=now)
        return accounts.get(session, user)


@router.post("/users/{user}/sign-in-links", status_code=201, name="make_sign_in_link")
def make_sign_in_link(
    user: RowId, new: NewLink, services: ServicesDep, viewer: AdministratorDep
) -> Link:
    """A link that signs the user in once, to be handed over in person."""
    with services.database.write() as session:
        secret = sign_ins.make_link(
            session,
            user,
            by=viewer,
            at=services.clock(),
            lifetime=timedelta(hours=new.hours),
        )
    return Link(path=f"/sign-in/{secret}")


@router.delete("/users/{user}/sessions", status_code=204, name="end_sessions_of_user")
def end_sessions_of_user(user: RowId, services: ServicesDep, viewer: AdministratorDep) -> None:
    """End all sessions of a user."""
    with services.database.write() as session:
        accounts.get(session, user)
        sign_ins.end_sessions_of(session, user, by=viewer, at=services.clock())


@router.get("/sessions", name="list_sessions")
def list_sessions(
    paging: PagingDep, services: ServicesDep, session: SessionDep, viewer: AdministratorDep
) -> Listing[OpenSession]:
    """All open sessions, the last used first."""
    return sign_ins.list_sessions(
        session,
        by=viewer,
        now=services.clock(),
        lifetimes=services.lifetimes,
        limit=paging.limit,
        offset=paging.offset,
    )


@router.delete("/sessions/{session_id}", status_code=204, name="end_session")
def end_session(session_id: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """End one session: one's own, or anyone's as an administrator."""
    with services.database.write() as session:
        sign_ins.end_session(session, session_id, by=viewer, at=services.clock())


@router.get("/tokens", name="list_tokens")
def list_tokens(
    paging: PagingDep, session: SessionDep, viewer: AdministratorDep
) -> Listing[TokenLine]:
    """All tokens, the newest first, without their secrets."""
    return tokens.list_tokens(session, by=viewer, limit=paging.limit, offset=paging.offset)


@router.post("/tokens", status_code=201, name="make_token")
def make_token(new: NewToken, services: ServicesDep, viewer: AdministratorDep) -> MadeToken:
    """A new token of a user. It sees and does what the user may."""
    with services.database.write() as session:
        token_id, secret = tokens.make_token(
            session,
            accounts.find(session, new.user).id,
            new.name,
            by=viewer,
            at=services.clock(),
            lifetime=None if new.days is None else timedelta(days=new.days),
        )
    return MadeToken(id=token_id, token=secret)


@router.delete("/tokens/{token}", status_code=204, name="end_token")
def end_token(token: RowId, services: ServicesDep, viewer: ViewerDep) -> None:
    """End one token: one's own, or anyone's as an administrator."""
    with services.database.write() as session:
        tokens.end_token(session, token, by=viewer, at=services.clock())
