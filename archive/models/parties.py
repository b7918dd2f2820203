"""Parties that are one: what a person has merged, and what is proposed to be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class EntryMerge(Base):
    """From when until when an entry was taken for another one; the latest that stands counts.

    Rows of one moment and one `into_id` are one merge: whatever was merged into an entry before is
    merged along with it, and parted again with it.
    """

    __tablename__ = "entry_merge"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class MergeProposal(Base):
    """A party may be another one too, or be called what documents of a collection call somebody.

    `collection_id` is that of the other party, or of those documents. What a person decided stands
    for good: the question does not come again.
    """

    __tablename__ = "merge_proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    other_entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"), index=True)
    name: Mapped[str]  # of the other party, or in the documents
    name_key: Mapped[str]  # of a name in documents, see archive.parties; else empty
    because: Mapped[list[Any]]  # {"id", "params"}, what speaks for it
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        CheckConstraint("decision IS NULL OR decision IN ('same', 'other')", name="decision"),
    )
