"""One's own account: language, password, sessions."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from api.parameters import (
    Closed,
    PagingDep,
    Secret,
    ServicesDep,
    SessionDep,
    SignedInDep,
    ViewerDep,
)
from archive import accounts, sign_ins
from archive.accounts import User
from archive.errors import NotAllowed
from archive.listing import Listing
from archive.sign_ins import OpenSession

router = APIRouter(prefix="/api/v1/account", tags=["account"])


class OwnChange(Closed):
    """What one may change oneself."""

    language: Literal["en", "sv"]


class NewPassword(Closed):
    """One's own password, the old one as proof."""

    old: Secret
    new: Secret


@router.get("", name="own_account")
def own_account(session: SessionDep, viewer: ViewerDep) -> User:
    """Who one is."""
    return accounts.get(session, viewer.account_id or 0)


@router.patch("", name="change_own_account")
def change_own_account(change: OwnChange, services: ServicesDep, viewer: ViewerDep) -> User:
    """Choose a language."""
    user_id = viewer.account_id or 0
    with services.database.write() as session:
        accounts.set_language(session, user_id, change.language, by=viewer)
        return accounts.get(session, user_id)


@router.post("/password", status_code=204, name="change_own_password")
def change_own_password(change: NewPassword, services: ServicesDep, who: SignedInDep) -> None:
    """Change one's password; all other sessions end."""
    viewer, now = who.viewer, services.clock()
    if who.session_id is None:
        raise NotAllowed("A token can't change the password of its user.")
    services.throttle.take(f"password of {viewer.account_id}", now)
    with services.database.read() as session:
        stored = accounts.stored_password(session, viewer.name)
    if stored and not services.passwords.fits(change.old, stored[1])[0]:
        raise NotAllowed("The old password is wrong.")
    hashed = services.passwords.hash(change.new, name=viewer.name)
    with services.database.write() as session:
        accounts.set_password(
            session, viewer.account_id or 0, hashed, by=viewer, at=now, keep=who.session_id
        )


@router.get("/sessions", name="own_sessions")
def own_sessions(
    paging: PagingDep, services: ServicesDep, session: SessionDep, viewer: ViewerDep
) -> Listing[OpenSession]:
    """One's open sessions, the last used first."""
    return sign_ins.list_sessions(
        session,
        by=viewer,
        now=services.clock(),
        lifetimes=services.lifetimes,
        user_id=viewer.account_id,
        limit=paging.limit,
        offset=paging.offset,
    )


@router.delete("/sessions", status_code=204, name="end_own_sessions")
def end_own_sessions(services: ServicesDep, who: SignedInDep) -> None:
    """End all one's sessions but this one."""
    with services.database.write() as session:
        sign_ins.end_sessions_of(
            session,
            who.viewer.account_id or 0,
            by=who.viewer,
            at=services.clock(),
            keep=who.session_id,
        )
