"""Plans: what milestones need, and what people say of that which no document shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Need(Base):
    """What a milestone needs. Of a document `kind`, `party` and `wanted` say which would do."""

    __tablename__ = "need"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    what: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="")
    party: Mapped[str] = mapped_column(default="")
    wanted: Mapped[str] = mapped_column(default="")
    responsible: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("what IN ('document', 'checkpoint', 'material', 'person')", name="what"),
    )


class NeedState(Base):
    """A person's word on a checkpoint, material or person: how it stands from a day on."""

    __tablename__ = "need_state"
    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    state: Mapped[str]
    responsible: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    happened_on: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("state IN ('missing', 'unusable', 'there')", name="state"),)
