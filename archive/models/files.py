"""What is kept: collections, blobs, documents, versions, sightings, pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, where_present


class Collection(Base):
    """Documents and register entries that the same people may see."""

    __tablename__ = "collection"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Counter(Base):
    """The last number given: file numbers, events. Never goes back."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class Meta(Base):
    """One line of bookkeeping each: how far the journal was replayed, when a backup was made."""

    __tablename__ = "meta"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Blob(Base):
    """Bytes in the vault. Those that were destroyed are there no more: no document needs them."""

    __tablename__ = "blob"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)


class Document(Base):
    """What people talk about. `id` is the file number: D-000123."""

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"), index=True)
    current_version_id: Mapped[int | None] = mapped_column(index=True)
    last_version: Mapped[int]  # the highest version number ever given
    created_at: Mapped[datetime]


class Version(Base):
    """One blob accepted as the content of a document, with what its current facts say.

    The columns from `kind` to `total` are a view of the standing facts, kept for sorting and lists.
    """

    __tablename__ = "version"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    blob_id: Mapped[int] = mapped_column(ForeignKey("blob.id"), index=True)
    received_at: Mapped[datetime]
    file_name: Mapped[str]
    status: Mapped[str] = mapped_column(default="queued", index=True)
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    media_type: Mapped[str | None]
    reader: Mapped[str | None]
    reader_version: Mapped[int | None]
    read_at: Mapped[datetime | None]
    page_count: Mapped[int] = mapped_column(default=0)
    text_source: Mapped[str] = mapped_column(default="none")
    unread_pictures: Mapped[str | None]  # pages that wait for OCR: `1, 3-5`
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    kind: Mapped[str | None]
    own_number: Mapped[str | None]
    revision: Mapped[str | None]
    title: Mapped[str | None]
    date: Mapped[str | None]
    due_date: Mapped[str | None]
    effective_from: Mapped[str | None]
    expires_on: Mapped[str | None]
    language: Mapped[str | None]
    currency: Mapped[str | None]
    total: Mapped[str | None]
    parties: Mapped[list[Any]] = mapped_column(default=list)
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        CheckConstraint("status IN ('queued', 'searchable', 'unreadable')", name="status"),
        where_present("version", "reason_code"),
        Index(
            "ix_version_unread_pictures",
            "id",
            sqlite_where=text("unread_pictures IS NOT NULL"),
            postgresql_where=text("unread_pictures IS NOT NULL"),
        ),
    )


class CurrentSpan(Base):
    """From when until when a version was the current one of its document."""

    __tablename__ = "current_span"
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class NumberAlias(Base):
    """A (file number, version) that was given once and now leads elsewhere, for life."""

    __tablename__ = "number_alias"
    document: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0: the document
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))


class Sighting(Base):
    """These bytes were at this place from then until then.

    A place is (root, path), or for a child (parent version, position, name). Uploads have the
    root `upload:COLLECTION`. `path` is relative, with `/`; bytes that are no UTF-8 stand as
    `\\xNN` there and as they are in `raw_path`; so does the backslash of a name that looks like
    that.
    """

    __tablename__ = "sighting"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), index=True)
    root: Mapped[str | None]
    path: Mapped[str | None]
    raw_path: Mapped[bytes | None]
    parent_version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"), index=True)
    position: Mapped[int | None]
    name: Mapped[str | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger, default=0)
    inode: Mapped[int] = mapped_column(BigInteger, default=0)
    receipt: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (
        CheckConstraint("(path IS NULL) <> (parent_version_id IS NULL)", name="place"),
        Index(
            "uq_sighting_live",
            "root",
            "path",
            unique=True,
            sqlite_where=text("until IS NULL AND path IS NOT NULL"),
            postgresql_where=text("until IS NULL AND path IS NOT NULL"),
        ),
        Index("ix_sighting_root_path", "root", "path"),
        Index(
            "uq_sighting_child",
            "parent_version_id",
            "position",
            "version_id",
            unique=True,
            sqlite_where=text("parent_version_id IS NOT NULL"),
            postgresql_where=text("parent_version_id IS NOT NULL"),
        ),
    )


class Page(Base):
    """The text of one page of a version: a cache, made again by reading."""

    __tablename__ = "page"
    version_id: Mapped[int] = mapped_column(
        ForeignKey("version.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    source: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    width: Mapped[float | None]
    height: Mapped[float | None]
    confidence: Mapped[float | None]
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"runs": […], "words": […]}


class Trouble(Base):
    """A path of the filing tree that could not be taken: locked, vanished, not to be read."""

    __tablename__ = "trouble"
    id: Mapped[int] = mapped_column(primary_key=True)
    root: Mapped[str]
    path: Mapped[str]
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"))
    reason: Mapped[str]
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("root", "path", "collection_id"),)
