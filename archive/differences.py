"""What differs between two versions of a document, as a viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Viewer
from archive.documents import DocumentView
from archive.models import Page, Version
from archive.opening import Which, facts_of, open_document, versions_of
from archive.passages import Compared, compare
from archive.references import outgoing


@dataclass(frozen=True, slots=True)
class Value:
    """A fact that says something else; None where one of the two says nothing."""

    name: str  # vocabulary.SINGLE_FACTS, or "party"
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Number:
    """An identifier that only one of the two cites."""

    relation: str
    scheme: str
    identifier: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions of one document beside each other."""

    before: DocumentView
    after: DocumentView
    facts: tuple[Value, ...]
    numbers: tuple[Number, ...]
    text: Compared


def difference(
    session: Session,
    viewer: Viewer,
    document_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    as_of: datetime | None = None,
) -> Difference:
    """Compare two versions: `after`, else the current one, with `before`, else the one before it.

    A document with one version is compared with itself, and differs in nothing. Raises `NotFound`.
    """
    later = open_document(session, viewer, document_id, Which(after, as_of))
    if before is None:
        before = _one_before(session, later, as_of)
    earlier = open_document(session, viewer, document_id, Which(before, as_of))
    return Difference(
        earlier,
        later,
        tuple(_values(session, earlier.version, later.version, as_of)),
        tuple(_numbers(session, viewer, earlier.version, later.version, as_of)),
        compare(_pages(session, earlier.version), _pages(session, later.version)),
    )


def _one_before(session: Session, view: DocumentView, as_of: datetime | None) -> int:
    numbers = [one["version"] for one in versions_of(session, view, as_of=as_of)]
    return int(numbers[max(numbers.index(view.version.number) - 1, 0)])


def _pages(session: Session, version: Version) -> list[tuple[int, str]]:
    pages = select(Page.number, Page.text).where(Page.version_id == version.id)
    return [(number, text) for number, text in session.execute(pages.order_by(Page.number))]


def _values(
    session: Session, before: Version, after: Version, as_of: datetime | None
) -> list[Value]:
    old, new = (_said(session, version, as_of) for version in (before, after))
    values = []
    for name in dict.fromkeys((*old, *new)):
        gone = [value for value in old.get(name, ()) if value not in new.get(name, ())]
        come = [value for value in new.get(name, ()) if value not in old.get(name, ())]
        for place in range(max(len(gone), len(come))):
            was = gone[place] if place < len(gone) else None
            values.append(Value(name, was, come[place] if place < len(come) else None))
    return values


def _said(session: Session, version: Version, as_of: datetime | None) -> dict[str, list[str]]:
    """Name of a fact → the values that count."""
    said: dict[str, list[str]] = {}
    for fact in facts_of(session, version.id, as_of=as_of):
        if fact["counts"]:
            said.setdefault(fact["name"], []).append(fact["value"])
    return said


def _numbers(
    session: Session, viewer: Viewer, before: Version, after: Version, as_of: datetime | None
) -> list[Number]:
    old, new = (_cited(session, viewer, version, as_of) for version in (before, after))
    gone = [Number(*old[key], is_new=False) for key in old if key not in new]
    return gone + [Number(*new[key], is_new=True) for key in new if key not in old]


def _cited(
    session: Session, viewer: Viewer, version: Version, as_of: datetime | None
) -> dict[tuple[str, str, str | None], tuple[str, str, str]]:
    """What tells an identifier from another → relation, scheme and the identifier as written."""
    rows = (view.row for view in outgoing(session, viewer, version_ids=[version.id], as_of=as_of))
    return {
        (row.scheme, row.key, row.groups): (row.relation, row.scheme, row.text or row.key)
        for row in rows
        if row.scheme is not None and row.key is not None
    }
