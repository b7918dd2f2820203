"""Matters: who is in them, what was gathered for them and said of it; holds.

The ids of matters and holds are drawn at random: one after the other they would say how many
there are to somebody who may see one of them only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Matter(Base):
    """A dispute or inquiry. Nobody but its members sees that it exists."""

    __tablename__ = "matter"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    reference: Mapped[str]
    parties: Mapped[list[Any]] = mapped_column(default=list)  # names, as people write them
    state: Mapped[str] = mapped_column(default="open")
    opened_on: Mapped[str]
    closed_on: Mapped[str | None]
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)  # so that two who change it notice
    __table_args__ = (CheckConstraint("state IN ('open', 'closed')", name="state"),)


class MatterMember(Base):
    """Somebody is in a matter, from when until when, and answers for it or does not."""

    __tablename__ = "matter_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    is_responsible: Mapped[bool]
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Gathering(Base):
    """One search for what belongs to a matter: what was asked, when, by whom, what it left out."""

    __tablename__ = "gathering"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    number: Mapped[int]  # in the matter, from 1
    asked: Mapped[dict[str, Any]]
    left_out: Mapped[dict[str, Any]]
    is_truncated: Mapped[bool]
    reads: Mapped[list[Any]]  # collections, of the one who gathered
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (UniqueConstraint("matter_id", "number"),)


class MatterEntry(Base):
    """A document in a matter: which gatherings found it first and last, and by which paths.

    Numbers of gatherings are 0 where a person put it in.
    """

    __tablename__ = "matter_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    first: Mapped[int]
    last: Mapped[int]
    depth: Mapped[int]
    because: Mapped[list[Any]]
    __table_args__ = (UniqueConstraint("matter_id", "document_id"),)


class MatterSaying(Base):
    """What a member said of a document in a matter, as long as it stands."""

    __tablename__ = "matter_saying"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    what: Mapped[str]
    value: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(
            "what IN ('decision', 'privileged', 'confidential', 'redacted', 'note', 'place')",
            name="what",
        ),
    )


class MatterNumber(Base):
    """The numbers that a version has in a matter, one for each page: given once, never again.

    They go on from 1 without gaps; `prefix` is the same for all of a matter.
    """

    __tablename__ = "matter_number"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    prefix: Mapped[str]
    first: Mapped[int]
    pages: Mapped[int]
    recorded_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        UniqueConstraint("matter_id", "version_id"),
        UniqueConstraint("matter_id", "first"),
        CheckConstraint("first > 0 AND pages > 0", name="from_one"),
    )


class Hold(Base):
    """Nothing that its criterion covers, now or later, may be destroyed until it is released.

    `reads` are the collections that the one who placed it could read then, `crossed` those through
    which that view led. What it covers was last looked at after event `looked_at`: whatever was
    done with a document since counts as covered.
    """

    __tablename__ = "hold"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"), index=True)
    name: Mapped[str]
    ground: Mapped[str]
    criterion: Mapped[dict[str, Any]]
    reads: Mapped[list[Any]]
    crossed: Mapped[list[Any]] = mapped_column(default=list)
    looked_at: Mapped[int] = mapped_column(BigInteger, default=0)
    placed_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    release_reason: Mapped[str] = mapped_column(default="")


class HeldDocument(Base):
    """A document that matched a hold's criterion once: it stays covered until the release."""

    __tablename__ = "held_document"
    hold_id: Mapped[int] = mapped_column(
        ForeignKey("hold.id"), primary_key=True, autoincrement=False
    )
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), primary_key=True, autoincrement=False, index=True
    )
    since: Mapped[datetime]
    seen: Mapped[int] = mapped_column(default=0)  # by its placer: see archive/held.py
