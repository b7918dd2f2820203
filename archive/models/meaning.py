"""What documents say: facts, identifiers, references with mentions and candidates, rulings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, where_present
from archive.vocabulary import PRINTED


class _Evidence:
    """Where it was read; see archive.reading.Evidence."""

    page: Mapped[int | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    quote: Mapped[str | None]
    where: Mapped[str | None]


class _Recorded:
    """The first clock: from when until when we took this for so."""

    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime | None]


#: References that wait for everybody, or for those who see no other collection.
IS_WANTED = "retracted_at IS NULL AND key IS NOT NULL AND home_candidate_count = 0"
#: References that are ambiguous for those who see all that fits; and those that may be misread.
HAS_MANY = "retracted_at IS NULL AND candidate_count > 1"
#: Facts that a page says otherwise than the data inside the file.
IS_PRINTED = f"rule = '{PRINTED}' AND retracted_at IS NULL"


def _partial_index(name: str, where: str) -> Index:
    """What wants a person is a small part of all references; it is listed oldest first."""
    return Index(name, "recorded_at", "id", sqlite_where=text(where), postgresql_where=text(where))


class Fact(_Evidence, _Recorded, Base):
    """One metadata value of a version, with its evidence.

    Of a party, `party_key` is its name as archive.parties tells names apart, and `party_number` its
    number, where that checks out.
    """

    __tablename__ = "fact"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    name: Mapped[str]
    value: Mapped[str]
    role: Mapped[str | None]
    identifier: Mapped[str | None]
    origin: Mapped[str]
    confidence: Mapped[float] = mapped_column(default=1.0)
    rule: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    said_by: Mapped[str] = mapped_column(default="")  # reader and its version
    retracted_by: Mapped[str | None]
    party_key: Mapped[str | None]
    party_number: Mapped[str | None]
    __table_args__ = (
        where_present("fact", "party_key"),
        where_present("fact", "party_number"),
        _partial_index("ix_fact_printed", IS_PRINTED),
    )


class Identifier(_Evidence, _Recorded, Base):
    """One number that a document (by one of its versions) or a register entry bears."""

    __tablename__ = "identifier"
    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    scheme: Mapped[str]
    key: Mapped[str]
    groups: Mapped[str]
    text: Mapped[str]
    issuer: Mapped[str | None]
    origin: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        Index("ix_identifier_key", "key", "scheme"),
        where_present("identifier", "entry_id"),
        CheckConstraint("(document_id IS NULL) <> (entry_id IS NULL)", name="bearer"),
    )


class Reference(_Evidence, _Recorded, Base):
    """A typed, directed edge from a version, by the number it cites or by a fixed target.

    Its first mention is its evidence here. What it reaches depends on who asks: see `Candidate`
    and archive.references. `dictionary_entry_id` names the register entry whose name was looked
    for: who may not see that entry does not see the reference.
    """

    __tablename__ = "reference"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    scheme: Mapped[str | None]
    key: Mapped[str | None]
    groups: Mapped[str | None]
    text: Mapped[str | None]
    issuer: Mapped[str | None]
    relation: Mapped[str]
    origin: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    mention_count: Mapped[int] = mapped_column(default=0)
    #: That stand, whoever may see them; of what may be misread one more, to be with those of many.
    candidate_count: Mapped[int] = mapped_column(default=0)
    home_candidate_count: Mapped[int] = mapped_column(default=0)  # in its own collection
    fixed_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    fixed_entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    dictionary_entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        Index("ix_reference_key", "key", "scheme"),
        where_present("reference", "fixed_document_id"),
        where_present("reference", "fixed_entry_id"),
        where_present("reference", "dictionary_entry_id"),
        _partial_index("ix_reference_wanted", IS_WANTED),
        _partial_index("ix_reference_many", HAS_MANY),
    )


class Mention(_Evidence, Base):
    """One place in a version where the number of a reference is read."""

    __tablename__ = "mention"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference_id: Mapped[int] = mapped_column(
        ForeignKey("reference.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str]
    origin: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    more: Mapped[list[Any]] = mapped_column(default=list)


class Candidate(_Recorded, Base):
    """A document or entry that fits a reference, whoever may see it. Readers filter by viewer."""

    __tablename__ = "candidate"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference_id: Mapped[int] = mapped_column(
        ForeignKey("reference.id", ondelete="CASCADE"), index=True
    )
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    __table_args__ = (where_present("candidate", "entry_id"),)


class Ruling(_Recorded, Base):
    """A person's decision on a reference: names document, scheme, number, relation; never offsets.

    `groups` tell which number of the key is meant; none are in what was ruled before they were
    kept, which is on all of them.
    """

    __tablename__ = "ruling"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    scheme: Mapped[str | None]
    key: Mapped[str | None]
    groups: Mapped[str | None]
    relation: Mapped[str]
    decision: Mapped[str]
    target_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    target_entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    target_version_id: Mapped[int | None]  # the target's current version when it was ruled
    reason: Mapped[str] = mapped_column(default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        CheckConstraint("decision IN ('confirm', 'reject', 'redirect', 'add')", name="decision"),
    )


class Proposal(_Recorded, Base):
    """What we think and a person has to say: a version to join, a register entry, a split."""

    __tablename__ = "proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decision: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
