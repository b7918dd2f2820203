"""Whose numbers a document uses, where a person has said who its parties are.

A reader takes a number to be that of the buyer or seller whom it read. Where somebody has set that
party right, the number is the party's that was said: an order cited by an invoice whose buyer was
misread is looked for among those of the buyer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Fact
from archive.parties import folded_name
from archive.reading import FactFound

if TYPE_CHECKING:
    from archive.readings import ReadVersion


def with_said_issuers(session: Session, read: Sequence[ReadVersion]) -> list[ReadVersion]:
    """What was read, its numbers those of the parties that persons have said."""
    said = _said(session, [one.subject.version_id for one in read if not one.subject.is_first_time])
    return [
        _with(one, said[number]) if (number := one.subject.version_id) in said else one
        for one in read
    ]


def _said(session: Session, version_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """By version and role the folded name of the first party that a person said."""
    found: dict[int, dict[str, str]] = {}
    if version_ids:
        statement = select(Fact.version_id, Fact.role, Fact.value).where(
            Fact.version_id.in_(version_ids),
            Fact.name == "party",
            Fact.origin == "person",
            Fact.retracted_at.is_(None),
        )
        for version_id, role, name in session.execute(statement.order_by(Fact.id)):
            found.setdefault(version_id, {}).setdefault(role or "", folded_name(name))
    return found


def _with(one: ReadVersion, said: Mapping[str, str]) -> ReadVersion:
    meant = _meant(one.extraction.facts, said)
    extraction = replace(
        one.extraction,
        mentions=tuple(
            replace(m, issuer=meant.get(m.issuer, m.issuer)) for m in one.extraction.mentions
        ),
        identifiers=tuple(
            replace(i, issuer=meant.get(i.issuer, i.issuer)) for i in one.extraction.identifiers
        ),
    )
    return replace(one, extraction=extraction)


def _meant(facts: Sequence[FactFound], said: Mapping[str, str]) -> dict[str | None, str | None]:
    """By the name that was read the one that was said in its place; None where nobody was."""
    read: dict[str, str] = {}
    for fact in facts:
        if fact.name == "party" and fact.role:
            read.setdefault(fact.role, folded_name(fact.value))
    return {name: said.get(role) for role, name in read.items()}
