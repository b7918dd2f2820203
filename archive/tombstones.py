"""Tombstones: what stays of documents whose content was destroyed, and whether it agrees.

Such a document has no current version, so that no list, search or trail has it, and its tombstone
is what is shown at its file number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from archive.bulk import chunked
from archive.models import Blob, Document, Tombstone, Version, utc_text
from archive.records import file_number

DESTROYED: Final = ("disposed", "erased")  # receipts and events of it are called so


def is_destroyed() -> ColumnElement[bool]:
    """Of a version in a statement: has its document a tombstone?"""
    return exists().where(Tombstone.document_id == Version.document_id)


def is_needed() -> ColumnElement[bool]:
    """Of a blob in a statement: is it the content of a document that stays?"""
    return exists().where(Version.blob_id == Blob.id, ~is_destroyed())


def mark_destroyed(session: Session, blob_ids: Iterable[int], at: Any) -> None:
    """Those of the blobs that nothing needs any more count as destroyed from now on."""
    for chunk in chunked(blob_ids):
        session.execute(
            update(Blob)
            .where(Blob.id.in_(chunk), Blob.destroyed_at.is_(None), ~is_needed())
            .values(destroyed_at=at, verified_at=None)
        )


def mark_needed(session: Session) -> None:
    """What was destroyed and came again for another document is a blob as any other."""
    session.execute(
        update(Blob).where(Blob.destroyed_at.is_not(None), is_needed()).values(destroyed_at=None)
    )


def destroyed_of(session: Session, document_ids: Iterable[int]) -> list[str]:
    """The SHA-256 of what is destroyed of these documents, as far as nothing else needs it."""
    found: set[str] = set()
    for chunk in chunked(document_ids):
        of_document = (
            select(Blob.sha256)
            .join(Version, Version.blob_id == Blob.id)
            .where(Version.document_id.in_(chunk), is_destroyed(), Blob.destroyed_at.is_not(None))
        )
        found.update(session.scalars(of_document))
    return sorted(found)


def told(row: Tombstone) -> dict[str, Any]:
    """A tombstone in the words of its receipt."""
    return {
        "what": row.what,
        "receipt": row.receipt,
        "at": utc_text(row.destroyed_at),
        "document": row.document_id,
        "class": row.retention_class,
        "authority": row.authority,
        "reason": row.reason,
        "proposed_by": row.proposed_by,
        "proposed_at": utc_text(row.proposed_at),
        "approved_by": row.approved_by,
        "approved_at": utc_text(row.approved_at),
        "content": row.content,
    }


def damage(session: Session, receipts: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What is wrong with tombstones: each has its receipt, each receipt its tombstone, and nothing
    is gone without one. Sentences."""
    said = {one["receipt"]: one for one in receipts if one.get("what") in DESTROYED}
    for row in session.scalars(select(Tombstone).order_by(Tombstone.document_id)):
        receipt = said.pop(row.receipt, {})
        said_of_it = {key: receipt[key] for key in receipt if key not in ("previous", "lines")}
        if said_of_it != told(row):
            number = file_number(row.document_id)
            yield f"The tombstone of {number} has no receipt that says the same."
    for name, receipt in said.items():
        yield f"Receipt {name}, of document {receipt.get('document')}, has no tombstone."
    lost = select(Blob.sha256).where(Blob.destroyed_at.is_not(None), is_needed())
    for sha256 in session.scalars(lost.order_by(Blob.sha256)):
        yield f"Blob {sha256} is said to be destroyed, and no tombstone says why."
    stands = (
        select(Document.id)
        .join(Tombstone, Tombstone.document_id == Document.id)
        .where(Document.current_version_id.is_not(None))
    )
    for document_id in session.scalars(stands.order_by(Document.id)):
        yield f"{file_number(document_id)} has a tombstone and a current version."
