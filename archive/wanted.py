"""What is cited and not there: each number once, those first that most documents cite.

The attention list asks about the same numbers one by one, the oldest first, for each collection;
here they are counted over all that the viewer may read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from archive import open_references
from archive.exports import tell_references
from archive.models import Reference, Version
from archive.namesakes import namesakes
from archive.records import file_number, moment
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
    numbers = _numbers(session, every)
    counts = Counter(one.scheme for one in numbers)
    ours = every if wish.scheme else asked
    wanted = sorted((one for one in numbers if _is_wanted(one, ours, wish)), key=_most_cited_first)
    rows = wanted[wish.offset : wish.offset + wish.limit]
    firsts = _firsts(session, rows)
    cited_by = _citing(session, ours, [(row.scheme, row.key) for row in rows])
    written = {row.first: (row.scheme, row.key, firsts[row.first].groups or "") for row in rows}
    alike = namesakes(session, asked.viewer, written.values())
    return {
        "items": [
            _line(row, firsts[row.first], asked, cited_by[(row.scheme, row.key)])
            | {"borne_by": [file_number(one) for one in alike.get(written[row.first], ())]}
            for row in rows
        ],
        "total": len(wanted),
        "schemes": [
            {
                "scheme": scheme,
                "count": counts[scheme],
                "is_of_entries": scheme in asked.entry_schemes,
            }
            for scheme in sorted(counts)
        ],
    }


def _is_wanted(row: Any, asked: Asked, wish: Wish) -> bool:
    return (
        row.scheme not in asked.entry_schemes
        and row.scheme == (wish.scheme or row.scheme)
        and row.key == (wish.key or row.key)
    )


def _most_cited_first(row: Any) -> tuple[int, str, str, str]:
    return -row.documents, row.oldest or "9999", row.scheme, row.key


def _line(row: Any, first: Any, asked: Asked, cited_by: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "scheme": row.scheme,
        "key": row.key,
        "identifier": first.text,
        "documents": row.documents,
        "oldest": row.oldest,
        "since": moment(first.recorded_at),
        "is_of_entries": row.scheme in asked.entry_schemes,
        "cited_by": cited_by,
    }


def _numbers(session: Session, asked: Asked) -> Sequence[Any]:
    """(scheme, key, documents that cite it, its first reference, the oldest date of them)."""
    statement = (
        open_references.cited(asked)
        .join(Version, Version.id == Reference.version_id)
        .with_only_columns(
            Reference.scheme,
            Reference.key,
            func.count(Reference.document_id.distinct()).label("documents"),
            func.min(Reference.id).label("first"),
            func.min(Version.date).label("oldest"),
        )
        .group_by(Reference.scheme, Reference.key)
    )
    return session.execute(statement).all()


def _firsts(session: Session, rows: Sequence[Any]) -> dict[int, Any]:
    columns = (Reference.id, Reference.text, Reference.groups, Reference.recorded_at)
    ids = [row.first for row in rows]
    return {row.id: row for row in session.execute(select(*columns).where(Reference.id.in_(ids)))}


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
