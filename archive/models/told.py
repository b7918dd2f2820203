"""Being told, and what was sent: saved searches, digests, versions that went to somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class SavedSearch(Base):
    """A search that one person keeps. `seen` are the versions that it found when last looked at."""

    __tablename__ = "saved_search"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    query: Mapped[str]
    seen: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]


class DigestWish(Base):
    """Who wants to be told how often; by mail where there is an address. `since`: the last one."""

    __tablename__ = "digest_wish"
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id"), primary_key=True, autoincrement=False
    )
    every: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    since: Mapped[datetime]
    __table_args__ = (CheckConstraint("every IN ('day', 'week')", name="every"),)


class Digest(Base):
    """A digest as it is mailed: the whole message (RFC 5322); at most one a day for a person."""

    __tablename__ = "digest"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    day: Mapped[str]  # ISO, of its making
    to_address: Mapped[str]
    message: Mapped[str]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("account_id", "day"),)


class Sending(Base):
    """A version went to somebody, on a day, in some way; acknowledged on a day, or not so far."""

    __tablename__ = "sending"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    to_name: Mapped[str]
    how: Mapped[str]
    sent_on: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    acknowledged_on: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]  # when we learnt of it
    __table_args__ = (
        CheckConstraint("how IN ('mail', 'post', 'hand', 'portal', 'other')", name="how"),
        CheckConstraint(
            "(acknowledged_on IS NULL) = (acknowledged_at IS NULL)", name="acknowledged"
        ),
    )
