"""Custodians of holds, and what they are told.

Ids are drawn at random, as those of holds are: one after the other they would say how many there
are.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Custodian(Base):
    """Somebody who is asked to keep what they have: a user, or a name.

    `name` is empty where there is an account; `text` is what they are asked to keep, in the words
    of the member who named them. `ended_at`: they were named by mistake, or need no more.
    """

    __tablename__ = "custodian"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    language: Mapped[str]
    text: Mapped[str]
    named_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # who named them
    acknowledged_on: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]  # when we learnt of it
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (name = '')", name="who"),
        CheckConstraint(
            "(acknowledged_on IS NULL) = (acknowledged_at IS NULL)", name="acknowledged"
        ),
    )


class CustodianNotice(Base):
    """The message (RFC 5322) that a custodian is told something by, as it was made; never changed.

    `post_at`: when the mail server is asked (again); none where a person sends it.
    """

    __tablename__ = "custodian_notice"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    custodian_id: Mapped[int] = mapped_column(ForeignKey("custodian.id"), index=True)
    what: Mapped[str]
    subject: Mapped[str]
    message: Mapped[str]
    made_at: Mapped[datetime]
    post_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    sent_how: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # who sent it
    failure: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        CheckConstraint("what IN ('keep', 'remind', 'end')", name="what"),
        CheckConstraint("sent_how IN ('mail', 'person')", name="sent_how"),
    )
