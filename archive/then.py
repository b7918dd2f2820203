"""What we knew at a moment: which version was the current one, and what its facts said.

The columns of a version show today's facts; what they were is told by the rows of facts with the
times of their recording. None of this is asked where no moment is given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from archive.bulk import chunked
from archive.models import CurrentSpan, Fact, Version
from archive.readings import counting, views_of

CHUNK = 400
DATES = ("date", "effective_from", "expires_on")


def standing(model: Any, as_of: datetime | None) -> ColumnElement[bool]:
    """Rows that we took for so then (else now)."""
    if as_of is None:
        return model.retracted_at.is_(None)  # type: ignore[no-any-return]
    return and_(
        model.recorded_at <= as_of, or_(model.retracted_at.is_(None), model.retracted_at > as_of)
    )


def was_current(as_of: datetime) -> ColumnElement[bool]:
    """Of a CurrentSpan: its version was the current one of its document then.

    Where two documents were joined since, each had one; the later of them counts.
    """
    later = aliased(CurrentSpan)
    return and_(
        covers(CurrentSpan, as_of),
        ~exists().where(
            later.document_id == CurrentSpan.document_id,
            covers(later, as_of),
            or_(
                later.since > CurrentSpan.since,
                and_(later.since == CurrentSpan.since, later.id > CurrentSpan.id),
            ),
        ),
    )


def current_then(
    session: Session, documents: Sequence[int], as_of: datetime | None
) -> dict[int, int]:
    """By document the version that was the current one then; nothing where now is asked for."""
    if as_of is None:
        return {}
    spans = select(CurrentSpan.document_id, CurrentSpan.version_id).where(
        CurrentSpan.document_id.in_(documents), was_current(as_of)
    )
    return {row[0]: row[1] for row in session.execute(spans)}


def covers(span: Any, as_of: datetime) -> ColumnElement[bool]:
    """Of rows with `since` and `until`: did it last then?"""
    return and_(span.since <= as_of, or_(span.until.is_(None), span.until > as_of))


def holds_on(day: date, as_of: datetime | None = None) -> ColumnElement[bool]:
    """Dated not later than that day, and in effect on it where that is known (else: then)."""
    iso = day.isoformat()
    dated, begins, ends = (
        (Version.date, Version.effective_from, Version.expires_on)
        if as_of is None
        else (_said(name, as_of) for name in DATES)
    )
    return and_(
        or_(dated.is_(None), dated <= iso),
        or_(begins.is_(None), begins <= iso),
        or_(ends.is_(None), ends >= iso),
    )


def _said(name: str, as_of: datetime) -> Any:
    """The value of a fact of the version then. A person's word comes first."""
    return (
        select(Fact.value)
        .where(Fact.version_id == Version.id, Fact.name == name, standing(Fact, as_of), counting())
        .order_by((Fact.origin == "person").desc(), Fact.id)
        .limit(1)
        .scalar_subquery()
    )


def holds(version: Version, day: date) -> bool:
    """The same as `holds_on` for one version that is loaded already."""
    iso = day.isoformat()
    return not (
        (version.date and version.date > iso)
        or (version.effective_from and version.effective_from > iso)
        or (version.expires_on and version.expires_on < iso)
    )


def versions_then(
    session: Session, versions: Iterable[Version], as_of: datetime | None
) -> dict[int, Version]:
    """The versions by id, each with the facts of then: copies that belong to no session.

    Without a moment they are the versions themselves.
    """
    known = {version.id: version for version in versions}
    if as_of is None:
        return known
    names = [column.key for column in Version.__mapper__.column_attrs]
    found: dict[int, Version] = {}
    ids = sorted(known)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        for version_id, view in _views(session, chunk, as_of).items():
            today = {name: getattr(known[version_id], name) for name in names}
            found[version_id] = Version(**{**today, **view})
    return found


def facts_then(
    session: Session, version_ids: Iterable[int], names: Collection[str], as_of: datetime | None
) -> Iterator[tuple[int, str, str]]:
    """Version, name and value of the facts of these names that count (counted then).

    Of each version and name a person's word comes first.
    """
    for chunk in chunked(version_ids):
        rows = session.execute(
            select(Fact.version_id, Fact.name, Fact.value)
            .where(
                Fact.version_id.in_(chunk), Fact.name.in_(names), standing(Fact, as_of), counting()
            )
            .order_by((Fact.origin == "person").desc(), Fact.id)
        )  # fmt: skip
        for row in rows:
            yield row.version_id, row.name, row.value


def _views(
    session: Session, version_ids: Sequence[int], as_of: datetime
) -> dict[int, dict[str, Any]]:
    rows = session.execute(
        select(Fact.version_id, Fact.name, Fact.value, Fact.role, Fact.identifier, Fact.origin)
        .where(Fact.version_id.in_(version_ids), standing(Fact, as_of), counting())
        .order_by(Fact.version_id, (Fact.origin == "person").desc(), Fact.id)
    )
    return views_of(version_ids, rows)
