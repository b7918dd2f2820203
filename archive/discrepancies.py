"""Where a PDF's page and the XML inside it disagree: asked of a person, and answered.

Both readings stand with their evidence (indexer.extract.disagreement finds what the page says
otherwise). The data counts until a person says which of them is right; then nothing is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, String, cast, exists, literal, literal_column, select
from sqlalchemy.orm import Session, aliased

from archive import rulings
from archive.access import Viewer
from archive.asides import not_aside
from archive.attention_lines import homes_of, line_of, roots_in
from archive.errors import NotFound, UsageError
from archive.models import Document, Fact, Version
from archive.paths import load_places
from archive.records import file_number
from archive.scheme_types import Schemes
from archive.vocabulary import PRINTED
from archive.wanting import Asked, is_id, is_kept

DISCREPANCY: Final = "discrepancy"
ANSWERS: Final = ("data", "page")


def wanted(asked: Asked) -> Select[Any, Any]:
    """The first fact of each name that the page of a current version says otherwise."""
    before, said = aliased(Fact), aliased(Fact)
    name: Any = literal(f"{DISCREPANCY}:") + cast(Version.document_id, String)
    name = name + "/" + cast(Version.number, String) + "/" + Fact.name
    return (
        select(Version, Fact)
        .join(Fact, Fact.version_id == Version.id)
        .join(Document, Document.current_version_id == Version.id)
        .where(
            _is_printed(Fact),
            ~exists().where(
                before.version_id == Fact.version_id,
                before.name == Fact.name,
                before.id < Fact.id,
                _is_printed(before),
            ),
            ~exists().where(
                said.version_id == Fact.version_id,
                said.name == Fact.name,
                said.origin == "person",
                said.retracted_at.is_(None),
            ),
            Document.collection_id.in_(asked.viewer.reads),
            is_kept(asked, Version.id, Document.collection_id),
            not_aside(name, asked.today),
        )
        .order_by(Fact.recorded_at, Fact.id)
    )


def _is_printed(fact: Any) -> Any:
    rule: Any = literal_column(f"'{PRINTED}'")  # as the index on them has it
    return (fact.rule == rule) & fact.retracted_at.is_(None) & (fact.origin != "person")


def lines(session: Session, asked: Asked, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines of `wanted`, each with what the data says and what the page says."""
    ids = [version.id for version, _ in rows]
    places = load_places(session, ids)
    roots = roots_in(places, ids)
    homes = homes_of(session, [version.document_id for version, _ in rows])
    readings = _readings(session, ids)
    told = []
    for version, fact in rows:
        both = readings[(version.id, fact.name)]
        document = file_number(version.document_id)
        params = {"document": document, "fact": fact.name}
        params |= {origin: _said(both, origin) for origin in ANSWERS}
        told.append(
            line_of(
                f"{DISCREPANCY}:{version.document_id}/{version.number}/{fact.name}",
                DISCREPANCY,
                DISCREPANCY,
                params,
                document=document,
                version=version.number,
                path=places.shown(version.id)[0],
                fact=fact.name,
                readings=both,
                since=fact.recorded_at,
                roots=roots.get(version.id, frozenset()),
                home=homes[version.document_id],
            )
        )
    return told


def _readings(
    session: Session, version_ids: Sequence[int]
) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """By version and name what the data and the page say of the same: the data first."""
    facts = session.scalars(
        select(Fact)
        .where(
            Fact.version_id.in_(version_ids),
            Fact.retracted_at.is_(None),
            Fact.origin.in_(("data", "text")),
        )
        .order_by(Fact.id)
    ).all()
    printed = {(f.version_id, f.name, f.role) for f in facts if f.rule == PRINTED}
    found: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for fact in sorted(facts, key=lambda fact: fact.rule == PRINTED):
        if (fact.version_id, fact.name, fact.role) not in printed:
            continue
        told = {name: getattr(fact, name) for name in ("value", "role", *_EVIDENCE)}
        said = "page" if fact.rule == PRINTED else "data"
        both = found[(fact.version_id, fact.name)]
        if not any((one["said"], one["role"]) == (said, fact.role) for one in both):
            both.append({"said": said, **told})
    return found


_EVIDENCE: Final = ("page", "start", "end", "quote", "where")


def _said(readings: Sequence[dict[str, Any]], origin: str) -> str:
    return ", ".join(one["value"] for one in readings if one["said"] == origin)


def choose(
    session: Session, viewer: Viewer, item: str, answer: str, at: datetime, *, schemes: Schemes
) -> None:
    """Say that the data is right, or the page; that holds as a person's word, whatever is read.

    Raises `NotFound`, `NotAllowed`, `UsageError`.
    """
    if answer not in ANSWERS:
        raise UsageError("There is no answer %(answer)r to this.", answer=answer)
    version, name = version_of(session, viewer, item)
    readings = _readings(session, [version.id]).get((version.id, name))
    if not readings:
        raise NotFound("line of the attention list", item)
    chosen = {one["role"]: one["value"] for one in readings if one["said"] == answer}
    values, parties = {}, None
    if name == "party":
        parties = [
            {**party, "name": chosen.pop(party["role"], party["name"])} for party in version.parties
        ]
    else:
        values = {name: chosen[None]}
    document = version.document_id
    rulings.set_facts(session, viewer, document, values, at, schemes=schemes, parties=parties)


def take_back(
    session: Session, viewer: Viewer, item: str, at: datetime, *, schemes: Schemes
) -> None:
    """Ask again: what a person said of the fact holds no more. Raises as `choose` does."""
    version, name = version_of(session, viewer, item)
    is_party = name == "party"
    rulings.set_facts(
        session,
        viewer,
        version.document_id,
        {} if is_party else {name: None},
        at,
        schemes=schemes,
        parties=[] if is_party else None,
    )


def version_of(session: Session, viewer: Viewer, item: str) -> tuple[Version, str]:
    """The current version and the fact that a line is about. Raises `NotFound`."""
    kind, _, rest = item.partition(":")
    document, _, rest = rest.partition("/")
    number, _, name = rest.partition("/")
    found = None
    if kind == DISCREPANCY and is_id(document) and is_id(number):
        found = session.scalar(
            select(Version)
            .join(Document, Document.current_version_id == Version.id)
            .where(
                Document.id == int(document),
                Version.number == int(number),
                Document.collection_id.in_(viewer.reads),
            )
        )
    if found is None:
        raise NotFound("line of the attention list", item)
    return found, name
