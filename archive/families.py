"""Families: a mail or container with all that is inside it, counted as one.

A document is in the family of each outermost file that it lies or lay in; what lies by itself, or
in nothing that the viewer may see, is such a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive.access import Viewer
from archive.bulk import chunked
from archive.models import Document, Sighting, Version


@dataclass(frozen=True, slots=True)
class Families:
    """By document its outermost files; by outermost file all documents of its family."""

    tops: dict[int, frozenset[int]]
    members: dict[int, frozenset[int]]

    def of(self, documents: Iterable[int]) -> set[int]:
        """The families that have one of these documents, each by its outermost file."""
        return set().union(*(self.tops[document] for document in documents))

    def whole(self, documents: Iterable[int]) -> set[int]:
        """These documents with all of their families."""
        return set().union(*(self.members[top] for top in self.of(documents)))


def families_of(
    session: Session, viewer: Viewer, documents: Iterable[int], *, known_at: datetime
) -> Families:
    """The families of documents that the viewer may read, as far as was known at a time."""
    wanted = set(documents)
    outer, by_itself = _outwards(session, viewer, wanted, known_at)
    tops = {one: frozenset(_tops(one, outer, by_itself)) for one in wanted}
    every = set().union(*tops.values())
    inner = _inwards(session, viewer, every, known_at)
    return Families(tops, {top: frozenset(_reached(top, inner)) for top in every})


def _outwards(
    session: Session, viewer: Viewer, documents: set[int], known_at: datetime
) -> tuple[dict[int, set[int]], set[int]]:
    """By document those that it lies in, up to the tree; and those that lie in the tree."""
    by_itself: set[int] = set()
    holder = aliased(Version)

    def around(some: list[int]) -> Iterator[tuple[int, int]]:
        rows = session.execute(
            select(Version.document_id, holder.document_id)
            .join(Sighting, Sighting.version_id == Version.id)
            .outerjoin(holder, holder.id == Sighting.parent_version_id)
            .where(Version.document_id.in_(some), Sighting.since <= known_at)
            .distinct()
        )
        for document, other in rows:
            if other is None:
                by_itself.add(document)
            elif other != document:
                yield document, other

    return _walked(session, viewer, documents, around), by_itself


def _inwards(
    session: Session, viewer: Viewer, documents: set[int], known_at: datetime
) -> dict[int, set[int]]:
    """By document those that lie or lay in it, however deep."""
    holder = aliased(Version)

    def inside(some: list[int]) -> Iterator[tuple[int, int]]:
        rows = session.execute(
            select(holder.document_id, Version.document_id)
            .join(Sighting, Sighting.parent_version_id == holder.id)
            .join(Version, Version.id == Sighting.version_id)
            .where(holder.document_id.in_(some), Sighting.since <= known_at)
            .distinct()
        )
        yield from ((row[0], row[1]) for row in rows)

    return _walked(session, viewer, documents, inside)


def _walked(
    session: Session,
    viewer: Viewer,
    documents: set[int],
    step: Callable[[list[int]], Iterable[tuple[int, int]]],
) -> dict[int, set[int]]:
    """Where steps lead from the documents and from each that is reached: those that are there."""
    steps: dict[int, set[int]] = defaultdict(set)
    frontier, seen = set(documents), set(documents)
    while frontier:
        found = {pair for some in chunked(frontier) for pair in step(some)}
        shown = there(session, viewer, {other for _, other in found})
        for document, other in found:
            if other in shown:
                steps[document].add(other)
        frontier = shown - seen
        seen |= frontier
    return steps


def there(session: Session, viewer: Viewer, documents: Iterable[int]) -> set[int]:
    """Those of the documents that the viewer may read and that have content."""
    found: set[int] = set()
    for chunk in chunked(set(documents)):
        found |= set(
            session.scalars(
                select(Document.id).where(
                    Document.id.in_(chunk),
                    Document.collection_id.in_(viewer.reads),
                    Document.current_version_id.is_not(None),
                )
            )
        )
    return found


def _tops(document: int, outer: dict[int, set[int]], by_itself: set[int]) -> set[int]:
    around = _reached(document, outer)
    return {one for one in around if one in by_itself or not outer.get(one)} or {document}


def _reached(start: int, steps: dict[int, set[int]]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
