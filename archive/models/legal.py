"""Searches for a matter: a word list with its limits, and each time that it was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class WordList(Base):
    """What is searched for a matter: terms, folders, custodians, a period, which versions."""

    __tablename__ = "word_list"
    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))
    number: Mapped[int]  # in the matter, from 1
    name: Mapped[str]
    asked: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (UniqueConstraint("matter_id", "number"),)


class WordListRun(Base):
    """One time that a word list was asked: by whom, over which state of the index, what it found.

    `found` speaks of versions by id, and of terms by their place in the list.
    """

    __tablename__ = "word_list_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    word_list_id: Mapped[int] = mapped_column(ForeignKey("word_list.id"))
    number: Mapped[int]  # of the list, from 1
    found: Mapped[dict[str, Any]]
    index_state: Mapped[dict[str, Any]]  # by collection: versions indexed, waiting, without text
    reads: Mapped[list[Any]]  # collections, of the one who searched
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (UniqueConstraint("word_list_id", "number"),)
