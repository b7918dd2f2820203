"""Sessions of browsers, and links that sign in once. Of each secret only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer, viewer_of
from archive.errors import NotFound, NotSignedIn
from archive.listing import MOST, Listing, listed
from archive.models import Account, SignIn
from archive.models.work import SignInLink

AGENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session lives unused, and at most."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A viewer, and the session or token by which we know who it is."""

    viewer: Viewer
    session_id: int | None = None
    token_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One line of the list of sessions."""

    id: int
    user_id: int
    user: str
    created_at: datetime
    seen_at: datetime
    agent: str


def new_secret() -> str:
    """256 random bits, fit for cookies and addresses."""
    return secrets.token_urlsafe(32)


def sha256_of(secret: str) -> str:
    """What is kept of a secret. Needs no salt: nobody guesses 256 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(
    session: Session, user_id: int, *, at: datetime, agent: str = "", way: str = "password"
) -> str:
    """Sign a user in; the secret for the cookie. Who was signed in before has a new secret too."""
    secret = new_secret()
    row = SignIn(
        account_id=user_id,
        secret_sha256=sha256_of(secret),
        created_at=at,
        seen_at=at,
        agent=agent[:AGENT_LENGTH],
    )
    session.add(row)
    session.flush()
    events.record(session, at, "signed-in", actor=f"user:{user_id}", sign_in=row.id, way=way)
    return secret


def viewer_of_session(
    session: Session, secret: str, *, now: datetime, lifetimes: Lifetimes
) -> SignedIn | None:
    """Who shows this cookie, with the rights of now; None where it is none of ours or too old."""
    row = session.execute(
        select(SignIn.id, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(
            SignIn.secret_sha256 == sha256_of(secret),
            *_is_open(now, lifetimes),
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    viewer = viewer_of(session, row.Account, f"user:{row.Account.id}")
    return SignedIn(viewer, session_id=row.id)


def list_sessions(
    session: Session,
    *,
    by: Viewer,
    now: datetime,
    lifetimes: Lifetimes,
    user_id: int | None = None,
    limit: int = MOST,
    offset: int = 0,
) -> Listing[OpenSession]:
    """The open sessions of one user (oneself, or whom an administrator names) or of all."""
    if user_id is None or user_id != by.account_id:
        by.require(Right.ADMINISTER)
    statement = (
        select(SignIn, Account.name)
        .join(Account, Account.id == SignIn.account_id)
        .where(*_is_open(now, lifetimes))
        .order_by(SignIn.seen_at.desc(), SignIn.id)
    )
    if user_id is not None:
        statement = statement.where(SignIn.account_id == user_id)
    return listed(
        session,
        statement,
        lambda row: OpenSession(
            row.SignIn.id,
            row.SignIn.account_id,
            row.name,
            row.SignIn.created_at,
            row.SignIn.seen_at,
            row.SignIn.agent,
        ),
        limit=limit,
        offset=offset,
    )


def end_session(session: Session, session_id: int, *, by: Viewer, at: datetime) -> None:
    """End one's own session, or anyone's as an administrator. Somebody else's is `NotFound`."""
    row = session.get(SignIn, session_id)
    if row is None or not (row.account_id == by.account_id or by.may(Right.ADMINISTER)):
        raise NotFound("session", session_id)
    if row.ended_at is None:
        row.ended_at = at
        events.record(session, at, "session-ended", actor=by.actor, sign_in=session_id)


def end_sessions_of(
    session: Session, user_id: int, *, by: Viewer, at: datetime, keep: int | None = None
) -> int:
    """End all sessions of a user but `keep`. Returns how many were open."""
    if by.account_id != user_id:
        by.require(Right.ADMINISTER)
    ended = list(
        session.scalars(
            update(SignIn)
            .where(
                SignIn.account_id == user_id, SignIn.ended_at.is_(None), SignIn.id != (keep or 0)
            )
            .values(ended_at=at)
            .returning(SignIn.id)
        )
    )
    if ended:
        events.record(
            session, at, "sessions-ended", actor=by.actor, user=user_id, sign_ins=sorted(ended)
        )
    return len(ended)


def make_link(
    session: Session, user_id: int, *, by: Viewer, at: datetime, lifetime: timedelta
) -> str:
    """The secret of a link that signs this user in, once, for as long as `lifetime`."""
    by.require(Right.ADMINISTER)
    if session.get(Account, user_id) is None:
        raise NotFound("user", user_id)
    secret = new_secret()
    row = SignInLink(
        account_id=user_id,
        secret_sha256=sha256_of(secret),
        created_at=at,
        expires_at=at + lifetime,
    )
    session.add(row)
    session.flush()
    events.record(session, at, "sign-in-link-made", actor=by.actor, user=user_id, link=row.id)
    return secret


def use_link(session: Session, secret: str, *, at: datetime, agent: str = "") -> str:
    """Sign in by a link: the secret for the cookie. Raises `NotSignedIn` the second time."""
    user_id = session.scalar(
        update(SignInLink)
        .where(
            SignInLink.secret_sha256 == sha256_of(secret),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > at,
            SignInLink.account_id.in_(select(Account.id).where(Account.disabled_at.is_(None))),
        )
        .values(used_at=at)
        .returning(SignInLink.account_id)
    )
    if user_id is None:
        raise NotSignedIn("This link was used already, or is too old. Ask for another one.")
    return open_session(session, user_id, at=at, agent=agent, way="link")


def _is_open(now: datetime, lifetimes: Lifetimes) -> tuple[ColumnElement[bool], ...]:
    return (
        SignIn.ended_at.is_(None),
        SignIn.created_at > now - lifetimes.longest,
        SignIn.seen_at > now - lifetimes.idle,
    )
