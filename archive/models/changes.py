"""Change requests: approvals, affected documents and their answers, notices of decisions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class _Written:
    """Who said so, and from when until when it stood."""

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]


class Approval(_Written, Base):
    """One person's word on a change request, in the role that they had then."""

    __tablename__ = "approval"
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    decision: Mapped[str]
    role: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    happened_on: Mapped[str]
    __table_args__ = (CheckConstraint("decision IN ('approve', 'reject')", name="decision"),)


class Affected(_Written, Base):
    """A change request affects a document as it was in this version, from a day on.

    The document is that to which the version belongs: versions move between documents.
    """

    __tablename__ = "affected"
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    happened_on: Mapped[str | None]


class AffectedAnswer(_Written, Base):
    """A person's word on an affected document: this version carries the change, or none has to."""

    __tablename__ = "affected_answer"
    affected_id: Mapped[int] = mapped_column(ForeignKey("affected.id"), index=True)
    answer: Mapped[str]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    reason: Mapped[str] = mapped_column(default="")
    happened_on: Mapped[str | None]
    __table_args__ = (CheckConstraint("answer IN ('carried', 'waived')", name="answer"),)


class OpenedEntry(Base):
    """A document opened this entry; as long as nobody has touched it, it says what that says.

    `revision` is that of the entry when it was last written so.
    """

    __tablename__ = "opened_entry"
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    revision: Mapped[int]


class NamedDocument(Base):
    """A number that an entry names as affected: met by documents that come later and bear it."""

    __tablename__ = "named_document"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    key: Mapped[str] = mapped_column(index=True)


class Notice(Base):
    """The message that tells the requester what was decided, as it was made; never changed.

    `message` is all of it (RFC 5322). It is filed as a document of its own, and sent by the mail
    server or by a person; `to_address` is empty where no address of the requester is known.
    """

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    decision: Mapped[str]
    to_name: Mapped[str]
    to_address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    message: Mapped[str]
    made_at: Mapped[datetime]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"), index=True)
    sent_at: Mapped[datetime | None]
    sent_how: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # who sent it
    failure: Mapped[str] = mapped_column(default="")
    __table_args__ = (CheckConstraint("sent_how IN ('mail', 'person')", name="sent_how"),)
