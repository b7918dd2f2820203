"""What a person set right stays in the next version, where its file says what it said before.

Only what was read the same of both versions is carried: a revision with a date of its own has that
date, whatever was said of the one before. Where number, kind or parties are read otherwise, the
file may be another document, and nothing is carried.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from archive import events
from archive.bulk import insert_rows
from archive.models import Document, Fact, Identifier, Version

#: What tells documents apart (archive.identity).
TELLING: Final = ("number", "kind", "party")
#: A mark is of one version alone.
OF_ONE_VERSION: Final = frozenset({"revision"})

_Said = dict[str, list[Fact]]
_Read = dict[str, frozenset[tuple[str, str | None, str | None]]]


def carry_facts(session: Session, version_ids: Sequence[int], at: datetime) -> dict[int, set[str]]:
    """Carry what persons said of the versions before to these, just read for the first time.

    By version the names of the facts that were carried; their columns are to be written anew.
    """
    before = _before(session, version_ids)
    said = _said(session, [one.before for one in before])
    read = _read(session, [number for one in before if one.before in said for number in one[:2]])
    found = {}
    for one in before:
        names = _carried(said.get(one.before, {}), read.get(one.before, {}), read.get(one.id, {}))
        if names:
            found[one.id] = set(names)
            facts = [fact for name in names for fact in said[one.before][name]]
            _copy(session, Fact, facts, {"version_id": one.id, "recorded_at": at})
            events.record(
                session, at, "facts-carried", collection_id=one.collection_id,
                document_id=one.document_id, version=one.number, facts=sorted(names),
            )  # fmt: skip
    numbered = {one.id: one.before for one in before if "number" in found.get(one.id, ())}
    _bear_numbers(session, numbered, at)
    return found


def _before(session: Session, version_ids: Sequence[int]) -> Sequence[Any]:
    """Of each that is not the first of its document the version before it: (id, before, …)."""
    earlier = aliased(Version)
    number = (
        select(func.max(earlier.number))
        .where(earlier.document_id == Version.document_id, earlier.number < Version.number)
        .scalar_subquery()
    )
    prior = aliased(Version)
    statement = (
        select(
            Version.id, prior.id.label("before"), Version.number, Version.document_id,
            Document.collection_id,
        )
        .join(Document, Document.id == Version.document_id)
        .join(prior, (prior.document_id == Version.document_id) & (prior.number == number))
        .where(Version.id.in_(version_ids))
    )  # fmt: skip
    return session.execute(statement).all()


def _said(session: Session, version_ids: Sequence[int]) -> dict[int, _Said]:
    found: dict[int, _Said] = defaultdict(lambda: defaultdict(list))
    statement = select(Fact).where(
        Fact.version_id.in_(version_ids), Fact.origin == "person", Fact.retracted_at.is_(None)
    )
    for fact in session.scalars(statement.order_by(Fact.id)):
        if fact.name not in OF_ONE_VERSION:
            found[fact.version_id][fact.name].append(fact)
    return found


def _read(session: Session, version_ids: Sequence[int]) -> dict[int, _Read]:
    columns = (Fact.version_id, Fact.name, Fact.value, Fact.role, Fact.identifier)
    statement = select(*columns).where(
        Fact.version_id.in_(version_ids), Fact.origin != "person", Fact.retracted_at.is_(None)
    )
    found: dict[int, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for version_id, name, *rest in session.execute(statement):
        found[version_id][name].add(tuple(rest))
    return {
        version_id: {name: frozenset(values) for name, values in facts.items()}
        for version_id, facts in found.items()
    }


def _carried(said: Mapping[str, Any], before: _Read, after: _Read) -> list[str]:
    """The names of the facts that are said of the version before, and read alike of both."""
    is_alike = {name: before.get(name) == after.get(name) for name in {*said, *TELLING}}
    if not all(is_alike[name] for name in TELLING):
        return []
    return [name for name in said if is_alike[name]]


def _bear_numbers(session: Session, versions: Mapping[int, int], at: datetime) -> None:
    """Let versions bear the number that a person said of the one before."""
    statement = select(Identifier).where(
        Identifier.version_id.in_(versions.values()),
        Identifier.origin == "person",
        Identifier.retracted_at.is_(None),
    )
    rows = session.scalars(statement).all()
    for version_id, before in versions.items():
        borne = [row for row in rows if row.version_id == before]
        _copy(session, Identifier, borne, {"version_id": version_id, "recorded_at": at})


def _copy(session: Session, model: type[Any], rows: Sequence[Any], changed: dict[str, Any]) -> None:
    names = [column.key for column in model.__mapper__.column_attrs if column.key != "id"]
    insert_rows(
        session, model, [{name: getattr(row, name) for name in names} | changed for row in rows]
    )
