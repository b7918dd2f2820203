"""Own numbers that people say: a document bears them like those that are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.keys import fold, meets, without_edition
from archive.models import Document, Fact, Identifier, Version
from archive.parties import folded_name
from archive.reading import MentionFound
from archive.scheme_types import CompiledScheme, Schemes


def bear_said_number(
    session: Session, document: Document, version_id: int, schemes: Schemes, at: datetime
) -> list[str]:
    """Let a version bear the number that a person says, and none that a person said before.

    Its scheme is the one that documents of its kind bear; where there is none, so is no
    identifier. Returns the keys that are borne since now, or no longer.
    """
    said = session.scalar(
        select(Fact.value)
        .where(
            Fact.version_id == version_id,
            Fact.name == "number",
            Fact.origin == "person",
            Fact.retracted_at.is_(None),
        )
        .order_by(Fact.id)
    )
    wanted = [] if said is None else _identifiers(session, document, version_id, said, schemes)
    standing = session.scalars(
        select(Identifier).where(
            Identifier.version_id == version_id,
            Identifier.origin == "person",
            Identifier.retracted_at.is_(None),
        )
    ).all()
    changed = []
    for row in standing:
        same = next((one for one in wanted if _is_same(row, one)), None)
        if same is not None:
            wanted.remove(same)
        else:
            row.retracted_at = at
            changed.append(row.key)
    for one in wanted:
        one.recorded_at = at
        session.add(one)
        changed.append(one.key)
    session.flush()
    return changed


def said_numbers(session: Session, version_ids: Sequence[int]) -> dict[int, list[Identifier]]:
    """By version the own numbers that stand because a person said them."""
    found: dict[int, list[Identifier]] = {}
    if version_ids:
        rows = session.scalars(
            select(Identifier).where(
                Identifier.version_id.in_(version_ids),
                Identifier.origin == "person",
                Identifier.retracted_at.is_(None),
            )
        )
        for row in rows:
            found.setdefault(row.version_id or 0, []).append(row)
    return found


def borne_keys(session: Session, version_ids: Sequence[int]) -> list[str]:
    """The keys of all numbers that these versions bear, read or said."""
    if not version_ids:
        return []
    borne = (Identifier.version_id.in_(version_ids), Identifier.retracted_at.is_(None))
    return list(session.scalars(select(Identifier.key).where(*borne).distinct()))


def is_borne(mention: MentionFound, own: Iterable[Identifier]) -> bool:
    """Is what is mentioned one of these numbers?"""
    return any(
        (one.scheme, one.key) == (mention.scheme, mention.key) and meets(one.groups, mention.groups)
        for one in own
    )


def _identifiers(
    session: Session, document: Document, version_id: int, said: str, schemes: Schemes
) -> list[Identifier]:
    """The number that is said; of an edition the number without its edition as well."""
    kind, parties = session.execute(
        select(Version.kind, Version.parties).where(Version.id == version_id)
    ).one()
    compiled = _scheme_of(schemes, kind, said)
    if compiled is None:
        return []
    key, groups = compiled.key_of(said)
    spellings = [(said, key, groups)]
    mark = compiled.scheme.edition
    if mark and mark in key:
        spellings.append(without_edition(said, key, groups, mark))
    role = compiled.scheme.issuer_role
    names = [party["name"] for party in parties if role and party["role"] == role]
    return [
        Identifier(
            collection_id=document.collection_id,
            document_id=document.id,
            version_id=version_id,
            scheme=compiled.name,
            key=key,
            groups=groups,
            text=text,
            issuer=folded_name(names[0]) if names else None,
            origin="person",
        )
        for text, key, groups in spellings
    ]


def _scheme_of(schemes: Schemes, kind: str | None, said: str) -> CompiledScheme | None:
    """Of the schemes that this kind bears, the one that the number looks like; else the first."""
    borne = [one for one in schemes.by_name.values() if one.scheme.bearer == kind]
    folded = fold(said.strip()).text
    like = [one for one in borne if any(pattern.fullmatch(folded) for pattern in one.patterns)]
    return next(iter([*like, *borne]), None)


def _is_same(a: Identifier, b: Identifier) -> bool:
    return (a.scheme, a.key, a.groups, a.text, a.issuer) == (
        b.scheme, b.key, b.groups, b.text, b.issuer,
    )  # fmt: skip
