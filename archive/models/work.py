"""Registers, people, events and jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, where_present


class Entry(Base):
    """One line of a register: a product, change request, milestone, party or quality concern.

    `key` is the normalised code (or name, where there is none). `fields` is a view of the
    standing values in `EntryValue`.
    """

    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str]
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"), index=True)
    code: Mapped[str]
    key: Mapped[str]
    name: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)  # of the entry, so that two editors notice
    __table_args__ = (
        UniqueConstraint("register", "collection_id", "key"),
        CheckConstraint(
            "register IN ('product', 'change-request', 'milestone', 'party', 'concern')",
            name="register",
        ),
    )


def _of_field(name: str) -> Index:
    """Milestones are found by day and product, changes by theirs, concerns by their document."""
    where = text(f"field = '{name}'")
    return Index(f"ix_entry_value_{name}", "value", sqlite_where=where, postgresql_where=where)


class EntryValue(Base):
    """One value that a field of an entry had: when it held (`happened_on`), when we knew it."""

    __tablename__ = "entry_value"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    field: Mapped[str]
    value: Mapped[str | None]
    happened_on: Mapped[str | None]
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = tuple(map(_of_field, ("planned_on", "product", "products", "document")))


class Account(Base):
    """A user. (`user` is a reserved word in SQL.)"""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    password_hash: Mapped[str | None]
    language: Mapped[str | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SignIn(Base):
    """A session of a browser; the cookie's secret is kept as its SHA-256."""

    __tablename__ = "sign_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    secret_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(default="")


class SignInLink(Base):
    """A secret that signs in once: for the first time, or where no password is known."""

    __tablename__ = "sign_in_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    secret_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Token(Base):
    """A secret for programs."""

    __tablename__ = "token"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]
    secret_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Group(Base):
    """Users who are granted things together."""

    __tablename__ = "user_group"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Membership(Base):
    """A user in a group."""

    __tablename__ = "membership"
    group_id: Mapped[int] = mapped_column(
        ForeignKey("user_group.id"), primary_key=True, autoincrement=False
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id"), primary_key=True, autoincrement=False
    )


class Grant(Base):
    """What a user or a group may do in a collection: read, or read and write."""

    __tablename__ = "access_grant"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("user_group.id"), index=True)
    right: Mapped[str]
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (group_id IS NULL)", name="holder"),
        CheckConstraint("\"right\" IN ('read', 'write')", name="right"),
        UniqueConstraint("collection_id", "account_id", "group_id"),
    )


class Event(Base):
    """One line of the append-only record; `line` is canonical JSON, `leaf` its RFC 9162 hash."""

    __tablename__ = "event"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    collection_id: Mapped[int | None]  # who may read it
    document_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    entry_id: Mapped[int | None]
    matter_id: Mapped[int | None]  # then only its members read it
    line: Mapped[str]
    leaf: Mapped[str]
    __table_args__ = (where_present("event", "entry_id"), where_present("event", "matter_id"))


class Job(Base):
    """One piece of background work. Done jobs are gone; given-up ones stay with their reason."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[int] = mapped_column(default=0)  # higher is later
    run_after: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    given_up_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        Index("ix_job_claim", "kind", "priority", "id"),
        Index("ix_job_subject", "kind", "subject"),
    )


class Aside(Base):
    """A line of the attention list that somebody explained away or set aside until a day."""

    __tablename__ = "aside"
    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(index=True)  # the line's stable name
    until: Mapped[str | None]  # ISO date; none: for good
    reason: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
