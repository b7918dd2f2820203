"""Users: who they are, which role they have, whether they may come in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive import events
from archive.access import ROLES, Right, Viewer, check_role
from archive.db import serialise
from archive.errors import Conflict, NotFound, UsageError
from archive.listing import MOST, Listing, listed
from archive.models import Account, SignIn, Token

NAME: Final = re.compile(r"\w[\w .@+-]{0,62}[\w.]|\w")
LANGUAGES: Final = ("en", "sv")


@dataclass(frozen=True, slots=True)
class User:
    """One account as others see it: all but its password."""

    id: int
    name: str
    role: str
    language: str | None
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None


def plain_name(name: str) -> str:
    """The one spelling of a user's name: NFKC, without case, spaces single. Raises `UsageError`."""
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    if not NAME.fullmatch(plain):
        raise UsageError(
            "%(name)r can't be a user's name: 1 to 64 letters, digits, spaces and . _ @ + -",
            name=name,
        )
    return plain


def create(session: Session, name: str, role: str, *, by: Viewer, at: datetime) -> User:
    """Add a user, without a password: that is set, or a sign-in link is made, afterwards.

    Raises `Conflict` where the name is taken.
    """
    by.require(Right.ADMINISTER)
    check_role(role)
    name = plain_name(name)
    serialise(session, "accounts")
    if session.scalar(select(Account.id).where(Account.name == name)):
        raise Conflict("There is a user %(name)s already.", name=name)
    account = Account(name=name, role=role, created_at=at)
    session.add(account)
    session.flush()
    events.record(session, at, "user-added", actor=by.actor, user=account.id, role=role)
    return _user(account)


def find(session: Session, name: str) -> User:
    """The user of that name, in any case. Raises `NotFound`."""
    account = session.scalar(select(Account).where(Account.name == plain_name(name)))
    if account is None:
        raise NotFound("user", name)
    return _user(account)


def get(session: Session, user_id: int) -> User:
    """The user of that id. Raises `NotFound`."""
    return _user(_account(session, user_id))


def list_users(
    session: Session, *, by: Viewer, limit: int = MOST, offset: int = 0
) -> Listing[User]:
    """All users by name, the disabled too."""
    by.require(Right.ADMINISTER)
    return listed(
        session,
        select(Account).order_by(Account.name),
        lambda row: _user(row.Account),
        limit=limit,
        offset=offset,
    )


def is_empty(session: Session) -> bool:
    """Is there nobody yet who could sign in?"""
    may_come = select(Account.id).where(Account.disabled_at.is_(None)).limit(1)
    return session.scalar(may_come) is None


def stored_password(session: Session, name: str) -> tuple[int, str] | None:
    """Id and password hash of a user who may sign in with a password; None for everybody else."""
    try:
        name = plain_name(name)
    except UsageError:
        return None
    row = session.execute(
        select(Account.id, Account.password_hash).where(
            Account.name == name,
            Account.disabled_at.is_(None),
            Account.password_hash.is_not(None),
        )
    ).one_or_none()
    return (row.id, row.password_hash) if row else None


def set_password(
    session: Session,
    user_id: int,
    password_hash: str,
    *,
    by: Viewer,
    at: datetime,
    keep: int | None = None,
) -> None:
    """Set the password of a user, or one's own, and end the user's sessions but `keep`."""
    if by.account_id != user_id:
        by.require(Right.ADMINISTER)
    _account(session, user_id).password_hash = password_hash
    ended = SignIn.account_id == user_id, SignIn.ended_at.is_(None), SignIn.id != (keep or 0)
    session.execute(update(SignIn).where(*ended).values(ended_at=at))
    events.record(session, at, "password-set", actor=by.actor, user=user_id)


def rehash(session: Session, user_id: int, password_hash: str) -> None:
    """Store the same password in a newer make of hash."""
    _account(session, user_id).password_hash = password_hash


def set_language(session: Session, user_id: int, language: str | None, *, by: Viewer) -> None:
    """The language of the pages for a user, or for oneself; None: as the browser says."""
    if by.account_id != user_id:
        by.require(Right.ADMINISTER)
    if language is not None and language not in LANGUAGES:
        raise UsageError(
            "There is no language %(language)r; there are %(known)s.",
            language=language,
            known=", ".join(LANGUAGES),
        )
    _account(session, user_id).language = language


def set_role(session: Session, user_id: int, role: str, *, by: Viewer, at: datetime) -> None:
    """Give a user another role. Raises `Conflict` where the last administrator would be lost."""
    by.require(Right.ADMINISTER)
    check_role(role)
    account = _account(session, user_id)
    if account.role == role:
        return
    if Right.ADMINISTER not in ROLES[role]:
        _keep_an_administrator(session, account)
    account.role = role
    events.record(session, at, "role-set", actor=by.actor, user=user_id, role=role)


def disable(session: Session, user_id: int, *, by: Viewer, at: datetime) -> None:
    """Keep a user out, from now on: sessions and tokens end for good. Doing it twice is nothing.

    Raises `Conflict` for the last administrator.
    """
    by.require(Right.ADMINISTER)
    account = _account(session, user_id)
    if account.disabled_at is not None:
        return
    _keep_an_administrator(session, account)
    account.disabled_at = at
    for kind in (SignIn, Token):
        session.execute(
            update(kind)
            .where(kind.account_id == user_id, kind.ended_at.is_(None))
            .values(ended_at=at)
        )
    events.record(session, at, "user-disabled", actor=by.actor, user=user_id)


def enable(session: Session, user_id: int, *, by: Viewer, at: datetime) -> None:
    """Let a user in again. Sessions and tokens stay ended."""
    by.require(Right.ADMINISTER)
    account = _account(session, user_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        events.record(session, at, "user-enabled", actor=by.actor, user=user_id)


def _keep_an_administrator(session: Session, account: Account) -> None:
    serialise(session, "accounts")
    if account.disabled_at is not None or Right.ADMINISTER not in ROLES[account.role]:
        return
    roles = [role for role, rights in ROLES.items() if Right.ADMINISTER in rights]
    others = session.scalar(
        select(func.count())
        .select_from(Account)
        .where(Account.role.in_(roles), Account.disabled_at.is_(None), Account.id != account.id)
    )
    if not others:
        raise Conflict(
            "%(name)s is the last administrator. Make another one first.", name=account.name
        )


def _account(session: Session, user_id: int) -> Account:
    account = session.get(Account, user_id)
    if account is None:
        raise NotFound("user", user_id)
    return account


def _user(account: Account) -> User:
    return User(
        account.id,
        account.name,
        account.role,
        account.language,
        account.password_hash is not None,
        account.created_at,
        account.disabled_at,
    )
