"""What is cited and not there: each number once, those first that most documents cite.

The attention list asks about the same numbers one by one, the oldest first, for each collection;
here they are counted over all that the viewer may read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from archive import open_references
from archive.exports import tell_references
from archive.models import Reference, Version
from archive.records import moment
from archive.references import seen
from archive.wanting import Asked

MOST_CITING: Final = 5  # documents that are named with a number


@dataclass(frozen=True, slots=True)
class Wish:
    """Which numbers are wanted: of a scheme, one alone (`key`), a part of the list."""

    scheme: str | None = None
    key: str | None = None
    limit: int = 50
    offset: int = 0


def list_wanted(session: Session, asked: Asked, wish: Wish) -> dict[str, Any]:
    """Some of the numbers in the fields of the API, and how many there are of every scheme.

    Numbers that only entries of registers bear (`asked.entry_schemes`: VAT, products) are listed
    where their scheme is asked for: there no document is missing, but nothing is registered.
    """
    every = replace(asked, entry_schemes=frozenset())
    counts = _counts(session, every)
    ours = every if wish.scheme else asked
    numbers = _numbers(ours, wish).subquery()
    ordered = (
        select(numbers, Reference.text, Reference.recorded_at)
        .join(Reference, Reference.id == numbers.c.first)
        .order_by(
            numbers.c.documents.desc(),
            func.coalesce(numbers.c.oldest, "9999"),
            numbers.c.scheme,
            numbers.c.key,
        )
    )
    rows = session.execute(ordered.limit(wish.limit).offset(wish.offset)).all()
    cited_by = _citing(session, ours, [(row.scheme, row.key) for row in rows])
    return {
        "items": [_line(row, asked, cited_by[(row.scheme, row.key)]) for row in rows],
        "total": _total(session, numbers, counts, asked, wish),
        "schemes": [
            {"scheme": scheme, "count": count, "is_of_entries": scheme in asked.entry_schemes}
            for scheme, count in counts.items()
        ],
    }


def _line(row: Any, asked: Asked, cited_by: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "scheme": row.scheme,
        "key": row.key,
        "identifier": row.text,
        "documents": row.documents,
        "oldest": row.oldest,
        "since": moment(row.recorded_at),
        "is_of_entries": row.scheme in asked.entry_schemes,
        "cited_by": cited_by,
    }


def _counts(session: Session, asked: Asked) -> dict[str, int]:
    """How many numbers of each scheme are wanted."""
    every = _numbers(asked, None).subquery()
    statement = select(every.c.scheme, func.count()).group_by(every.c.scheme)
    return {row[0]: row[1] for row in session.execute(statement.order_by(every.c.scheme))}


def _numbers(asked: Asked, wish: Wish | None) -> Select[*tuple[Any, ...]]:
    """(scheme, key, documents that cite it, its first reference, the oldest date of them)."""
    every = open_references.cited(asked)
    if wish and wish.scheme:
        every = every.where(Reference.scheme == wish.scheme)
    if wish and wish.key:
        every = every.where(Reference.key == wish.key)
    return (
        every.join(Version, Version.id == Reference.version_id)
        .with_only_columns(
            Reference.scheme,
            Reference.key,
            func.count(Reference.document_id.distinct()).label("documents"),
            func.min(Reference.id).label("first"),
            func.min(Version.date).label("oldest"),
        )
        .group_by(Reference.scheme, Reference.key)
    )


def _total(session: Session, numbers: Any, counts: dict[str, int], asked: Asked, wish: Wish) -> int:
    if wish.key:
        return session.scalar(select(func.count()).select_from(numbers)) or 0
    if wish.scheme:
        return counts.get(wish.scheme, 0)
    return sum(count for scheme, count in counts.items() if scheme not in asked.entry_schemes)


def _citing(
    session: Session, asked: Asked, numbers: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """By number the first reference of each of the first documents that cite it."""
    number = (Reference.scheme, Reference.key)
    of_documents = (
        open_references.cited(asked)
        .where(tuple_(*number).in_(numbers))
        .with_only_columns(*number, func.min(Reference.id).label("id"))
        .group_by(*number, Reference.document_id)
        .subquery()
    )
    columns = (of_documents.c.scheme, of_documents.c.key)
    place = func.row_number().over(partition_by=columns, order_by=of_documents.c.id)
    placed = select(of_documents.c.id, place.label("place")).subquery()
    some = select(placed.c.id).where(placed.c.place <= MOST_CITING)
    rows = session.scalars(
        select(Reference).where(Reference.id.in_(some)).order_by(Reference.id)
    ).all()
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    views = seen(session, asked.viewer, rows, None)
    for row, line in zip(rows, tell_references(session, views), strict=True):
        found[(row.scheme or "", row.key or "")].append(line)
    return found
