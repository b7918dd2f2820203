"""Paper: where the original of a document lies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Paper(Base):
    """What was known of a document's paper original from `recorded_at` until `retracted_at`."""

    __tablename__ = "paper"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    place: Mapped[str]  # room, shelf, binder: as people write it
    form: Mapped[str]
    lent_to: Mapped[str | None]
    lent_until: Mapped[str | None] = mapped_column(index=True)  # ISO date
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("form IN ('signed', 'copy')", name="form"),
        CheckConstraint("lent_until IS NULL OR lent_to IS NOT NULL", name="lent"),
    )
