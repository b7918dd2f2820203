"""Disposal and erasure: what was proposed, who agreed, and what stays of what was destroyed.

The ids of disposals are drawn at random, as those of matters are: one after the other they would
say how many there are to somebody who may see one of them only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Disposal(Base):
    """What one person proposed to destroy, and another one agreed to, or did not."""

    __tablename__ = "disposal"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="proposed")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(default="")
    run_after: Mapped[datetime | None]  # the end of the grace period
    done_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("what IN ('disposed', 'erased')", name="what"),
        CheckConstraint("state IN ('proposed', 'approved', 'called-off', 'done')", name="state"),
    )


class DisposalDocument(Base):
    """A document of a disposal, with its class and by what authority; and what came of it."""

    __tablename__ = "disposal_document"
    disposal_id: Mapped[int] = mapped_column(
        ForeignKey("disposal.id"), primary_key=True, autoincrement=False
    )
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), primary_key=True, autoincrement=False, index=True
    )
    retention_class: Mapped[str]
    authority: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="waiting")
    __table_args__ = (
        CheckConstraint("outcome IN ('waiting', 'destroyed', 'kept', 'changed')", name="outcome"),
    )


class Tombstone(Base):
    """What stays of a document whose content is destroyed, as its receipt says it.

    Persons stand as events name them (`user:3`): a tombstone that is made again from the vault
    knows no accounts. `content` are the versions that were destroyed: [number, SHA-256, bytes].
    """

    __tablename__ = "tombstone"
    document_id: Mapped[int] = mapped_column(
        ForeignKey("document.id"), primary_key=True, autoincrement=False
    )
    what: Mapped[str]
    retention_class: Mapped[str]
    authority: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    approved_by: Mapped[str]
    approved_at: Mapped[datetime]
    destroyed_at: Mapped[datetime]
    content: Mapped[list[Any]]
    receipt: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (CheckConstraint("what IN ('disposed', 'erased')", name="what"),)
