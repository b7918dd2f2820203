"""Bundles: which pages of a file are documents of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Part(Base):
    """A person's word that pages of a version are a document of their own, as long as it stands.

    Its sighting is (the version, position, name) like that of any child: see archive.parts.
    """

    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    first_page: Mapped[int]
    last_page: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("1 <= first_page AND first_page <= last_page", name="pages"),)
