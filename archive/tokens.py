"""Tokens: secrets by which programs act for a user."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive import events
from archive.access import Right, Viewer, viewer_of
from archive.errors import NotFound, UsageError
from archive.listing import MOST, Listing, listed
from archive.models import Account, Token
from archive.sign_ins import SignedIn, new_secret, sha256_of

#: What makes of a text the signature that nobody else can make, the same each time.
Sign = Callable[[bytes], bytes]
MARK: Final = "crossfile_"  # so that tools which look for leaked secrets know one
SHOWN: Final = len(MARK) + 6  # characters of a token that lists show


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token as lists show it: never its secret."""

    id: int
    name: str
    prefix: str
    user_id: int
    user: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None


def make_token(
    session: Session,
    user_id: int,
    name: str,
    *,
    by: Viewer,
    at: datetime,
    lifetime: timedelta | None = None,
) -> tuple[int, str]:
    """A new token of a user: its id, and the secret, which is shown this once.

    It sees and does what the user may, at each moment.
    """
    by.require(Right.ADMINISTER)
    if session.get(Account, user_id) is None:
        raise NotFound("user", user_id)
    name = " ".join(name.split())
    if not (0 < len(name) <= 100 and name.isprintable()):
        raise UsageError("A token has a name of 1 to 100 characters.")
    secret = MARK + new_secret()
    row = Token(
        account_id=user_id,
        name=name,
        prefix=secret[:SHOWN],
        secret_sha256=sha256_of(secret),
        created_at=at,
        expires_at=None if lifetime is None else at + lifetime,
    )
    session.add(row)
    session.flush()
    events.record(session, at, "token-made", actor=by.actor, user=user_id, token=row.id)
    return row.id, secret


def viewer_of_token(session: Session, secret: str, *, now: datetime) -> SignedIn | None:
    """Who shows this token, with the rights of now; None where it is none of ours or has ended."""
    row = session.execute(_live(now).where(Token.secret_sha256 == sha256_of(secret))).one_or_none()
    return None if row is None else _signed_in(session, row)


def _live(now: datetime) -> Select[Token, Account]:
    return (
        select(Token, Account)
        .join(Account, Account.id == Token.account_id)
        .where(
            Token.ended_at.is_(None),
            Token.expires_at.is_(None) | (Token.expires_at > now),
            Account.disabled_at.is_(None),
        )
    )


def _signed_in(session: Session, row: Any) -> SignedIn:
    viewer = viewer_of(session, row.Account, f"token:{row.Token.id}")
    return SignedIn(viewer, token_id=row.Token.id)


def feed_of(session: Session, token_id: int, sign: Sign) -> str:
    """What stands in the address of a token's calendar, for programs that can't send the token.

    It opens the calendar and nothing else, as long as the token lives; the token can't be found
    from it. `sign` is that of a key outside the database: who has a copy of the tables alone can't
    make an address.
    """
    return _feed(session.get_one(Token, token_id), sign)


def _feed(token: Token, sign: Sign) -> str:
    signature = sign(f"calendar of token {token.id}, {token.secret_sha256}".encode())
    return f"{token.id}-{hashlib.sha256(signature).hexdigest()}"


def viewer_of_feed(session: Session, feed: str, sign: Sign, *, now: datetime) -> SignedIn | None:
    """Whose calendar that is, with the rights of now; None where it is none, or has ended."""
    number = feed.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    row = session.execute(_live(now).where(Token.id == int(number))).one_or_none()
    if row is None or not hmac.compare_digest(_feed(row.Token, sign).encode(), feed.encode()):
        return None
    return _signed_in(session, row)


def list_tokens(
    session: Session,
    *,
    by: Viewer,
    user_id: int | None = None,
    limit: int = MOST,
    offset: int = 0,
) -> Listing[TokenLine]:
    """All tokens, the newest first, the ended too: one's own, or any as an administrator."""
    if user_id is None or user_id != by.account_id:
        by.require(Right.ADMINISTER)
    statement = (
        select(Token, Account.name, Account.role)
        .join(Account, Account.id == Token.account_id)
        .order_by(Token.id.desc())
    )
    if user_id is not None:
        statement = statement.where(Token.account_id == user_id)
    return listed(
        session,
        statement,
        lambda row: TokenLine(
            row.Token.id,
            row.Token.name,
            row.Token.prefix,
            row.Token.account_id,
            row.name,
            row.role,
            row.Token.created_at,
            row.Token.expires_at,
            row.Token.seen_at,
            row.Token.ended_at,
        ),
        limit=limit,
        offset=offset,
    )


def end_token(session: Session, token_id: int, *, by: Viewer, at: datetime) -> None:
    """End one's own token, or anyone's as an administrator. Somebody else's is `NotFound`."""
    row = session.get(Token, token_id)
    if row is None or not (row.account_id == by.account_id or by.may(Right.ADMINISTER)):
        raise NotFound("token", token_id)
    if row.ended_at is None:
        row.ended_at = at
        events.record(session, at, "token-ended", actor=by.actor, token=token_id)
