"""Where the configuration gives a folder to another collection, its documents go there whole.

With their versions, numbers, references and children, as one event each. A document that also
lives in a folder of another collection stays where it is; one that lives nowhere any more goes by
its last place.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from archive import events, jobs, matching, teaching
from archive.arrivals import upload_root
from archive.bulk import chunked
from archive.counters import insert_missing
from archive.models import (
    Collection,
    Document,
    Identifier,
    Proposal,
    Reference,
    Sighting,
    Tombstone,
    Version,
    utc_text,
)
from archive.sightings import with_inside


@dataclass(frozen=True, slots=True)
class Reassigned:
    """What was moved: how many documents, between which collections."""

    documents: int
    collections: frozenset[int]


def reassign(
    session: Session,
    receipts: list[dict[str, Any]],
    collection_of: Callable[[str, str], str | None],
    at: datetime,
) -> Reassigned:
    """Give each document of the tree to the collection that its folder belongs to now.

    `collection_of` takes root and path; None: that root is not configured any more. Adds receipts.
    """
    ids = {row[1]: row[0] for row in session.execute(select(Collection.id, Collection.name))}
    stands: dict[int, int] = {}
    moved: dict[int, str] = {}
    for (document_id, collection_id), places in _places(session):
        names = {collection_of(root, path) for root, path in places}
        name = names.pop()
        if not names and name is not None and ids.get(name) != collection_id:
            stands[document_id], moved[document_id] = collection_id, name
    touched: set[int] = set()
    for document_id, name in sorted(moved.items()):
        receipt = {
            "what": "collection",
            "receipt": secrets.token_hex(12),
            "at": utc_text(at),
            "document": document_id,
            "collection": name,
        }
        touched |= {stands[document_id], apply(session, receipt, at)}
        receipts.append(receipt)
    return Reassigned(len(moved), frozenset(touched))


def _places(session: Session) -> Iterator[tuple[tuple[int, int], list[tuple[str, str]]]]:
    """Of each document of the tree its id and its collection's, and by which places it goes.

    One after the other: those of a whole archive would take more memory than the worker itself.
    """
    for document, rows in groupby(_living(session), lambda row: (row[0], row[1])):
        yield document, [(root, path) for _, _, root, path in rows]
    for document, rows in groupby(_gone(session), lambda row: (row[0], row[1])):
        *_, (_, _, root, path) = rows  # the last one counts
        yield document, [(root, path)]


def _living(session: Session) -> Iterator[Any]:
    """Each place in the tree where a document lives now, by document."""
    yield from session.execute(
        select(Version.document_id, Document.collection_id, Sighting.root, Sighting.path)
        .join(Version, Version.id == Sighting.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            Sighting.until.is_(None),
            Sighting.path.is_not(None),
            ~_is_erased(),
            ~Sighting.root.startswith(upload_root("")),
        )
        .order_by(Version.document_id)
        .execution_options(yield_per=5000)
    )


def _gone(session: Session) -> Iterator[Any]:
    """Of documents that live nowhere any more each place in the tree, the last one last."""
    of_same = aliased(Version)
    lives = exists().where(
        of_same.document_id == Version.document_id,
        Sighting.version_id == of_same.id,
        Sighting.until.is_(None),
    )
    seen = aliased(Sighting)
    yield from session.execute(
        select(Version.document_id, Document.collection_id, seen.root, seen.path)
        .join(Version, Version.id == seen.version_id)
        .join(Document, Document.id == Version.document_id)
        .where(
            seen.path.is_not(None), ~seen.root.startswith(upload_root("")), ~lives, ~_is_erased()
        )
        .order_by(Version.document_id, seen.until, seen.id)
        .execution_options(yield_per=5000)
    )


def _is_erased() -> ColumnElement[bool]:
    """Nobody knows any more where it lay: it stays in its collection."""
    return exists().where(Tombstone.document_id == Version.document_id, Tombstone.what == "erased")


def apply(session: Session, receipt: dict[str, Any], at: datetime) -> int:
    """Do what the receipt says, children included; the id of the collection."""
    insert_missing(session, Collection, {"name": receipt["collection"]})
    collection_id = session.execute(
        select(Collection.id).where(Collection.name == receipt["collection"])
    ).scalar_one()
    family, versions = _family(session, receipt["document"])
    keys: set[str] = set()
    for chunk in chunked(family):
        for model, column in (
            (Document, Document.id),
            (Identifier, Identifier.document_id),
            (Reference, Reference.document_id),
            (Proposal, Proposal.document_id),
        ):
            session.execute(
                update(model).where(column.in_(chunk)).values(collection_id=collection_id)
            )
        keys.update(
            session.scalars(select(Identifier.key).where(Identifier.document_id.in_(chunk)))
        )
    events.record(
        session,
        at,
        "collection-changed",
        collection_id=collection_id,
        document_id=receipt["document"],
        children=len(family) - 1,
        receipt=receipt["receipt"],
    )
    matching.answer(session, sorted(versions), sorted(keys), at)
    jobs.enqueue(session, jobs.JobKind.INDEX, versions, at)
    teaching.kinds_are_said(session)
    return collection_id


def _family(session: Session, document_id: int) -> tuple[set[int], set[int]]:
    """The document and all that is inside it, to any depth, and the versions of these."""
    family: set[int] = set()
    versions: set[int] = set()
    fresh = {document_id}
    while fresh:
        family |= fresh
        own: set[int] = set()
        for chunk in chunked(fresh):
            own.update(session.scalars(select(Version.id).where(Version.document_id.in_(chunk))))
        versions |= own
        fresh = set()
        for chunk in chunked(with_inside(session, own) - own):
            fresh.update(session.scalars(select(Version.document_id).where(Version.id.in_(chunk))))
        fresh -= family
    return family, versions
