"""What does not agree among contracts, orders, deliveries and invoices, as lines of attention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.asides import items_aside
from archive.attention_lines import Line, homes_of, line_of, roots_in
from archive.exports import tell_references
from archive.models import Document, Version
from archive.paths import load_places
from archive.records import file_number
from archive.trade_discrepancies import (
    WHATS,
    WITHOUT_CONTRACT,
    Discrepancy,
    find_discrepancies,
)
from archive.wanting import Asked, is_id, is_kept

#: Lines of one kind that one list is made of; nobody acts upon more, and a statement takes as many.
MOST: Final = 5_000
ABSENT: Final = "order-contract-absent"  # it names a contract that is not there

Found = Mapping[str, Mapping[int, Discrepancy]]
Find = Callable[[Session, Viewer, date], Sequence[Discrepancy]]


def not_explained(
    session: Session, viewer: Viewer, today: date, find: Find = find_discrepancies
) -> Found:
    """By kind and document those that nobody put aside, the earliest documents first."""
    away = items_aside(session, WHATS, today)
    found: dict[str, dict[int, Discrepancy]] = defaultdict(dict)
    for one in find(session, viewer, today):
        if one.item not in away and len(found[one.what]) < MOST:
            found[one.what][one.document.id] = one
    return found


def wanted(what: str) -> Callable[[Asked], Select[Any]]:
    """The statement of a kind: (Version,) of those in `asked.discrepancies`."""

    def statement(asked: Asked) -> Select[Any]:
        return (
            select(Version)
            .join(Document, Document.current_version_id == Version.id)
            .where(
                Document.id.in_(list(asked.discrepancies.get(what, ()))),
                Document.collection_id.in_(asked.viewer.reads),
                is_kept(asked, Version.id, Document.collection_id),
            )
            .order_by(Version.received_at, Version.id)
        )

    return statement


def lines(what: str) -> Callable[[Session, Asked, Sequence[Any]], list[Line]]:
    """How the rows of that statement are told."""

    def tell(session: Session, asked: Asked, rows: Sequence[Any]) -> list[Line]:
        found: list[Discrepancy] = [
            asked.discrepancies[what][version.document_id] for (version,) in rows
        ]
        ids = [version.id for (version,) in rows]
        places = load_places(session, ids)
        roots = roots_in(places, ids)
        homes = homes_of(session, [version.document_id for (version,) in rows])
        views = [one.because[0] for one in found if one.because]
        told = dict(
            zip((view.row.id for view in views), tell_references(session, views), strict=True)
        )
        return [
            line_of(
                one.item, what, ABSENT if what == WITHOUT_CONTRACT and one.allowed else what,
                _params(one),
                document=file_number(one.document.id),
                path=places.shown(one.document.version_id)[0],
                reference=told[one.because[0].row.id] if one.because else None,
                against=[file_number(other.id) for other in one.against],
                since=one.since,
                roots=roots.get(one.document.version_id, frozenset()),
                home=homes[one.document.id],
            )
            for one in found
        ]  # fmt: skip

    return tell


def _params(one: Discrepancy) -> dict[str, str]:
    return {
        "document": file_number(one.document.id),
        "against": ", ".join(file_number(other.id) for other in one.against),
        "found": one.found,
        "allowed": one.allowed,
    }


def collection_of(session: Session, name: str) -> int | None:
    """The collection of the document that a line is about."""
    document = name.partition("/")[0]
    if not is_id(document):
        return None
    return session.scalar(select(Document.collection_id).where(Document.id == int(document)))


#: By kind its statement, and how its rows are told: see archive.attention.
KINDS: Final = {what: (wanted(what), lines(what)) for what in WHATS}
