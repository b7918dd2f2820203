"""Rows that name rows that are not there, or stand elsewhere than what they were read in.

Both engines refuse such rows; damage, and programs that write past the engine, do not. Mentions and
candidates follow from what was read: they are removed, and their versions read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKey, Select, and_, delete, exists, func, or_, select
from sqlalchemy import update as change
from sqlalchemy.orm import Session

from archive import jobs
from archive.messages import counted
from archive.models import (
    Base,
    Candidate,
    Document,
    Identifier,
    Mention,
    Page,
    Reference,
    Version,
)
from archive.records import file_number

MOST_NAMED: Final = 5
DERIVED: Final = (Mention, Candidate)  # rows of references
MOVABLE: Final = (Reference, Identifier)  # say again where their version is


def dangling(session: Session) -> Iterator[tuple[str, bool]]:
    """Sentences about rows that name what is not there; whether `mend` removes them."""
    derived = {model.__table__ for model in DERIVED}
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            if table is Page.__table__:
                continue  # a cache: archive.agreement looks after it
            count, names = _lost_parents(session, key)
            if count:
                rows, one = counted(count, "row"), "names" if count == 1 else "name"
                yield (
                    f"{rows} of {table.name} {one} a {key.column.table.name} that is not "
                    f"there ({key.parent.name} {', '.join(names)}).",
                    table in derived,
                )


def misplaced(session: Session) -> Iterator[str]:
    """What is recorded in another collection or document than its version is seen in."""
    for model in MOVABLE:
        strays: Select[Any] = (
            select(Version.document_id)
            .join(model, model.version_id == Version.id)
            .join(Document, Document.id == Version.document_id)
            .where(
                or_(
                    model.document_id != Version.document_id,
                    model.collection_id != Document.collection_id,
                )
            )
            .distinct()
            .order_by(Version.document_id)
        )
        for document_id in session.scalars(strays):
            yield (
                f"A {model.__tablename__} of {file_number(document_id)} stands under another "
                "document or collection."
            )


def mend(session: Session, at: datetime) -> None:
    """Remove rows that follow from others and dangle; put the rest under its version."""
    again: set[int] = set()
    for model in DERIVED:
        is_loose = or_(*(_is_lost(key) for key in model.__table__.foreign_keys))
        read_in = select(Reference.version_id).join(model, model.reference_id == Reference.id)
        again |= set(session.scalars(read_in.where(is_loose)))
        session.execute(delete(model).where(is_loose))
    jobs.enqueue(session, jobs.JobKind.PARSE, sorted(again), at)
    for table in MOVABLE:
        home = select(Document.id, Document.collection_id).join(
            Version, and_(Version.document_id == Document.id, Version.id == table.version_id)
        )
        document = home.with_only_columns(Document.id).correlate(table).scalar_subquery()
        place = home.with_only_columns(Document.collection_id).correlate(table).scalar_subquery()
        session.execute(
            change(table)
            .where(or_(table.document_id != document, table.collection_id != place))
            .values(document_id=document, collection_id=place)
            .execution_options(synchronize_session=False)
        )


def _lost_parents(session: Session, key: ForeignKey) -> tuple[int, list[str]]:
    child, is_lost = key.parent, _is_lost(key)
    count = session.scalar(select(func.count(child)).where(is_lost)) or 0
    if not count:
        return 0, []
    lost = select(child).where(is_lost).distinct().order_by(child).limit(MOST_NAMED)
    return count, [str(name) for name in session.scalars(lost)]


def _is_lost(key: ForeignKey) -> ColumnElement[bool]:
    parents = key.column.table.alias()  # a table may name rows of its own
    is_there = exists().where(parents.c[key.column.name] == key.parent)
    return and_(key.parent.is_not(None), ~is_there)
