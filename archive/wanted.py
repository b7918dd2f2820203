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
from archive.wanted_numbers import Number, gathered_numbers, number_of
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
    numbers = _gathered(_numbers(session, every))
    counts = Counter(one.scheme for one in numbers)
    ours = every if wish.scheme else asked
    wanted = sorted((one for one in numbers if _is_wanted(one, ours, wish)), key=_most_cited_first)
    rows = wanted[wish.offset : wish.offset + wish.limit]
    firsts = _firsts(session, rows)
    cited_by = _citing(session, ours, rows)
    written = {row.first: (row.scheme, row.key, firsts[row.first].groups or "") for row in rows}
    alike = namesakes(session, asked.viewer, written.values())
    several = Counter((one.scheme, one.key) for one in numbers)
    return {
        "items": [
            _line(row, firsts[row.first], asked, cited_by[row.number])
            | {"borne_by": [file_number(one) for one in alike.get(written[row.first], ())]}
            | {"marks": row.number[2:] if several[row.number[:2]] > 1 else None}
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


@dataclass(frozen=True, slots=True)
class _Row:
    """A number that is wanted; see archive.wanted_numbers for what is one."""

    number: Number  # scheme, key, groups, issuer
    documents: int
    first: int  # the id of the first reference that has all its marks
    oldest: str | None

    @property
    def scheme(self) -> str:
        return str(self.number[0])

    @property
    def key(self) -> str:
        return str(self.number[1])


def _is_wanted(row: _Row, asked: Asked, wish: Wish) -> bool:
    return (
        row.scheme not in asked.entry_schemes
        and row.scheme == (wish.scheme or row.scheme)
        and row.key == (wish.key or row.key)
    )


def _most_cited_first(row: _Row) -> tuple[Any, ...]:
    return -row.documents, row.oldest or "9999", *row.number


def _line(row: _Row, first: Any, asked: Asked, cited_by: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "scheme": row.scheme,
        "key": row.key,
        "identifier": first.text,
        "issuer": row.number[3] or None,
        "documents": row.documents,
        "oldest": row.oldest,
        "since": moment(first.recorded_at),
        "is_of_entries": row.scheme in asked.entry_schemes,
        "cited_by": cited_by,
    }


def _numbers(session: Session, asked: Asked) -> list[_Row]:
    """Numbers as they are written; documents that cite each, its first reference, oldest date."""
    number = (Reference.scheme, Reference.key, Reference.groups, Reference.issuer)
    statement = (
        open_references.cited(asked)
        .join(Version, Version.id == Reference.version_id)
        .with_only_columns(
            *number,
            func.count(Reference.document_id.distinct()).label("documents"),
            func.min(Reference.id).label("first"),
            func.min(Version.date).label("oldest"),
        )
        .group_by(*number)
    )
    rows = session.execute(statement).all()
    return [_Row(number_of(row), row.documents, row.first, row.oldest) for row in rows]


def _gathered(rows: Sequence[_Row]) -> list[_Row]:
    """The rows of one number as one: a document writes a number in one way only."""
    under = gathered_numbers(row.number for row in rows)
    several: dict[Number, list[_Row]] = defaultdict(list)
    for row in rows:
        several[under[row.number]].append(row)
    return [
        _Row(
            number,
            sum(row.documents for row in ours),
            min((not _is_whole(row, number), row.first) for row in ours)[1],
            min((row.oldest for row in ours if row.oldest), default=None),
        )
        for number, ours in several.items()
    ]


def _is_whole(row: _Row, number: Number) -> bool:
    return (row.number[2].replace("/", "|"), row.number[3]) == number[2:]


def _firsts(session: Session, rows: Sequence[_Row]) -> dict[int, Any]:
    columns = (Reference.id, Reference.text, Reference.groups, Reference.recorded_at)
    ids = [row.first for row in rows]
    return {row.id: row for row in session.execute(select(*columns).where(Reference.id.in_(ids)))}


def _citing(
    session: Session, asked: Asked, wanted: Sequence[_Row]
) -> dict[Number, list[dict[str, Any]]]:
    """By number the first reference of each of the first documents that cite it."""
    number = (Reference.scheme, Reference.key, Reference.groups, Reference.issuer)
    of_documents = (
        open_references.cited(asked)
        .where(tuple_(*number[:2]).in_([row.number[:2] for row in wanted]))
        .with_only_columns(*number, func.min(Reference.id).label("id"))
        .group_by(*number, Reference.document_id)
        .subquery()
    )
    columns = [of_documents.c[one.key] for one in number]
    place = func.row_number().over(partition_by=columns, order_by=of_documents.c.id)
    placed = select(of_documents.c.id, place.label("place")).subquery()
    some = select(placed.c.id).where(placed.c.place <= MOST_CITING)
    rows = session.scalars(
        select(Reference).where(Reference.id.in_(some)).order_by(Reference.id)
    ).all()
    under = gathered_numbers(map(number_of, rows))
    found: dict[Number, list[dict[str, Any]]] = defaultdict(list)
    views = seen(session, asked.viewer, rows, None)
    for row, line in zip(rows, tell_references(session, views), strict=True):
        citing = found[under[number_of(row)]]
        citing += [line] if len(citing) < MOST_CITING else []
    return found
